import { expect, test } from 'vitest';
import { toRefusal } from '@/components/auth/refusal';
import { signInAgainHref } from './sign-in-again';

test('an ended session leads to a page that says so, and back to where it was', () => {
  const address = new URL(signInAgainHref('/queue?q=invoice&selected=req_1'), 'http://localhost');
  expect(address.pathname).toBe('/login');
  expect(address.searchParams.get('callbackUrl')).toBe('/queue?q=invoice&selected=req_1');
  expect(toRefusal(address.searchParams.get('error') ?? '', null).message).toBe(
    'Your session has ended. Sign in again: you come back to where you were, and your note is kept.',
  );
});
