import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { forgetCredentials, hashPassword } from '@/lib/platform/auth';
import { resetEnv } from '@/lib/platform/env';
import { addMembership, addPerson, addTenant, type TestPerson, testDatabase } from '@/lib/testing/people';
import { authenticate } from './authenticate';
import { serveAuth } from './sign-in-door';

const ORIGIN = 'http://localhost:3000';
const RIGHT = 'correct horse battery staple';
const FROM_CONSOLE = { 'sec-fetch-site': 'same-origin', accept: 'application/json' };
const sql = testDatabase();
let ada: TestPerson;
let rightHash: string;

beforeAll(async () => {
  rightHash = await hashPassword(RIGHT);
  await addTenant(sql, 'acme');
  await addTenant(sql, 'globex');
});
beforeEach(async () => {
  vi.stubEnv('NEXTAUTH_URL', ORIGIN);
  resetEnv();
  ada = await addPerson(sql, 'acme', 'operator');
  await sql('UPDATE users SET password_hash = $2 WHERE user_id = $1', [ada.userId, rightHash]);
  await sql('DELETE FROM login_attempts');
});

const post = (path: string, form: Record<string, string>, headers: Record<string, string> = FROM_CONSOLE) =>
  serveAuth(
    new Request(`${ORIGIN}/api/auth/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(form),
    }),
  );
const signIn = (form: Record<string, string> = {}, headers?: Record<string, string>) =>
  post('callback/credentials', { email: ada.email, password: RIGHT, json: 'true', ...form }, headers);
const cookiesOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
const sessionCookie = (response: Response) =>
  response.headers.getSetCookie().find((cookie) => cookie.startsWith('countersign.session-token='));

test('signing in sets a cookie that authenticates, and that scripts and other sites cannot use', async () => {
  const response = await signIn({ callbackUrl: '/requests/req_1?tab=timeline' });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ url: `${ORIGIN}/requests/req_1?tab=timeline` });
  expect(response.headers.get('cache-control')).toBe('no-store');
  const cookie = sessionCookie(response) ?? '';
  expect(cookie).toContain('HttpOnly');
  expect(cookie).toContain('SameSite=Lax');
  expect(cookie).toContain('Path=/');
  const actor = await authenticate(new Request(ORIGIN, { headers: { cookie: cookiesOf(response) } }));
  expect(actor).toMatchObject({ via: 'session', userId: ada.userId, tenantId: 'acme', role: 'operator' });
  expect(Date.now() - (actor.authTime?.getTime() ?? 0)).toBeLessThan(10_000);
});

test('over TLS the cookie is Secure and says so in its name', async () => {
  vi.stubEnv('NEXTAUTH_URL', 'https://console.example.com');
  resetEnv();
  const cookie = (await signIn()).headers.getSetCookie().find((value) => value.includes('session-token'));
  expect(cookie).toMatch(/^__Secure-countersign\.session-token=.*; Secure/);
});

test('next-auth’s own protocol works too: its token and cookie instead of the browser’s word', async () => {
  const csrf = await serveAuth(new Request(`${ORIGIN}/api/auth/csrf`));
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const response = await signIn({ csrfToken }, { cookie: cookiesOf(csrf) });
  expect(sessionCookie(response)).toBeDefined();
});

test('another site cannot sign somebody in', async () => {
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.example.com' },
    { origin: 'null' },
    {},
  ] as Record<string, string>[]) {
    const response = await signIn({}, headers);
    expect(sessionCookie(response)).toBeUndefined();
  }
  expect(await sql('SELECT 1 FROM login_attempts')).toEqual([]);
});

test('a refusal is a problem document, the same for a wrong password and an unknown account', async () => {
  const wrong = await signIn({ password: 'wrong' });
  const unknown = await signIn({ email: 'nobody@example.com' });
  expect(wrong.status).toBe(401);
  expect(wrong.headers.get('content-type')).toBe('application/problem+json');
  expect(wrong.headers.getSetCookie()).toEqual([]);
  const { request_id: _, ...body } = (await wrong.json()) as Record<string, unknown>;
  expect(body).toMatchObject({ code: 'auth/wrong-credentials' });
  expect(await unknown.json()).toMatchObject(body);
});

test('a throttled attempt says when to come back', async () => {
  for (let i = 0; i < 10; i++) await signIn({ password: 'wrong' });
  const response = await signIn();
  expect(response.status).toBe(429);
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(600);
});

test('somebody in several tenants is asked which, and gets the one they choose', async () => {
  await addMembership(sql, 'globex', ada.userId, ada.email, 'admin');
  const asked = await signIn();
  expect(asked.status).toBe(409);
  expect(await asked.json()).toMatchObject({
    code: 'auth/choose-tenant',
    tenants: [{ tenant_id: 'acme' }, { tenant_id: 'globex' }],
  });
  const chosen = await signIn({ tenant_id: 'globex' });
  const actor = await authenticate(new Request(ORIGIN, { headers: { cookie: cookiesOf(chosen) } }));
  expect(actor).toMatchObject({ tenantId: 'globex', role: 'admin' });
});

test('a browser without scripts is led on, or back to the page with the reason', async () => {
  const navigation = { 'sec-fetch-site': 'same-origin', accept: 'text/html,*/*' };
  const form = { email: ada.email, password: RIGHT, callbackUrl: '/audit' };
  const good = await post('callback/credentials', form, navigation);
  expect([good.status, good.headers.get('location')]).toEqual([302, `${ORIGIN}/audit`]);
  const bad = await post('callback/credentials', { ...form, password: 'wrong' }, navigation);
  expect([bad.status, bad.headers.get('location')]).toEqual([
    303,
    '/login?error=auth%2Fwrong-credentials&callbackUrl=%2Faudit',
  ]);
});

test('nobody is led away from the console', async () => {
  const HOME = `${ORIGIN}/queue`;
  for (const callbackUrl of [
    'https://evil.example.com/',
    '//evil.example.com',
    '/\\evil.example.com',
    '/\t/evil.example.com',
    '/..//evil.example.com',
    'javascript:alert(1)',
    'http://localhost:3000@evil.example.com/',
    'http://localhost:3001/queue',
    '/login?callbackUrl=/login',
    '/api/v1/me',
    'http://[',
  ]) {
    const response = await signIn({ callbackUrl });
    expect([callbackUrl, await response.json()]).toEqual([callbackUrl, { url: HOME }]);
  }
});

test('signing out takes the cookie back', async () => {
  const signedIn = await signIn();
  const response = await post('signout', { json: 'true' }, { ...FROM_CONSOLE, cookie: cookiesOf(signedIn) });
  expect(response.status).toBe(200);
  expect(sessionCookie(response)).toMatch(/^countersign\.session-token=;.*Max-Age=0/);
  const forced = await post(
    'signout',
    { json: 'true' },
    { 'sec-fetch-site': 'cross-site', cookie: cookiesOf(signedIn) },
  );
  expect(sessionCookie(forced)).toBeUndefined();
});

test('a session ends everywhere when its version moves on', async () => {
  const cookie = cookiesOf(await signIn());
  await sql('UPDATE users SET session_version = session_version + 1 WHERE user_id = $1', [ada.userId]);
  forgetCredentials();
  await expect(authenticate(new Request(ORIGIN, { headers: { cookie } }))).rejects.toMatchObject({
    code: 'auth/invalid-session',
  });
});

describe('what is not offered', () => {
  test.each(['session', 'providers', '_log', 'callback/github', 'signin/credentials', 'callback', '', 'csrf/'])(
    '/api/auth/%s',
    async (path) => {
      expect((await post(path, {})).status).toBe(404);
      const get = await serveAuth(new Request(`${ORIGIN}/api/auth/${path}`));
      expect(get.status).toBe(404);
    },
  );

  test('bodies that are large, damaged, of another type or not text are refused cleanly', async () => {
    expect((await signIn({ password: 'x'.repeat(20_000) })).status).toBe(413);
    expect((await signIn({ password: 'x'.repeat(300) })).status).toBe(422);
    expect((await signIn({ email: 'a\u0000@example.com' })).status).toBe(422);
    expect((await signIn({}, { ...FROM_CONSOLE, 'content-type': 'text/plain' })).status).toBe(415);
    const json = (body: string) =>
      serveAuth(
        new Request(`${ORIGIN}/api/auth/callback/credentials`, {
          method: 'POST',
          body,
          headers: { ...FROM_CONSOLE, 'content-type': 'application/json' },
        }),
      );
    expect((await json('{')).status).toBe(400);
    expect((await json('{"email":{"$ne":null},"password":["x"]}')).status).toBe(422);
    const good = await json(JSON.stringify({ email: ada.email, password: RIGHT, json: 'true' }));
    expect(sessionCookie(good)).toBeDefined();
  });
});
