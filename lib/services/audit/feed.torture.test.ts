// TORTURE W7: a reader of the event feed that polls with its cursor misses nothing, however late a transaction commits.
import pg from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { ListEventsQuery } from '@/lib/contracts';
import { env } from '@/lib/platform/env';
import { wakeDispatcher } from '@/lib/platform/notify';
import { addRequest } from '@/lib/testing/histories';
import { addTenant, type Sql, testDatabase } from '@/lib/testing/people';
import { followEvents, listEvents } from '.';

const WRITERS = 12;
const TRANSACTIONS = 40;
const LONGEST_SECONDS = 0.15;
/** For what was written last to be read; a reader that has missed something stops waiting then. */
const PATIENCE_MS = 20_000;

const sql = testDatabase();
beforeAll(() => addTenant(sql, 'acme'));

/** A fixed sequence of numbers in [0, 1), so that a run can be repeated. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Writes requests in transactions that stay open for a while after they have written; every seventh is rolled back. */
async function write(seed: number, committed: Set<string>): Promise<void> {
  const random = randomFrom(seed);
  const client = new pg.Client({ connectionString: env().DATABASE_URL });
  await client.connect();
  const own: Sql = async (text, values) => (await client.query(text, values)).rows;
  for (let i = 0; i < TRANSACTIONS; i++) {
    await client.query('BEGIN');
    const now = new Date();
    const ids = [
      await addRequest(own, 'acme', { comments: [{ at: now, text: 'one' }] }),
      await addRequest(own, 'acme'),
    ];
    await client.query('SELECT pg_sleep($1)', [random() * LONGEST_SECONDS]);
    const undo = i % 7 === 6;
    await client.query(undo ? 'ROLLBACK' : 'COMMIT');
    if (undo) continue;
    wakeDispatcher();
    for (const id of ids) committed.add(id);
  }
  await client.end();
}

/** What was seen of each event, in the order in which it came. */
type Seen = string[];

async function poll(limit: number, seen: Seen, done: () => boolean): Promise<void> {
  let cursor: string | undefined;
  for (let over = false; !over; ) {
    over = done();
    const page = await listEvents({ tenantId: 'acme' }, ListEventsQuery.parse({ limit, cursor }));
    seen.push(...page.data.map((event) => `${event.request_id}/${event.seq}`));
    cursor = page.next_cursor ?? undefined;
    if (page.data.length > 0) over = false;
  }
}

/** Follows live, and breaks off and resumes again and again. */
async function followInPieces(seed: number, seen: Seen, done: () => boolean): Promise<void> {
  const random = randomFrom(seed);
  let cursor = Buffer.from('["0","",0]').toString('base64url');
  while (!done()) {
    const abort = new AbortController();
    const breakOff = setTimeout(() => abort.abort(), 50 + random() * 400);
    for await (const batch of await followEvents({ tenantId: 'acme' }, cursor, abort.signal)) {
      // A connection may break in the middle of a batch: what was not delivered must come again.
      const delivered = batch.slice(0, 1 + Math.floor(random() * batch.length));
      seen.push(...delivered.map(({ event }) => `${event.request_id}/${event.seq}`));
      cursor = delivered.at(-1)?.cursor ?? cursor;
      if (delivered.length < batch.length) abort.abort();
    }
    clearTimeout(breakOff);
  }
}

test('readers that poll, and followers that break off and resume, see every event once, whatever commits late', async () => {
  const committed = new Set<string>();
  const polled: Seen[] = [[], [], []];
  const followed: Seen[] = [[], [], [], []];
  let writtenMs: number | null = null;
  // Every transaction writes two requests with three events between them.
  const expected = () => committed.size * 1.5;
  const isOver = (seen: Seen) => () =>
    writtenMs !== null && (seen.length >= expected() || performance.now() > writtenMs + PATIENCE_MS);
  const readers = [
    ...polled.map((seen, i) => poll([1, 7, 200][i] ?? 50, seen, isOver(seen))),
    ...followed.map((seen, i) => followInPieces(100 + i, seen, isOver(seen))),
  ];
  await Promise.all(Array.from({ length: WRITERS }, (_, i) => write(i + 1, committed)));
  writtenMs = performance.now();
  await Promise.all(readers);

  const rows = await sql<{ place: string }>(
    `SELECT subject_id || '/' || seq AS place FROM events WHERE tenant_id = 'acme' ORDER BY xid, subject_id, seq`,
  );
  const truth = rows.map(({ place }) => place);
  expect(truth).toHaveLength(expected());
  for (const seen of [...polled, ...followed]) expect(seen).toEqual(truth);
});
