import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '@/lib/domain/errors';
import { forgetCredentials, sessionCookieName, writeSession } from '@/lib/platform/auth';
import { newApiKey } from '@/lib/platform/crypto';
import { resetEnv } from '@/lib/platform/env';
import { addKey, addPerson, addTenant, EVERY_SCOPE, type TestPerson, testDatabase } from '@/lib/testing/people';
import { assertMayCall, authenticate, inNamedTenant } from './authenticate';

const ORIGIN = 'https://console.example.com';
const sql = testDatabase();
let ada: TestPerson;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  await addTenant(sql, 'globex');
});
beforeEach(async () => {
  vi.stubEnv('NEXTAUTH_URL', ORIGIN);
  vi.stubEnv('TRUSTED_ORIGINS', 'https://ops.example.com https://other.example.com:8443');
  resetEnv();
  forgetCredentials();
  ada = await addPerson(sql, 'acme', 'operator', { level: 2 });
});

const bearer = (key: string, headers: Record<string, string> = {}) =>
  new Request(`${ORIGIN}/api/v1/me`, { headers: { authorization: `Bearer ${key}`, ...headers } });

const cookieOf = (person: TestPerson, over: { sessionVersion?: number; tenantId?: string; authTime?: Date } = {}) =>
  writeSession({
    userId: person.userId,
    memberId: person.memberId,
    tenantId: over.tenantId ?? person.actor.tenantId,
    sessionVersion: over.sessionVersion ?? 1,
    authTime: over.authTime ?? new Date(),
  });

const withCookie = async (
  person: TestPerson,
  init: RequestInit & { headers?: Record<string, string>; duplex?: 'half' } = {},
) => new Request(`${ORIGIN}/api/v1/me`, { ...init, headers: { ...init.headers, cookie: await cookieOf(person) } });

const refusal = async (promise: Promise<unknown>) =>
  promise.then(
    () => 'no refusal',
    (error) => (error instanceof AppError ? error.code : error),
  );

describe('API keys', () => {
  test('a key bound to a member acts as that person, with what its scopes and their role both allow', async () => {
    const { key, keyId } = await addKey(sql, 'acme', ['requests:decide', 'audit:read'], { person: ada });
    const actor = await authenticate(bearer(key));
    expect(actor).toMatchObject({
      tenantId: 'acme',
      via: 'api_key',
      userId: ada.userId,
      memberId: ada.memberId,
      keyId,
      keyOwnerUserId: ada.userId,
      role: 'operator',
      level: 2,
      authTime: null,
      sessionVersion: null,
      allTenants: false,
    });
    expect([...actor.permissions].sort()).toEqual(['events:read', 'requests:comment', 'requests:decide']);
  });

  test('a member key follows the person’s level as it is now', async () => {
    const { key } = await addKey(sql, 'acme', ['*'], { person: ada });
    await sql('UPDATE memberships SET level = 1 WHERE member_id = $1', [ada.memberId]);
    expect(await authenticate(bearer(key))).toMatchObject({ role: 'operator', level: 1 });
  });

  test('a service key has no level and no person, and counts as asked by who made it', async () => {
    const { key } = await addKey(sql, 'acme', ['requests:create'], { ownerUserId: ada.userId });
    expect(await authenticate(bearer(key))).toMatchObject({
      userId: null,
      memberId: null,
      role: null,
      level: 0,
      keyOwnerUserId: ada.userId,
    });
  });

  test('a key that is revoked, expired, unknown, mistyped or not a key is 401, and the answers are alike', async () => {
    const revoked = await addKey(sql, 'acme', ['*']);
    await sql('UPDATE api_keys SET revoked_at = now_ms() WHERE key_id = $1', [revoked.keyId]);
    const expired = await addKey(sql, 'acme', ['*'], { expiresAt: new Date(Date.now() - 1000) });
    const good = await addKey(sql, 'acme', ['*']);
    const mistyped = `${good.key.slice(0, -1)}${good.key.endsWith('0') ? '1' : '0'}`;
    for (const key of [revoked.key, expired.key, newApiKey().key, mistyped, 'hello', '']) {
      expect(await refusal(authenticate(bearer(key)))).toBe('auth/invalid-key');
    }
    expect(await refusal(authenticate(new Request(ORIGIN, { headers: { authorization: `Basic ${good.key}` } })))).toBe(
      'auth/invalid-key',
    );
  });

  test('the key of a removed member, or of a disabled account, is no key any more', async () => {
    const grace = await addPerson(sql, 'acme', 'operator');
    const keys = [
      await addKey(sql, 'acme', ['*'], { person: ada }),
      await addKey(sql, 'acme', ['*'], { person: grace }),
    ];
    await sql('UPDATE memberships SET removed_at = now_ms() WHERE member_id = $1', [ada.memberId]);
    await sql('UPDATE users SET disabled_at = now_ms() WHERE user_id = $1', [grace.userId]);
    for (const { key } of keys) expect(await refusal(authenticate(bearer(key)))).toBe('auth/invalid-key');
  });

  test('a call with Authorization never looks at cookies', async () => {
    const request = bearer('csk_live_nonsense', { cookie: await cookieOf(ada) });
    expect(await refusal(authenticate(request))).toBe('auth/invalid-key');
  });

  test('what a process believes of a key is over after five seconds, and at once where the change was made', async () => {
    const { key, keyId } = await addKey(sql, 'acme', ['*']);
    await authenticate(bearer(key));
    await sql('UPDATE api_keys SET revoked_at = now_ms() WHERE key_id = $1', [keyId]);
    const clock = vi.spyOn(Date, 'now');
    clock.mockReturnValue(Date.now() + 5001);
    expect(await refusal(authenticate(bearer(key)))).toBe('auth/invalid-key');
    clock.mockRestore();
    const other = await addKey(sql, 'acme', ['*']);
    await authenticate(bearer(other.key));
    await sql('UPDATE api_keys SET revoked_at = now_ms() WHERE key_id = $1', [other.keyId]);
    forgetCredentials();
    expect(await refusal(authenticate(bearer(other.key)))).toBe('auth/invalid-key');
  });

  test('using a key notes when, once a minute at most', async () => {
    const { key, keyId } = await addKey(sql, 'acme', ['*']);
    const lastUsed = async () =>
      (await sql<{ at: Date | null }>('SELECT last_used_at AS at FROM api_keys WHERE key_id = $1', [keyId]))[0]?.at;
    await authenticate(bearer(key));
    await vi.waitFor(async () => expect(await lastUsed()).toBeInstanceOf(Date));
    const first = await lastUsed();
    await authenticate(bearer(key));
    expect(await lastUsed()).toEqual(first);
  });
});

describe('sessions', () => {
  test('a session is the person in the tenant it names, as they are now', async () => {
    expect(await authenticate(await withCookie(ada))).toMatchObject({
      tenantId: 'acme',
      via: 'session',
      userId: ada.userId,
      memberId: ada.memberId,
      email: ada.email,
      role: 'operator',
      level: 2,
      keyId: null,
      sessionVersion: 1,
      authTime: expect.any(Date),
    });
  });

  test('a long cookie that was cut into chunks is joined again', async () => {
    const cookie = await cookieOf(ada);
    const token = cookie.slice(cookie.indexOf('=') + 1);
    const name = sessionCookieName();
    const chunks = `${name}.1=${token.slice(50)}; other=1; ${name}.0=${token.slice(0, 50)}`;
    expect(await authenticate(new Request(ORIGIN, { headers: { cookie: chunks } }))).toMatchObject({
      userId: ada.userId,
    });
  });

  test('over TLS the cookie is __Secure-, and one without the prefix is not looked at', async () => {
    const cookie = await cookieOf(ada);
    expect(cookie).toMatch(/^__Secure-countersign\.session-token=/);
    const bare = cookie.replace('__Secure-', '');
    expect(await refusal(authenticate(new Request(ORIGIN, { headers: { cookie: bare } })))).toBe('auth/required');
  });

  test('nobody, a damaged token, a foreign one and one older than twelve hours are 401', async () => {
    const at = (cookie: string) => refusal(authenticate(new Request(ORIGIN, { headers: { cookie } })));
    expect(await at('')).toBe('auth/required');
    expect(await at(`${sessionCookieName()}=damaged`)).toBe('auth/invalid-session');
    expect(await at(await cookieOf(ada, { authTime: new Date(Date.now() - 12 * 3600_000 - 1000) }))).toBe(
      'auth/invalid-session',
    );
    const cookie = await cookieOf(ada);
    vi.stubEnv('NEXTAUTH_SECRET', 'another secret of this length');
    resetEnv();
    expect(await at(cookie)).toBe('auth/invalid-session');
    vi.stubEnv('NEXTAUTH_SECRET', 'a secret of sixteen or more');
    resetEnv();
  });

  test('a session ends when the version moves on, the person leaves, is disabled, or names another tenant', async () => {
    const at = async (cookie: string) => {
      forgetCredentials();
      return refusal(authenticate(new Request(ORIGIN, { headers: { cookie } })));
    };
    const cookie = await cookieOf(ada);
    expect(await at(cookie)).toBe('no refusal');
    expect(await at(await cookieOf(ada, { tenantId: 'globex' }))).toBe('auth/invalid-session');
    await sql('UPDATE users SET session_version = 2 WHERE user_id = $1', [ada.userId]);
    expect(await at(cookie)).toBe('auth/invalid-session');
    const now = await cookieOf(ada, { sessionVersion: 2 });
    expect(await at(now)).toBe('no refusal');
    await sql('UPDATE users SET disabled_at = now_ms() WHERE user_id = $1', [ada.userId]);
    expect(await at(now)).toBe('auth/invalid-session');
    await sql('UPDATE users SET disabled_at = NULL WHERE user_id = $1', [ada.userId]);
    await sql('UPDATE memberships SET removed_at = now_ms() WHERE member_id = $1', [ada.memberId]);
    expect(await at(now)).toBe('auth/invalid-session');
  });
});

test('a session that began after another process ended the old ones is good at once', async () => {
  const at = (cookie: string) => refusal(authenticate(new Request(ORIGIN, { headers: { cookie } })));
  const old = await cookieOf(ada);
  expect(await at(old)).toBe('no refusal');
  await sql('UPDATE users SET session_version = 2 WHERE user_id = $1', [ada.userId]);
  expect(await at(await cookieOf(ada, { sessionVersion: 2 }))).toBe('no refusal');
  expect(await at(old)).toBe('auth/invalid-session');
});

describe('writes with a session cookie', () => {
  const JSON_TYPE = { 'content-type': 'application/json' };
  const CASES: [string, Record<string, string>, boolean][] = [
    ['the console itself', { ...JSON_TYPE, 'sec-fetch-site': 'same-origin' }, true],
    [
      'the console, charset named',
      { 'content-type': 'application/json; charset=utf-8', 'sec-fetch-site': 'same-origin' },
      true,
    ],
    ['an older browser, from the console', { ...JSON_TYPE, origin: ORIGIN }, true],
    ['an older browser, from a trusted origin', { ...JSON_TYPE, origin: 'https://other.example.com:8443' }, true],
    ['another site', { ...JSON_TYPE, 'sec-fetch-site': 'cross-site', origin: ORIGIN }, false],
    ['a sibling domain', { ...JSON_TYPE, 'sec-fetch-site': 'same-site', origin: 'https://ops.example.com' }, false],
    ['an address typed by hand', { ...JSON_TYPE, 'sec-fetch-site': 'none' }, false],
    ['a null origin', { ...JSON_TYPE, origin: 'null' }, false],
    ['a foreign origin', { ...JSON_TYPE, origin: 'https://evil.example.com' }, false],
    [
      'a foreign origin that the Host repeats',
      { ...JSON_TYPE, origin: 'https://evil.example.com', host: 'evil.example.com' },
      false,
    ],
    ['an origin with another port', { ...JSON_TYPE, origin: `${ORIGIN}:444` }, false],
    ['an origin over plain http', { ...JSON_TYPE, origin: 'http://console.example.com' }, false],
    ['nothing said', JSON_TYPE, false],
    ['JSON dressed as text', { 'content-type': 'text/plain', 'sec-fetch-site': 'same-origin' }, false],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' }, false],
    ['no type', { 'content-length': '2', 'sec-fetch-site': 'same-origin' }, false],
    ['no type, in chunks', { 'transfer-encoding': 'chunked', 'sec-fetch-site': 'same-origin' }, false],
  ];
  test.each(CASES)('%s', async (_, headers, isLetThrough) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const body = new TextEncoder().encode('{}');
      const request = await withCookie(ada, { method, headers, body });
      expect(await refusal(authenticate(request))).toBe(isLetThrough ? 'no refusal' : 'auth/cross-site');
    }
    const read = Object.fromEntries(Object.entries(headers).filter(([name]) => !/^content-|^transfer-/.test(name)));
    expect(await refusal(authenticate(await withCookie(ada, { headers: read })))).toBe('no refusal');
  });

  test('without a body no type is needed, but the origin is', async () => {
    // A server's Request has a stream for it, and nothing that says there is a body.
    const body = new ReadableStream({ start: (controller) => controller.close() });
    const delete_ = (headers: Record<string, string>) =>
      withCookie(ada, { method: 'DELETE', headers, body, duplex: 'half' });
    expect(await refusal(authenticate(await delete_({ 'sec-fetch-site': 'same-origin' })))).toBe('no refusal');
    expect(await refusal(authenticate(await delete_({ 'sec-fetch-site': 'cross-site' })))).toBe('auth/cross-site');
  });

  test('keys are not asked where they come from', async () => {
    const { key } = await addKey(sql, 'acme', ['*']);
    const request = new Request(ORIGIN, {
      method: 'POST',
      body: 'x',
      headers: { authorization: `Bearer ${key}`, 'sec-fetch-site': 'cross-site' },
    });
    expect(await refusal(authenticate(request))).toBe('no refusal');
  });
});

describe('X-User-Rbac-Role', () => {
  test('it lowers role, level and permissions, in any case', async () => {
    const owner = await addPerson(sql, 'acme', 'owner');
    const { key } = await addKey(sql, 'acme', EVERY_SCOPE, { person: owner });
    const actor = await authenticate(bearer(key, { 'x-user-rbac-role': 'Operator' }));
    expect(actor).toMatchObject({ role: 'operator', level: 3 });
    expect(actor.permissions.has('members:manage')).toBe(false);
    expect(actor.permissions.has('requests:decide')).toBe(true);
    expect(await refusal((async () => assertMayCall(actor, 'keys:manage'))())).toBe('access/forbidden');
  });

  test('it never raises', async () => {
    const plain = await authenticate(await withCookie(ada));
    const raised = await authenticate(await withCookie(ada, { headers: { 'x-user-rbac-role': 'owner' } }));
    expect(raised).toEqual(plain);
    expect(await authenticate(await withCookie(ada, { headers: { 'x-user-rbac-role': 'operator' } }))).toEqual(plain);
  });

  test('a service key keeps what the role would allow', async () => {
    const { key } = await addKey(sql, 'acme', EVERY_SCOPE);
    const actor = await authenticate(bearer(key, { 'x-user-rbac-role': 'viewer' }));
    expect(actor).toMatchObject({ role: null, level: 0 });
    expect([...actor.permissions].sort()).toEqual(['requests:comment', 'requests:read', 'runs:read']);
  });

  test('a role that does not exist is a fault, not nothing', async () => {
    const { key } = await addKey(sql, 'acme', ['*']);
    expect(await refusal(authenticate(bearer(key, { 'x-user-rbac-role': 'god' })))).toBe('input/invalid');
  });
});

describe('the tenant a call names', () => {
  const naming = (over: { params?: unknown; query?: unknown; body?: unknown }) => ({
    params: {},
    query: {},
    body: undefined,
    ...over,
  });

  test('one’s own may be named; another and a missing one are the same 404', async () => {
    const actor = await authenticate(await withCookie(ada));
    expect(await inNamedTenant(actor, naming({ body: { tenant_id: 'acme' }, query: { tenant_id: 'acme' } }))).toBe(
      actor,
    );
    expect(await inNamedTenant(actor, naming({}))).toBe(actor);
    for (const named of [{ body: { tenant_id: 'globex' } }, { query: { tenant_id: 'nowhere' } }]) {
      await expect(inNamedTenant(actor, naming(named))).rejects.toMatchObject({
        code: 'tenant/not-found',
        detail: undefined,
      });
    }
  });

  test('every item of a batch counts', async () => {
    const actor = await authenticate(await withCookie(ada));
    const items = [{ tenant_id: 'acme' }, { tenant_id: 'globex' }];
    expect(await refusal(inNamedTenant(actor, naming({ body: { items } })))).toBe('tenant/not-found');
  });

  test('the bootstrap key names one per call: a tenant, or a row of it', async () => {
    const { key } = await addKey(sql, 'acme', EVERY_SCOPE, { allTenants: true });
    const actor = await authenticate(bearer(key));
    expect(actor).toMatchObject({ allTenants: true, tenantId: 'acme', keyOwnerUserId: null });
    expect(actor.permissions.has('owners:manage')).toBe(true);
    const there = await addPerson(sql, 'globex', 'viewer');
    const theirKey = await addKey(sql, 'globex', ['*']);
    const tenantOf = async (over: Parameters<typeof naming>[0]) => (await inNamedTenant(actor, naming(over))).tenantId;
    expect(await tenantOf({ body: { tenant_id: 'globex' } })).toBe('globex');
    expect(await tenantOf({ query: { tenant_id: 'globex' }, params: { id: ada.memberId } })).toBe('globex');
    expect(await tenantOf({ params: { id: there.memberId } })).toBe('globex');
    expect(await tenantOf({ params: { id: theirKey.keyId } })).toBe('globex');
    expect(await tenantOf({ params: { id: 'mem_nonsense' } })).toBe('acme');
    expect(await tenantOf({})).toBe('acme');
    expect(await refusal(tenantOf({ body: { tenant_id: 'nowhere' } }))).toBe('tenant/not-found');
    expect(await refusal(tenantOf({ body: { tenant_id: 'globex' }, query: { tenant_id: 'acme' } }))).toBe(
      'tenant/not-found',
    );
  });
});
