import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';

/** Somebody with a session, and therefore with an account. */
export type Person = Actor & { userId: string; email: string; sessionVersion: number };

/**
 * Only people look after their own account, and only with a session: a key that acts as them must not be able to lock them out.
 * @throws AppError `access/forbidden`.
 */
export function assertOwnSession(actor: Actor): asserts actor is Person {
  if (actor.via === 'session' && actor.userId !== null && actor.email !== null && actor.sessionVersion !== null) return;
  throw new AppError('access/forbidden', { detail: 'Sign in to do this; keys cannot.' });
}
