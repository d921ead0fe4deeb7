import pg from 'pg';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { z } from 'zod';
import { type EventResource, ListEventsQuery } from '@/lib/contracts';
import { env } from '@/lib/platform/env';
import { encodeCursor } from '@/lib/services/paging';
import { addRequest } from '@/lib/testing/histories';
import { addTenant, type Sql, testDatabase } from '@/lib/testing/people';
import { followEvents, listEvents, readEvents, type StreamedEvent } from '.';

const sql = testDatabase();

const asked = (query: z.input<typeof ListEventsQuery> = {}) => ListEventsQuery.parse(query);
const read = (tenantId: string, query: z.input<typeof ListEventsQuery> = {}) => listEvents({ tenantId }, asked(query));
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

/** Goes on from a cursor until something has come; what other transactions of this server hold back comes a little later. */
async function readOn(tenantId: string, cursor: string | null, wanted: number) {
  const events: EventResource[] = [];
  let next = cursor;
  await vi.waitUntil(
    async () => {
      const page = await read(tenantId, next === null ? {} : { cursor: next });
      events.push(...page.data);
      next = page.next_cursor;
      return events.length >= wanted;
    },
    { timeout: 20_000 },
  );
  return { events, cursor: next };
}

/** A connection whose transaction commits when the test says so. */
async function openTransaction() {
  const client = new pg.Client({ connectionString: env().DATABASE_URL });
  await client.connect();
  await client.query('BEGIN');
  const own: Sql = async (text, values) => (await client.query(text, values)).rows;
  const end = async (how: 'COMMIT' | 'ROLLBACK') => {
    await client.query(how);
    await client.end();
  };
  return { sql: own, commit: () => end('COMMIT'), rollBack: () => end('ROLLBACK') };
}

const idsOf = (events: readonly { request_id: string }[]) => events.map((event) => event.request_id);

describe('the feed, oldest first', () => {
  test('an event that commits late is not missed by a reader that is already further', async () => {
    await addTenant(sql, 'late');
    const first = await addRequest(sql, 'late');
    const { events: before, cursor } = await readOn('late', null, 1);
    expect(idsOf(before)).toEqual([first]);

    const slow = await openTransaction();
    const slowRequest = await addRequest(slow.sql, 'late');
    const quick = await addRequest(sql, 'late');
    // The quick one has committed, but the slow one could still appear before it: the feed waits.
    const meanwhile = await read('late', { cursor: cursor ?? '' });
    expect(meanwhile.data).toEqual([]);
    await slow.commit();
    const { events: after, cursor: end } = await readOn('late', meanwhile.next_cursor, 2);
    expect(idsOf(after)).toEqual([slowRequest, quick]);
    expect((await read('late', { cursor: end ?? '' })).data).toEqual([]);
  });

  test('a transaction that is rolled back holds nothing back for good', async () => {
    await addTenant(sql, 'undone');
    const doomed = await openTransaction();
    await addRequest(doomed.sql, 'undone');
    const kept = await addRequest(sql, 'undone');
    await doomed.rollBack();
    const { events } = await readOn('undone', null, 1);
    expect(idsOf(events)).toEqual([kept]);
  });

  test('a reader who waits for what is rare is led past everything else, and misses nothing of it', async () => {
    await addTenant(sql, 'rare');
    for (let i = 0; i < 3; i++) await addRequest(sql, 'rare');
    await readOn('rare', null, 3);
    const passed = await read('rare', { type: ['approval.rejected'] });
    expect(passed.data).toEqual([]);
    // Behind this cursor lies none of the three any more: the next look does not read them again.
    expect((await read('rare', { cursor: passed.next_cursor ?? '' })).data).toEqual([]);

    const slow = await openTransaction();
    const late = await addRequest(slow.sql, 'rare', { ending: { status: 'rejected', at: new Date() } });
    await addRequest(sql, 'rare');
    const held = await read('rare', { type: ['approval.rejected'], cursor: passed.next_cursor ?? '' });
    expect(held.data).toEqual([]);
    await slow.commit();
    let cursor = held.next_cursor;
    const found = await vi.waitUntil(
      async () => {
        const page = await read('rare', { type: ['approval.rejected'], cursor: cursor ?? '' });
        cursor = page.next_cursor;
        return page.data[0];
      },
      { timeout: 20_000 },
    );
    expect(found.request_id).toBe(late);
  });

  test('a page never leads back, not even from a cursor of the future', async () => {
    const future = encodeCursor(['9000000000000000000', 'req_1', 1]);
    expect(await read('rare', { cursor: future })).toEqual({ data: [], next_cursor: future });
  });

  test('has a cursor even when there is nothing, and goes on from there', async () => {
    await addTenant(sql, 'empty');
    const { data, next_cursor: cursor } = await read('empty');
    expect(data).toEqual([]);
    expect(cursor).toEqual(expect.any(String));
    const request = await addRequest(sql, 'empty');
    const { events } = await readOn('empty', cursor, 1);
    expect(idsOf(events)).toEqual([request]);
  });

  test('pages of any size add up to the whole, in order', async () => {
    await addTenant(sql, 'paged');
    for (let i = 0; i < 5; i++) {
      const at = minutesAgo(10 - i);
      await addRequest(sql, 'paged', { createdAt: at, ending: { status: 'approved', at: minutesAgo(5 - i) } });
    }
    const { events: whole } = await readOn('paged', null, 10);
    for (const limit of [1, 3, 10]) {
      const paged: EventResource[] = [];
      for (let cursor: string | undefined; ; ) {
        const page = await read('paged', { limit, ...(cursor === undefined ? {} : { cursor }) });
        if (page.data.length === 0) break;
        paged.push(...page.data);
        cursor = page.next_cursor ?? undefined;
      }
      expect(paged).toEqual(whole);
    }
    const exported: EventResource[] = [];
    for await (const batch of readEvents({ tenantId: 'paged' }, {})) exported.push(...batch);
    expect(exported).toEqual(whole);
  });

  test('nothing of another tenant is in it', async () => {
    await addTenant(sql, 'ours');
    await addTenant(sql, 'theirs');
    const ours = await addRequest(sql, 'ours');
    const theirs = await addRequest(sql, 'theirs');
    const { events } = await readOn('ours', null, 1);
    expect(idsOf(events)).toEqual([ours]);
    expect((await read('ours', { request_id: theirs })).data).toEqual([]);
    expect((await read('ours', { request_id: theirs, order: 'desc' })).data).toEqual([]);
  });
});

describe('filters', () => {
  let request: string;
  beforeAll(async () => {
    await addTenant(sql, 'filtered');
    await addRequest(sql, 'filtered', { createdAt: new Date('2025-05-01T10:00:00Z') });
    request = await addRequest(sql, 'filtered', {
      createdAt: new Date('2025-05-02T10:00:00Z'),
      comments: [{ at: new Date('2025-05-02T11:00:00Z'), text: 'Which invoice?', actor: 'usr_grace' }],
      ending: { status: 'rejected', at: new Date('2025-05-02T12:00:00Z'), by: 'usr_ada' },
    });
    await readOn('filtered', null, 4);
  });

  test.each([
    ['the actor', { actor: 'usr_grace' }, ['approval.commented']],
    ['the credential that acted', { actor: 'id_of_usr_ada' }, ['approval.rejected']],
    [
      'types',
      { type: ['approval.commented', 'approval.rejected'] as const },
      ['approval.commented', 'approval.rejected'],
    ],
    ['a time, whose start counts', { from: '2025-05-02T11:00:00Z' }, ['approval.commented', 'approval.rejected']],
    [
      'a time, whose end does not',
      { from: '2025-05-02', to: '2025-05-02T12:00:00+00:00' },
      ['approval.created', 'approval.commented'],
    ],
    [
      'everything together',
      { actor: 'usr_ada', type: ['approval.rejected'] as const, from: '2025-05-02' },
      ['approval.rejected'],
    ],
  ])('by %s', async (_what, filter, types) => {
    const query = { ...filter, ...('type' in filter ? { type: [...filter.type] } : {}) } as z.input<
      typeof ListEventsQuery
    >;
    expect((await read('filtered', query)).data.map(({ type }) => type)).toEqual(types);
    const backwards = await read('filtered', { ...query, order: 'desc' });
    expect(backwards.data.map(({ type }) => type)).toEqual([...types].reverse());
  });

  test('by request; an id that is none finds nothing', async () => {
    expect(idsOf((await read('filtered', { request_id: request })).data)).toEqual([request, request, request]);
    expect((await read('filtered', { request_id: 'no such id' })).data).toEqual([]);
  });
});

describe('backwards', () => {
  test('pages by time and ends with null', async () => {
    await addTenant(sql, 'back');
    for (let day = 1; day <= 5; day++)
      await addRequest(sql, 'back', { createdAt: new Date(`2025-06-0${day}T00:00:00Z`) });
    // Two at the same instant are told apart.
    await addRequest(sql, 'back', { createdAt: new Date('2025-06-03T00:00:00Z') });
    const seen: string[] = [];
    let cursor: string | null = '';
    let pages = 0;
    for (; cursor !== null; pages++) {
      const page = await read('back', { order: 'desc', limit: 2, ...(cursor === '' ? {} : { cursor }) });
      seen.push(...page.data.map(({ timestamp }) => timestamp.slice(8, 10)));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(['05', '04', '03', '03', '02', '01']);
    expect(pages).toBe(3);
  });
});

test.each([
  ['rubbish', 'zzz'],
  ['a transaction id that is too large', encodeCursor(['99999999999999999999', 'req_1', 1])],
  ['a text for a number', encodeCursor(['1', 'req_1', 'x'])],
  ['a NUL', encodeCursor(['1', 'req_\u0000', 1])],
  ['a number that is too large', encodeCursor(['1', 'req_1', 2 ** 31])],
  ['one of the other order', encodeCursor({ before: ['2025-01-01T00:00:00.000Z', 'req_1', 1] })],
])('a cursor that is not one is the caller’s fault: %s', async (_what, cursor) => {
  await expect(async () => read('acme', { cursor })).rejects.toThrow(
    expect.objectContaining({ code: 'input/invalid', errors: [expect.objectContaining({ pointer: '?cursor' })] }),
  );
});

test.each([
  ['rubbish', 'zzz'],
  ['one of the other order', encodeCursor(['1', 'req_1', 1])],
  ['a time that no database has', encodeCursor({ before: ['0000-01-01T00:00:00.000Z', 'req_1', 1] })],
])('nor does the other order take it: %s', async (_what, cursor) => {
  await expect(async () => read('acme', { cursor, order: 'desc' })).rejects.toThrow(
    expect.objectContaining({ code: 'input/invalid' }),
  );
});

describe('following', () => {
  const collect = async (tenantId: string, last: string | null, wanted: number) => {
    const abort = new AbortController();
    const got: StreamedEvent[] = [];
    const messages = await followEvents({ tenantId }, last, abort.signal);
    const reading = (async () => {
      for await (const batch of messages) {
        got.push(...batch);
        if (got.length >= wanted) break;
      }
    })();
    return { got, done: reading.finally(() => abort.abort()), stop: () => abort.abort() };
  };

  test('starts now, and shows what comes', async () => {
    await addTenant(sql, 'live');
    await addRequest(sql, 'live');
    const live = await collect('live', null, 2);
    const request = await addRequest(sql, 'live', {
      createdAt: minutesAgo(2),
      ending: { status: 'approved', at: minutesAgo(1) },
    });
    await live.done;
    const created = live.got.filter(({ event }) => event.request_id === request);
    expect(created.map(({ event }) => [event.type, event.status, event.seq])).toEqual([
      ['approval.created', 'pending', 1],
      ['approval.approved', 'approved', 2],
    ]);
  });

  test('resumes behind a cursor, which the feed understands too', async () => {
    await addTenant(sql, 'resumed');
    const requests: string[] = [];
    for (let i = 0; i < 4; i++) requests.push(await addRequest(sql, 'resumed'));
    const { events } = await readOn('resumed', null, 4);
    const { next_cursor: second } = await read('resumed', { limit: 2 });
    const resumed = await collect('resumed', second, 3);
    await vi.waitUntil(() => resumed.got.length === 2);
    const last = await addRequest(sql, 'resumed');
    await resumed.done;
    expect(idsOf(resumed.got.map(({ event }) => event))).toEqual([...idsOf(events.slice(2)), last]);
    const cursor = resumed.got[0]?.cursor ?? '';
    const { events: rest } = await readOn('resumed', cursor, 2);
    expect(idsOf(rest)).toEqual([requests[3], last]);
  });

  test('with a cursor that is none, or of a future that never was, starts now', async () => {
    await addTenant(sql, 'odd');
    await addRequest(sql, 'odd');
    await readOn('odd', null, 1);
    for (const cursor of ['zzz', encodeCursor(['18446744073709551615', 'req_1', 1])]) {
      const live = await collect('odd', cursor, 1);
      const request = await addRequest(sql, 'odd');
      await live.done;
      expect(idsOf(live.got.map(({ event }) => event))).toEqual([request]);
      await readOn('odd', null, 1);
    }
  });

  test('many followers of a tenant are served by one reader, which ends with the last of them', async () => {
    await addTenant(sql, 'crowd');
    const crowd = await Promise.all(Array.from({ length: 50 }, () => collect('crowd', null, 1)));
    const request = await addRequest(sql, 'crowd');
    await Promise.all(crowd.map(({ done }) => done));
    for (const { got } of crowd) expect(idsOf(got.map(({ event }) => event))).toEqual([request]);
    const feeds = (globalThis as unknown as Record<symbol, Map<string, unknown>>)[Symbol.for('countersign.live-feeds')];
    expect([...(feeds?.keys() ?? [])]).toEqual([]);
  });

  test('ends when it is aborted, also before anything has come', async () => {
    await addTenant(sql, 'quiet');
    const quiet = await collect('quiet', null, 1);
    quiet.stop();
    await quiet.done;
    expect(quiet.got).toEqual([]);
  });
});
