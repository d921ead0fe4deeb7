import { toast } from '@/components/ui/toast';

/**
 * Ends this session and goes to the sign-in page; by a full load, so that nothing that was read stays in memory. The browser attests
 * that the console itself asks, which is what next-auth's token would be for.
 */
export async function signOut(): Promise<void> {
  try {
    const answer = await fetch('/api/auth/signout', { method: 'POST', body: new URLSearchParams({ json: 'true' }) });
    if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
    location.assign('/login');
  } catch (error) {
    toast.error('You are still signed in', {
      description: error instanceof Error ? error.message : 'Signing out did not work. Try again.',
    });
  }
}
