import { beforeAll, beforeEach, expect, test } from 'vitest';
import { MeResource } from '@/lib/contracts';
import { hashPassword, verifyPassword } from '@/lib/platform/auth';
import { signIn } from '@/lib/services/sign-in';
import { addKey, addPerson, addTenant, type TestPerson, testDatabase } from '@/lib/testing/people';
import { changePassword, getMe, listSignIns, signOutEverywhere } from '.';

const OLD = 'correct horse battery staple';
const NEW = 'a completely different passphrase';
const sql = testDatabase();
let ada: TestPerson;
let oldHash: string;

beforeAll(async () => {
  oldHash = await hashPassword(OLD);
  await addTenant(sql, 'acme');
  await addTenant(sql, 'globex');
});
beforeEach(async () => {
  ada = await addPerson(sql, 'acme', 'operator');
  await sql('UPDATE users SET password_hash = $2 WHERE user_id = $1', [ada.userId, oldHash]);
});

const userRow = async () =>
  (
    await sql<{ password_hash: string; session_version: number }>(
      'SELECT password_hash, session_version FROM users WHERE user_id = $1',
      [ada.userId],
    )
  )[0];
const actions = async () =>
  (await sql<{ action: string }>('SELECT action FROM audit_log WHERE target_id = $1 ORDER BY seq', [ada.userId])).map(
    ({ action }) => action,
  );

test('me is who the credential is and what it may do', async () => {
  const me = getMe(ada.actor);
  expect(MeResource.parse(me)).toEqual(me);
  expect(me).toMatchObject({ id: ada.userId, tenant_id: 'acme', role: 'operator', level: 3, via: 'session' });
  const service = await addKey(sql, 'acme', ['requests:create']);
  expect(MeResource.parse(getMe(service.actor))).toMatchObject({
    id: service.keyId,
    email: null,
    member_id: null,
    role: null,
    level: 0,
    scopes: ['requests:create', 'requests:comment'],
    via: 'api_key',
  });
});

test('a changed password works from now on, and every session that was there has ended', async () => {
  await changePassword(ada.actor, { current_password: OLD, new_password: NEW });
  const row = await userRow();
  expect(row?.session_version).toBe(2);
  expect(await verifyPassword(row?.password_hash ?? null, NEW)).toBe(true);
  expect(await actions()).toEqual(['user.password_changed']);
  await expect(changePassword(ada.actor, { current_password: NEW, new_password: OLD })).rejects.toMatchObject({
    code: 'auth/invalid-session',
  });
});

test('a wrong current password changes nothing, and guessing it is throttled', async () => {
  for (let i = 0; i < 10; i++) {
    await expect(changePassword(ada.actor, { current_password: 'guess', new_password: NEW })).rejects.toMatchObject({
      code: 'auth/wrong-password',
    });
  }
  await expect(changePassword(ada.actor, { current_password: OLD, new_password: NEW })).rejects.toMatchObject({
    code: 'auth/throttled',
  });
  expect(await userRow()).toEqual({ password_hash: oldHash, session_version: 1 });
  expect(await actions()).toEqual([]);
});

test('two changes at once: one wins, the other’s session has ended', async () => {
  const outcomes = await Promise.allSettled([
    changePassword(ada.actor, { current_password: OLD, new_password: NEW }),
    changePassword(ada.actor, { current_password: OLD, new_password: `${NEW}!` }),
  ]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect((await userRow())?.session_version).toBe(2);
});

test('signing out everywhere ends every session and leaves the password', async () => {
  await signOutEverywhere(ada.actor);
  expect(await userRow()).toEqual({ password_hash: oldHash, session_version: 2 });
  expect(await actions()).toEqual(['session.ended_everywhere']);
  await expect(signOutEverywhere(ada.actor)).rejects.toMatchObject({ code: 'auth/invalid-session' });
});

test('keys do neither, not even one that acts as the person', async () => {
  for (const { actor } of [await addKey(sql, 'acme', ['*'], { person: ada }), await addKey(sql, 'acme', ['*'])]) {
    await expect(changePassword(actor, { current_password: OLD, new_password: NEW })).rejects.toMatchObject({
      code: 'access/forbidden',
    });
    await expect(signOutEverywhere(actor)).rejects.toMatchObject({ code: 'access/forbidden' });
    await expect(listSignIns(actor)).rejects.toMatchObject({ code: 'access/forbidden' });
  }
});

test('one sees one’s own sign-ins to this tenant, refused ones too, newest first, and nobody else’s', async () => {
  const grace = await addPerson(sql, 'acme', 'operator');
  const from = { tenantId: null, address: '203.0.113.9', userAgent: 'Firefox' };
  await signIn({ ...from, email: ada.email, password: OLD });
  await signIn({ ...from, email: ada.email, password: 'wrong' }).catch(() => {});
  await signIn({ ...from, email: grace.email, password: 'wrong' }).catch(() => {});
  expect(await listSignIns(ada.actor)).toEqual([
    { id: expect.any(String), succeeded: false, at: expect.any(Date), address: '203.0.113.9', userAgent: 'Firefox' },
    { id: expect.any(String), succeeded: true, at: expect.any(Date), address: '203.0.113.9', userAgent: 'Firefox' },
  ]);
});
