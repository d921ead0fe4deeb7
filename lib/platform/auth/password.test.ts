import { expect, test } from 'vitest';
import { hashPassword, newPassword, verifyPassword } from './password';

test('a password is stored as argon2id with the cost OWASP asks for', async () => {
  expect(await hashPassword('correct horse battery')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test('the right password is recognised, a wrong one and nobody’s are not', async () => {
  const stored = await hashPassword('correct horse battery');
  expect(await verifyPassword(stored, 'correct horse battery')).toBe(true);
  expect(await verifyPassword(stored, 'correct horse batterz')).toBe(false);
  expect(await verifyPassword(null, 'correct horse battery')).toBe(false);
});

test('a password typed with composed and with combining characters is the same password', async () => {
  const stored = await hashPassword('caf\u00e9 caf\u00e9 caf\u00e9');
  expect(await verifyPassword(stored, 'cafe\u0301 cafe\u0301 cafe\u0301')).toBe(true);
});

test('a storm of sign-ins waits in a bounded queue; the rest is told to come back', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => verifyPassword(null, 'x')));
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused).toHaveLength(100 - 66);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'auth/throttled', retryAfterSeconds: 2 });
  expect(await verifyPassword(null, 'x')).toBe(false);
});

test('generated passwords are long, readable and different', () => {
  const some = new Set(Array.from({ length: 100 }, newPassword));
  expect(some.size).toBe(100);
  for (const password of some) expect(password).toMatch(/^([2-9a-hjkmnp-z]{5}-){4}[2-9a-hjkmnp-z]{5}$/);
});
