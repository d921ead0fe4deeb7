import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { ExportedEvent } from '@/lib/contracts';
import { sha256Hex } from '@/lib/platform/crypto';
import { call, toRequest, withKey, withSession } from '@/lib/testing/calls';
import { addRequest } from '@/lib/testing/histories';
import { addKey, addPerson, addTenant, type TestKey, type TestPerson, testDatabase } from '@/lib/testing/people';
import { closeStreams, listEvents, streamEvents, verifyAudit } from './events';
import { exportEventsCsv, exportEventsJsonl, exportRequestsCsv } from './exports';
import { getBacklog, getTimeToApprove, getVolume } from './insights';

const sql = testDatabase();
let admin: TestPerson;
let operator: TestPerson;
let viewer: TestPerson;
let reader: TestKey;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  await addTenant(sql, 'rival');
  admin = await addPerson(sql, 'acme', 'admin');
  operator = await addPerson(sql, 'acme', 'operator');
  viewer = await addPerson(sql, 'acme', 'viewer');
  reader = await addKey(sql, 'acme', ['requests:read']);
});

afterEach(() => {
  closeStreams();
  vi.useRealTimers();
});

/** What a stream has sent so far, and whether it has ended. */
function watch(response: Response) {
  const seen = { text: '', ended: false };
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      seen.text += decoder.decode(chunk, { stream: true });
    }
    seen.ended = true;
  })();
  return { seen, reading };
}

const messagesIn = (text: string) =>
  [...text.matchAll(/^id: (\S+)\nevent: (\S+)\ndata: (\{.*\})$/gm)].map(([, id, type, data]) => ({
    id,
    type,
    data: JSON.parse(data ?? '') as Record<string, unknown>,
  }));

describe('the stream', () => {
  test('sends what happens, and a client that comes back with the last id goes on there', async () => {
    const first = await streamEvents(toRequest(streamEvents.operation, { as: withKey(reader) }));
    expect(first.status).toBe(200);
    const one = watch(first);
    const request = await addRequest(sql, 'acme');
    await vi.waitUntil(() => messagesIn(one.seen.text).length === 1, { timeout: 20_000 });
    const [message] = messagesIn(one.seen.text);
    expect(message).toMatchObject({
      type: 'approval.created',
      data: { type: 'approval.created', request_id: request, status: 'pending', seq: 1 },
    });
    expect(Object.keys(message?.data ?? {}).sort()).toEqual(
      ['event_id', 'request_id', 'seq', 'status', 'timestamp', 'type'].sort(),
    );
    closeStreams();
    await one.reading;

    const missed = await addRequest(sql, 'acme');
    const headers = { 'last-event-id': message?.id ?? '' };
    const two = watch(await streamEvents(toRequest(streamEvents.operation, { as: withKey(reader), headers })));
    await vi.waitUntil(() => messagesIn(two.seen.text).length === 1, { timeout: 20_000 });
    expect(messagesIn(two.seen.text)[0]?.data.request_id).toBe(missed);
  });

  test('is one tenant’s', async () => {
    const stream = watch(await streamEvents(toRequest(streamEvents.operation, { as: await withSession(viewer) })));
    await addRequest(sql, 'rival');
    const own = await addRequest(sql, 'acme');
    await vi.waitUntil(() => messagesIn(stream.seen.text).length > 0, { timeout: 20_000 });
    expect(messagesIn(stream.seen.text).map(({ data }) => data.request_id)).toEqual([own]);
    const answer = await call(streamEvents, { as: withKey(reader), query: { tenant_id: 'rival' } });
    expect([answer.status, answer.body.code]).toEqual([404, 'tenant/not-found']);
  });

  test('ends within a minute when its key is revoked or its session ended', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance', 'Date'] });
    const doomed = await addKey(sql, 'acme', ['requests:read']);
    const person = await addPerson(sql, 'acme', 'viewer');
    const streams = [
      watch(await streamEvents(toRequest(streamEvents.operation, { as: withKey(doomed) }))),
      watch(await streamEvents(toRequest(streamEvents.operation, { as: await withSession(person) }))),
    ];
    await sql('UPDATE api_keys SET revoked_at = now_ms() WHERE key_id = $1', [doomed.keyId]);
    await sql('UPDATE users SET session_version = session_version + 1 WHERE user_id = $1', [person.userId]);
    await vi.advanceTimersByTimeAsync(30_000);
    await vi.waitUntil(() => streams.every(({ seen }) => seen.ended), { timeout: 20_000 });
  });

  test('reaches a client over HTTP at once, and is left when the client goes', async () => {
    const server = createServer(
      getRequestListener((request) => streamEvents(request), { overrideGlobalObjects: false }),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = new AbortController();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/events/stream`;
    const response = await fetch(url, { headers: withKey(reader), signal: client.signal });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const stream = watch(response);
    stream.reading.catch(() => {});
    await vi.waitUntil(() => stream.seen.text.startsWith('retry: 2000'));
    await addRequest(sql, 'acme');
    await vi.waitUntil(() => messagesIn(stream.seen.text).length === 1, { timeout: 20_000 });
    client.abort();
    const followed = () =>
      (globalThis as unknown as Record<symbol, Map<string, unknown>>)[Symbol.for('countersign.live-feeds')]?.size;
    await vi.waitUntil(() => followed() === 0);
    await closed(server);
  });
});

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

describe('who may read what', () => {
  test.each([
    ['the history', listEvents, { viewer: 403, operator: 200, admin: 200, key: 200 }],
    ['the verdict', verifyAudit, { viewer: 403, operator: 403, admin: 200, key: 403 }],
    ['the requests as CSV', exportRequestsCsv, { viewer: 403, operator: 403, admin: 200, key: 403 }],
    ['the events as CSV', exportEventsCsv, { viewer: 403, operator: 403, admin: 200, key: 403 }],
    ['the events as lines', exportEventsJsonl, { viewer: 403, operator: 403, admin: 200, key: 403 }],
    ['time to approve', getTimeToApprove, { viewer: 200, operator: 200, admin: 200, key: 200 }],
    ['the volume', getVolume, { viewer: 200, operator: 200, admin: 200, key: 200 }],
    ['the backlog', getBacklog, { viewer: 200, operator: 200, admin: 200, key: 200 }],
  ])('%s', async (_what, route, expected) => {
    const callers = {
      viewer: await withSession(viewer),
      operator: await withSession(operator),
      admin: await withSession(admin),
      key: withKey(reader),
    };
    for (const [who, as] of Object.entries(callers)) {
      expect([who, (await call(route, { as })).status]).toEqual([who, expected[who as keyof typeof expected]]);
    }
    const elsewhere = await call(route, { as: callers.admin, query: { tenant_id: 'rival' } });
    expect([elsewhere.status, elsewhere.body.code]).toEqual([404, 'tenant/not-found']);
    expect((await call(route)).status).toBe(401);
  });
});

describe('a CSV', () => {
  test.each([
    [exportRequestsCsv, 'countersign-requests-acme.csv', 'request_id,'],
    [exportEventsCsv, 'countersign-events-acme.csv', 'timestamp,'],
  ])('is a file to keep, in UTF-8, that no cache holds', async (route, name, header) => {
    const { status, headers, text } = await call(route, { as: await withSession(admin) });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(headers.get('content-disposition')).toBe(`attachment; filename="${name}"`);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text.startsWith(header)).toBe(true);
    expect(text.endsWith('\r\n')).toBe(true);
  });

  test('of a filter that makes no sense is a problem document', async () => {
    const as = await withSession(admin);
    for (const [route, query] of [
      [exportEventsCsv, { from: 'yesterday' }],
      [exportEventsCsv, { cursor: 'x' }],
      [exportRequestsCsv, { status: 'lost' }],
    ] as const) {
      const answer = await call(route, { as, query: query as Record<string, string> });
      expect([answer.status, answer.body.code]).toEqual([422, 'input/invalid']);
    }
  });
});

test('the events as lines are a file to keep, every line proves itself, and any of them is a place to go on from', async () => {
  await addTenant(sql, 'lines');
  const as = await withSession(await addPerson(sql, 'lines', 'admin'));
  for (let i = 0; i < 3; i++) await addRequest(sql, 'lines', { title: `Line \u2028 ${i}` });
  await addRequest(sql, 'rival');
  const read = async (query: Record<string, string> = {}) => {
    const answer = await call(exportEventsJsonl, { as, query });
    const lines = answer.text.split('\n').slice(0, -1);
    return { ...answer, events: lines.map((line) => ExportedEvent.parse(JSON.parse(line))) };
  };
  // Other transactions of this server may hold the feed back for a moment.
  await vi.waitUntil(async () => (await read()).events.length === 3, { timeout: 20_000, interval: 50 });
  const { headers, events, text } = await read();
  expect(headers.get('content-type')).toBe('application/jsonl');
  expect(headers.get('content-disposition')).toBe('attachment; filename="countersign-events-lines.jsonl"');
  expect(text.endsWith('\n')).toBe(true);
  for (const { canonical, timestamp, prev_hash, hash } of events) {
    expect(hash).toBe(sha256Hex(`${prev_hash}\n${canonical}\n${timestamp}`));
  }
  const ids = events.map(({ event_id: id }) => id);
  for (const [i, { cursor }] of events.entries()) {
    expect((await read({ cursor })).events.map(({ event_id: id }) => id)).toEqual(ids.slice(i + 1));
  }
  expect((await read({ type: 'approval.approved' })).text).toBe('');
});

describe('insights', () => {
  test.each([
    [{ tz: 'Mars/Olympus' }, '?tz'],
    [{ tz: '+01:00' }, '?tz'],
    [{ from: '2026-01-02', to: '2026-01-01' }, '?from'],
    [{ bucket: 'hour' }, '?bucket'],
  ])('refuse what makes no sense: %j', async (query, pointer) => {
    const answer = await call(getVolume, { as: withKey(reader), query: query as Record<string, string> });
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, pointer]);
  });
});
