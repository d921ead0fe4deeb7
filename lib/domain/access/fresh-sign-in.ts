import type { Actor } from './actor';

/** A sign-in proves presence for this long. */
export const STEP_UP_WINDOW_MS = 5 * 60 * 1000;

/** Whether a person has proven who they are at most five minutes before `at`. */
export function isFreshSignIn(authTime: Date | null, at: Date): boolean {
  return authTime !== null && at.getTime() - authTime.getTime() <= STEP_UP_WINDOW_MS;
}

/**
 * Whether a person's session has to sign in again before it does what decides for everybody, or makes a key that may. A key has its scope
 * instead: whoever made it was asked.
 */
export function mustSignInAgain({ via, authTime }: Pick<Actor, 'via' | 'authTime'>, at: Date): boolean {
  return via === 'session' && !isFreshSignIn(authTime, at);
}
