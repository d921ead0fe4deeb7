import { beforeAll, beforeEach, expect, test } from 'vitest';
import { operations } from '@/lib/contracts';
import { hashPassword } from '@/lib/platform/auth';
import { call, withSession } from '@/lib/testing/calls';
import { addPerson, addTenant, type TestPerson, testDatabase } from '@/lib/testing/people';
import { changePassword, signOutEverywhere } from './me';

const body = { current_password: 'the old passphrase', new_password: 'a long new passphrase' };
const sql = testDatabase();
let oldHash: string;
let ada: TestPerson;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  oldHash = await hashPassword(body.current_password);
});
beforeEach(async () => {
  ada = await addPerson(sql, 'acme', 'operator');
  await sql('UPDATE users SET password_hash = $2 WHERE user_id = $1', [ada.userId, oldHash]);
});

// docs/decisions/0020: neither can honour an Idempotency-Key, and neither needs to.
test.each([
  [operations.changePassword.id, changePassword, { body }],
  [operations.signOutEverywhere.id, signOutEverywhere, {}],
])('%s: a repeated call has no second effect; its session has ended', async (_, route, input) => {
  const repeated = { ...input, as: await withSession(ada), headers: { 'idempotency-key': 'again' } };
  expect((await call(route, repeated)).status).toBe(204);
  const again = await call(route, repeated);
  expect([again.status, again.body.code]).toEqual([401, 'auth/invalid-session']);
  const versions = await sql('SELECT session_version FROM users WHERE user_id = $1', [ada.userId]);
  expect(versions).toEqual([{ session_version: 2 }]);
  // Nothing was kept of a body that holds passwords.
  expect(await sql('SELECT 1 FROM idempotency_keys')).toEqual([]);
});
