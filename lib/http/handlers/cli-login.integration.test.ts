/** RFC 8252 and RFC 7636, from the server's side: a person allows it, a command line exchanges the code, once. */
import { createHash, randomBytes } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CliKey } from '@/lib/contracts';
import type { Role } from '@/lib/domain/access';
import { forgetCredentials } from '@/lib/platform/auth';
import { call, withKey, withSession } from '@/lib/testing/calls';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addPerson, addTenant, type TestPerson, testDatabase } from '@/lib/testing/people';
import { ask } from '@/lib/testing/webhooks';
import { allowCliLogin, finishCliLogin, getMe } from './me';
import { approveRequest } from './requests';

const sql = testDatabase();
let ada: TestPerson;
let verifier: string;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  await sql(`INSERT INTO policy_approval_levels (tenant_id, level) VALUES ('acme', 1)`);
});
beforeEach(async () => {
  ada = await addPerson(sql, 'acme', 'operator');
  verifier = randomBytes(32).toString('base64url');
});

const challenge = () => createHash('sha256').update(verifier).digest('base64url');
const allow = async (person = ada, session: { authTime?: Date } = {}) =>
  call(allowCliLogin, {
    as: await withSession(person, session),
    body: { code_challenge: challenge(), name: 'Command line on laptop' },
  });
const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1000);
const codeOf = async (person = ada) => String((await allow(person)).body.code);
const finish = (code: string, code_verifier = verifier) => call(finishCliLogin, { body: { code, code_verifier } });
const refused = { status: 401, body: { code: 'auth/invalid-code' } };
const keysOf = (person: TestPerson) =>
  sql<{ key_id: string; name: string; scopes: string[]; days: number; by: string }>(
    `SELECT key_id, name, scopes, created_by_user_id AS by, round(extract(epoch FROM expires_at - created_at) / 86400)::int AS days
     FROM api_keys WHERE member_id = $1`,
    [person.memberId],
  );

/** Does it so much later by the database's clock, which is the one that counts. */
async function inSeconds<T>(seconds: number, work: () => Promise<T>): Promise<T> {
  await sql('ALTER FUNCTION now_ms() RENAME TO real_now_ms');
  await sql(
    `CREATE FUNCTION now_ms() RETURNS timestamptz LANGUAGE sql AS $$ SELECT real_now_ms() + interval '${seconds} seconds' $$`,
  );
  try {
    return await work();
  } finally {
    await sql('DROP FUNCTION now_ms()');
    await sql('ALTER FUNCTION real_now_ms() RENAME TO now_ms');
  }
}

test('what a person allows becomes a key that acts and decides as that person, for a week', async () => {
  const { status, body } = await finish(await codeOf());
  expect(status).toBe(200);
  const { key, key_id, expires_at } = body as unknown as CliKey;
  expect(Date.parse(expires_at) - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
  expect(await keysOf(ada)).toMatchObject([{ key_id, name: 'Command line on laptop', days: 7, by: ada.userId }]);
  const me = await call(getMe, { as: withKey({ key }) });
  expect(me.body).toMatchObject({ email: ada.email, role: 'operator', level: 3, via: 'api_key' });
  const { request_id: id } = await ask((await addKey(sql, 'acme', ['requests:create'])).actor);
  const approved = await call(approveRequest, { as: withKey({ key }), params: { id }, body: {} });
  expect([approved.status, approved.body.status]).toEqual([200, 'approved']);
  const audited = await sql('SELECT actor, target_id FROM audit_log WHERE action = $1 AND target_id = $2', [
    'key.created',
    key_id,
  ]);
  expect(audited).toEqual([{ actor: ada.userId, target_id: key_id }]);
  await expectInvariants(sql);
});

test.each([
  // A scope says more than a viewer may do where it also shows the history of everybody.
  ['viewer', ['runs:read']],
  ['operator', ['policy:evaluate', 'requests:create', 'requests:read', 'requests:decide', 'runs:read', 'runs:write']],
] as [Role, string[]][])('the key of a %s has no scope that the person has not', async (role, scopes) => {
  const person = await addPerson(sql, 'acme', role);
  await finish(await codeOf(person));
  expect((await keysOf(person))[0]?.scopes.toSorted()).toEqual(scopes.toSorted());
});

test('nobody’s key makes people, keys or tenants, an owner’s neither', async () => {
  const owner = await addPerson(sql, 'acme', 'owner');
  await finish(await codeOf(owner));
  const scopes = (await keysOf(owner))[0]?.scopes ?? [];
  expect(scopes).toContain('policy:manage');
  for (const scope of [
    '*',
    'members:manage',
    'keys:manage',
    'tenants:manage',
    'requests:decide_on_behalf',
    'webhooks:manage',
  ]) {
    expect(scopes).not.toContain(scope);
  }
});

describe('a key that may change policy', () => {
  const stepUp = { status: 403, body: { code: 'auth/step-up-required' } };

  test('is allowed with a sign-in not older than five minutes, and others with any', async () => {
    const admin = await addPerson(sql, 'acme', 'admin');
    expect(await allow(admin, { authTime: secondsAgo(301) })).toMatchObject(stepUp);
    expect((await allow(ada, { authTime: secondsAgo(3600) })).status).toBe(200);
    expect((await allow(admin, { authTime: secondsAgo(240) })).status).toBe(200);
  });

  test('is made although the five minutes end on the way back to the terminal', async () => {
    const admin = await addPerson(sql, 'acme', 'admin');
    const { body } = await allow(admin, { authTime: secondsAgo(240) });
    const answer = await inSeconds(100, () => finish(String(body.code)));
    expect(answer.status).toBe(200);
    expect((await keysOf(admin))[0]?.scopes).toContain('policy:manage');
  });

  test('is not made out of less: who became an admin since then has what a stale session had allowed', async () => {
    const { body } = await allow(ada, { authTime: secondsAgo(3600) });
    await sql("UPDATE memberships SET role = 'admin', level = 4 WHERE member_id = $1", [ada.memberId]);
    forgetCredentials();
    expect((await finish(String(body.code))).status).toBe(200);
    const [key] = await keysOf(ada);
    expect(key?.scopes).toContain('requests:decide');
    expect(key?.scopes).not.toContain('policy:manage');
  });
});

describe('a code', () => {
  test('makes nothing by itself', async () => {
    await codeOf();
    expect(await keysOf(ada)).toEqual([]);
  });

  test('is good once, also when it is exchanged twice at the same time', async () => {
    const code = await codeOf();
    const answers = await Promise.all([finish(code), finish(code), finish(code)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401]);
    expect(await finish(code)).toMatchObject(refused);
    expect(await keysOf(ada)).toHaveLength(1);
  });

  test('stays used after its key was revoked', async () => {
    const code = await codeOf();
    await finish(code);
    await sql('UPDATE api_keys SET revoked_at = now_ms() WHERE member_id = $1', [ada.memberId]);
    expect(await finish(code)).toMatchObject(refused);
  });

  test('is of no use without its verifier', async () => {
    const code = await codeOf();
    expect(await finish(code, randomBytes(32).toString('base64url'))).toMatchObject(refused);
    expect(await finish(code, challenge())).toMatchObject(refused);
    expect((await finish(code)).status).toBe(200);
  });

  test('that was changed, cut, or sealed for something else is none', async () => {
    const code = await codeOf();
    const at = code.length - 5;
    const edited = `${code.slice(0, at)}${code.charAt(at) === 'A' ? 'B' : 'A'}${code.slice(at + 1)}`;
    const { seal } = await import('@/lib/platform/crypto');
    const elsewhere = Buffer.from(seal('{}', ['acme', 'whe_1', '1'])).toString('base64url');
    for (const one of [edited, code.slice(0, -3), 'x', '%%%', elsewhere])
      expect(await finish(one)).toMatchObject(refused);
  });

  test('is over after two minutes', async () => {
    const { body } = await allow();
    const left = Date.parse(String(body.expires_at)) - Date.now();
    expect(left).toBeGreaterThan(60_000);
    expect(left).toBeLessThanOrEqual(121_000);
    expect(await inSeconds(121, () => finish(String(body.code)))).toMatchObject(refused);
    expect(await keysOf(ada)).toEqual([]);
  });

  test('dies with the session that allowed it', async () => {
    const code = await codeOf();
    await sql('UPDATE users SET session_version = session_version + 1 WHERE user_id = $1', [ada.userId]);
    forgetCredentials();
    expect(await finish(code)).toMatchObject({ status: 401, body: { code: 'auth/invalid-session' } });
    const other = await addPerson(sql, 'acme', 'operator');
    const theirs = await codeOf(other);
    await sql('UPDATE memberships SET removed_at = now_ms() WHERE member_id = $1', [other.memberId]);
    forgetCredentials();
    expect((await finish(theirs)).status).toBe(401);
    expect([...(await keysOf(ada)), ...(await keysOf(other))]).toEqual([]);
  });

  test('gives no more than the person still may', async () => {
    const code = await codeOf();
    await sql("UPDATE memberships SET role = 'viewer', level = 0 WHERE member_id = $1", [ada.memberId]);
    forgetCredentials();
    expect((await finish(code)).status).toBe(200);
    expect((await keysOf(ada))[0]?.scopes).toEqual(['runs:read']);
  });

  test('carries nothing that can be read', async () => {
    const code = Buffer.from(await codeOf(), 'base64url').toString('latin1');
    for (const secret of [ada.userId, ada.memberId, challenge(), 'laptop']) expect(code).not.toContain(secret);
  });
});

test('no key makes a code, and no other site gets one', async () => {
  const key = withKey(await addKey(sql, 'acme', ['*'], { person: ada }));
  const body = { code_challenge: challenge(), name: 'x' };
  expect(await call(allowCliLogin, { as: key, body })).toMatchObject({
    status: 403,
    body: { code: 'access/forbidden' },
  });
  const elsewhere = { ...(await withSession(ada)), 'sec-fetch-site': 'cross-site' };
  expect(await call(allowCliLogin, { as: elsewhere, body })).toMatchObject({
    status: 403,
    body: { code: 'auth/cross-site' },
  });
});
