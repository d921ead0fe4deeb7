// A dump that is restored into another cluster brings the numbers of that one's transactions; here those of the new one begin low again.
import path from 'node:path';
import pg from 'pg';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type EventResource, ListEventsQuery } from '@/lib/contracts';
import { migrate } from '@/lib/platform/db/migrate';
import { env } from '@/lib/platform/env';
import { addRequest } from '@/lib/testing/histories';
import { addTenant, type Sql, testDatabase } from '@/lib/testing/people';
import { listEvents } from '.';

const sql = testDatabase();
const FAR = 1_000_000_000_000;

let tenants = 0;
let tenantId: string;
beforeAll(() => start());
beforeEach(async () => {
  tenants += 1;
  tenantId = await addTenant(sql, `acme-${tenants}`);
});

/** What a start does to the database, and what it says. */
async function start(): Promise<string[]> {
  const said: string[] = [];
  await migrate({ url: env().DATABASE_URL, dir: path.resolve('prisma/migrations'), log: (line) => said.push(line) });
  return said;
}

/** What the database is after a restore: its events were numbered far ahead, in a cluster that is not this one. */
async function restore({ eventsAhead }: { eventsAhead: boolean }): Promise<void> {
  await sql(`UPDATE feed_home SET cluster = 'another/1'`);
  if (!eventsAhead) return;
  await sql('ALTER TABLE events DISABLE TRIGGER events_insert_only');
  await sql(`UPDATE events SET xid = (xid::text::bigint + ${FAR})::text::xid8 WHERE tenant_id = $1`, [tenantId]);
  await sql('ALTER TABLE events ENABLE TRIGGER events_insert_only');
}

const read = (cursor: string | null = null) =>
  listEvents({ tenantId }, ListEventsQuery.parse(cursor === null ? {} : { cursor }));

/** Goes on from a cursor until so much has come; what other transactions of this server hold back comes a little later. */
async function readOn(from: string | null, wanted: number) {
  const events: EventResource[] = [];
  let cursor = from;
  await vi.waitUntil(
    async () => {
      const page = await read(cursor);
      events.push(...page.data);
      cursor = page.next_cursor;
      return events.length >= wanted;
    },
    { timeout: 20_000 },
  );
  return { ids: events.map((event) => event.request_id), cursor };
}

async function openTransaction() {
  const client = new pg.Client({ connectionString: env().DATABASE_URL });
  await client.connect();
  await client.query('BEGIN');
  const own: Sql = async (text, values) => (await client.query(text, values)).rows;
  const commit = async () => {
    await client.query('COMMIT');
    await client.end();
  };
  return { sql: own, commit };
}

describe('after a restore into another cluster', () => {
  test('old events are listed, and readers go on from the cursors they have', async () => {
    const before = [await addRequest(sql, tenantId), await addRequest(sql, tenantId)];
    await restore({ eventsAhead: true });
    expect((await read()).data).toEqual([]);

    expect(await start()).toEqual([expect.stringContaining('numbered by another database cluster')]);
    const first = await read();
    expect(first.data.map((event) => event.request_id)).toEqual(before);
    const [last] = await sql<{ xid: string; subject: string }>(
      'SELECT xid::text AS xid, subject_id AS subject FROM events WHERE tenant_id = $1 ORDER BY xid DESC LIMIT 1',
      [tenantId],
    );
    const given = Buffer.from(JSON.stringify([last?.xid, last?.subject, 1])).toString('base64url');
    const fresh = await addRequest(sql, tenantId);
    expect((await readOn(given, 1)).ids).toEqual([fresh]);
    expect((await readOn(first.next_cursor, 1)).ids).toEqual([fresh]);
    expect((await readOn(null, 3)).ids).toEqual([...before, fresh]);
  });

  test('a reader that was further than the backup misses nothing that comes now', async () => {
    await addRequest(sql, tenantId);
    const { cursor } = await readOn(null, 1);
    const [xid = '0', ...rest] = JSON.parse(Buffer.from(cursor ?? '', 'base64url').toString()) as string[];
    const further = Buffer.from(JSON.stringify([String(BigInt(xid) + 5_000_000n), ...rest])).toString('base64url');
    await restore({ eventsAhead: false });
    await start();
    const fresh = await addRequest(sql, tenantId);
    expect((await readOn(further, 1)).ids).toEqual([fresh]);
  });

  test('an event that commits late is still not missed', async () => {
    await addRequest(sql, tenantId);
    await restore({ eventsAhead: true });
    await start();
    const { cursor } = await readOn(null, 1);
    const slow = await openTransaction();
    const late = await addRequest(slow.sql, tenantId);
    const quick = await addRequest(sql, tenantId);
    const meanwhile = await read(cursor);
    expect(meanwhile.data).toEqual([]);
    await slow.commit();
    expect((await readOn(meanwhile.next_cursor, 2)).ids).toEqual([late, quick]);
  });

  test('who is writing while the numbers leap is waited for, and numbered before those who come after', async () => {
    await addRequest(sql, tenantId);
    await restore({ eventsAhead: true });
    const slow = await openTransaction();
    const early = await addRequest(slow.sql, tenantId);
    const started = start();
    const waiting = `SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'events'::regclass`;
    await vi.waitUntil(async () => (await sql(waiting)).length > 0, { timeout: 20_000 });
    await slow.commit();
    await started;
    const fresh = await addRequest(sql, tenantId);
    // The early one was numbered by this cluster before the leap, so it stands before the event of the backup; it is not lost.
    expect((await readOn(null, 3)).ids).toEqual([early, expect.anything(), fresh]);
  });
});

test('a start that finds everything in place changes nothing and says nothing', async () => {
  const number = async () => (await sql<{ n: string }>(`SELECT feed_number('0')::text AS n`))[0]?.n;
  await start();
  const before = await number();
  await addRequest(sql, tenantId);
  const open = await openTransaction();
  await addRequest(open.sql, tenantId);
  await addRequest(sql, tenantId);
  expect(await start()).toEqual([]);
  await open.commit();
  expect(await number()).toBe(before);
});

test('what a leap adds only ever grows', async () => {
  await addRequest(sql, tenantId);
  const number = async () => BigInt((await sql<{ n: string }>(`SELECT feed_number('0')::text AS n`))[0]?.n ?? '0');
  let before = await number();
  for (const eventsAhead of [false, true, false]) {
    await restore({ eventsAhead });
    await start();
    expect(await number()).toBeGreaterThanOrEqual(before);
    before = await number();
  }
});

test('a database that was restored without its roles is refused with words that say what to do', async () => {
  await sql('DROP POLICY worker_crosses_tenants ON events');
  await expect(start()).rejects.toThrow('where the roles countersign_worker were missing');
  await sql('CREATE POLICY worker_crosses_tenants ON events TO countersign_worker USING (true) WITH CHECK (true)');
});
