/**
 * The address of the sign-in page for somebody whose session has ended, which it says; it leads back to `here`, a path with its query.
 */
export function signInAgainHref(here: string): string {
  return `/login?${new URLSearchParams({ callbackUrl: here, error: 'auth/invalid-session' })}`;
}
