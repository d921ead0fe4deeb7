import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { writeSession } from '@/lib/platform/auth';
import { addPerson, addTenant, type TestPerson, testDatabase } from '@/lib/testing/people';
import { findPageActor, requirePageActor } from './page';

// What Next gives a page of its request, and how a page leaves.
const incoming = vi.hoisted(() => ({ headers: new Headers() }));
vi.mock('next/headers', () => ({ headers: async () => incoming.headers }));
vi.mock('next/navigation', () => ({
  redirect: (to: string) => {
    throw new Error(`redirect ${to}`);
  },
  notFound: () => {
    throw new Error('not found');
  },
}));

const sql = testDatabase();
let ada: TestPerson;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  ada = await addPerson(sql, 'acme', 'operator');
});
beforeEach(() => {
  incoming.headers = new Headers();
});

const signIn = async () =>
  incoming.headers.set(
    'cookie',
    await writeSession({ ...ada, tenantId: 'acme', sessionVersion: 1, authTime: new Date() }),
  );

test('a page without a session leads to the sign-in and back to itself', async () => {
  incoming.headers.set('x-countersign-path', '/audit?type=approval.approved&_rsc=1x2y');
  await expect(requirePageActor()).rejects.toThrow('redirect /login?callbackUrl=%2Faudit%3Ftype%3Dapproval.approved');
  incoming.headers.set('x-countersign-path', '//evil.example.com/');
  await expect(requirePageActor()).rejects.toThrow('redirect /login?callbackUrl=%2Fqueue');
  expect(await findPageActor()).toBeNull();
});

test('a page with a session that has ended says so where one signs in again', async () => {
  const ben = await addPerson(sql, 'acme', 'operator');
  const ended = await writeSession({ ...ben, tenantId: 'acme', sessionVersion: 0, authTime: new Date() });
  incoming.headers.set('cookie', ended);
  await expect(requirePageActor()).rejects.toThrow('redirect /login?callbackUrl=%2Fqueue&error=auth%2Finvalid-session');
});

test('a page is opened as the person the session names', async () => {
  await signIn();
  expect(await requirePageActor()).toMatchObject({ userId: ada.userId, tenantId: 'acme', role: 'operator' });
  expect(await requirePageActor('requests:decide')).toMatchObject({ userId: ada.userId });
});

test('a page that the person may not see does not exist', async () => {
  await signIn();
  await expect(requirePageActor('members:manage')).rejects.toThrow('not found');
});

test('headers that have opened pages elsewhere open nothing here', async () => {
  const tries: Record<string, string>[] = [
    { 'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware' },
    { 'x-middleware-subrequest': 'src/proxy' },
    { 'x-middleware-next': '1' },
    { 'x-nextjs-data': '1', 'x-invoke-path': '/login', 'x-matched-path': '/login' },
    { 'x-original-url': '/login', 'x-rewrite-url': '/login', 'x-forwarded-host': 'localhost' },
    { authorization: '' },
    { authorization: 'Bearer null' },
  ];
  for (const headers of tries) {
    incoming.headers = new Headers(headers);
    await expect(requirePageActor()).rejects.toThrow('redirect /login');
  }
});
