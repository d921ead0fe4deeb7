import pg from 'pg';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { NO_CALL } from '@/lib/domain/call';
import { newId } from '@/lib/platform/crypto';
import { findSettled } from '@/lib/platform/db';
import { addKey, addPerson, addTenant, type TestKey, type TestPerson, testDatabase } from '@/lib/testing/people';
import { commandRequest, createRequest, getRequest, waitForRequest } from '.';

const sql = testDatabase();
let asker: TestKey;
let ada: TestPerson;

beforeAll(async () => {
  for (const tenantId of ['acme', 'globex']) await addTenant(sql, tenantId);
  asker = await addKey(sql, 'acme', ['requests:create', 'requests:read']);
  ada = await addPerson(sql, 'acme', 'operator');
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function ask(): Promise<string> {
  const body = { tenant_id: 'acme', skill_id: 'x', policy_type: 'cost' as const, payload: {}, links: [] };
  return (await createRequest(asker.actor, body, NO_CALL)).request.request_id;
}
const approve = (id: string) =>
  commandRequest(
    ada.actor,
    id,
    { type: 'approve', level: undefined, notes: undefined, viewedDigest: undefined },
    NO_CALL,
  );

test('what others commit does not make everybody who waits read their request again', async () => {
  const id = await ask();
  const statements = vi.spyOn(pg.Client.prototype, 'query');
  const sent = (part: string) => statements.mock.calls.filter(([query]) => textOf(query).includes(part)).length;
  const reads = () => sent('WHERE r.id = $1 AND r.tenant_id = $2');
  const { signal } = new AbortController();
  const waiting = Array.from({ length: 50 }, () => waitForRequest(asker.actor, id, 60, signal));
  await vi.waitUntil(() => reads() === 50, 10_000);
  const notices = () => sent('pg_notify');
  const before = notices();
  while (notices() < before + 10) await ask();
  expect(reads()).toBe(50);
  await approve(id);
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(Array(50).fill('approved'));
  // Once when they came, once when it was decided, and the decision’s own answer.
  expect(reads()).toBe(101);
});

test('a wait ends for its caller alone when they leave, with the request as it is', async () => {
  const id = await ask();
  const leaving = new AbortController();
  const [gone, stays] = [leaving.signal, new AbortController().signal].map((signal) =>
    waitForRequest(asker.actor, id, 60, signal),
  );
  leaving.abort();
  expect((await gone)?.status).toBe('pending');
  await approve(id);
  expect((await stays)?.status).toBe('approved');
});

test('nobody needs to wait for what is resolved or missing, and another tenant’s request is missing', async () => {
  const [open, resolved] = [await ask(), await ask()];
  await approve(resolved);
  expect((await getRequest(asker.actor, open)).status).toBe('pending');
  const missing = newId('request');
  const settled = await findSettled([
    ...[open, resolved, missing].map((requestId) => ({ tenantId: 'acme', requestId })),
    { tenantId: 'globex', requestId: open },
  ]);
  expect(settled).toHaveLength(3);
  expect(settled).toEqual(
    expect.arrayContaining([
      { tenantId: 'acme', requestId: resolved },
      { tenantId: 'acme', requestId: missing },
      { tenantId: 'globex', requestId: open },
    ]),
  );
});

function textOf(query: unknown): string {
  if (typeof query === 'string') return query;
  return typeof query === 'object' && query !== null && 'text' in query ? String(query.text) : '';
}
