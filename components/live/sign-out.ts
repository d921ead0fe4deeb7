/** Ends this session, as next-auth's own client does it, and goes to the sign-in page; a full load, so that nothing read stays in memory. */
export async function signOut(): Promise<void> {
  const answer = await fetch('/api/auth/csrf');
  const { csrfToken } = (await answer.json()) as { csrfToken: string };
  await fetch('/api/auth/signout', {
    method: 'POST',
    body: new URLSearchParams({ csrfToken, callbackUrl: '/login', json: 'true' }),
  });
  location.assign('/login');
}
