import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { z } from 'zod';
import { FilterEventsQuery, FilterRequestsQuery } from '@/lib/contracts';
import { addRequest } from '@/lib/testing/histories';
import { addPerson, addTenant, type TestPerson, testDatabase } from '@/lib/testing/people';
import { exportEvents, exportRequests } from '.';

const sql = testDatabase();
let admin: TestPerson;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  await addTenant(sql, 'rival');
  admin = await addPerson(sql, 'acme', 'admin');
});

/** RFC 4180, read by its rules and not by how we write it. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n|$)/gy;
  for (let match = cell.exec(text); match !== null && cell.lastIndex <= text.length; match = cell.exec(text)) {
    const [, raw = '', end] = match;
    rows.at(-1)?.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    if (end === '\r\n') rows.push([]);
    if (end === '' || cell.lastIndex === text.length) break;
  }
  return rows.filter((row) => row.length > 0);
}

async function read(
  pieces: AsyncGenerator<string, void>,
): Promise<{ header: string[]; rows: Record<string, string>[] }> {
  let text = '';
  for await (const piece of pieces) text += piece;
  const [header = [], ...rows] = parseCsv(text);
  return {
    header,
    rows: rows.map(
      (row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? ''])) as Record<string, string>,
    ),
  };
}

const requests = (query: z.input<typeof FilterRequestsQuery> = {}) =>
  read(exportRequests(admin.actor, FilterRequestsQuery.parse(query)));

describe('requests', () => {
  test('nothing is a header', async () => {
    const { header, rows } = await requests();
    expect(header.slice(0, 4)).toEqual(['request_id', 'created_at', 'status', 'title']);
    expect(rows).toEqual([]);
  });

  test('hostile text comes back whole, and runs in no spreadsheet', async () => {
    const title = '=HYPERLINK("http://evil.example","Click")\r\nsecond, line';
    const justification = '@SUM(1)\u202e😀';
    await addRequest(sql, 'acme', { title, justification, payload: { amount_cents: 1, note: 'a "b", c\nd' } });
    const { rows } = await requests();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ title: `'${title}`, justification: `'${justification}`, status: 'pending' });
    expect(JSON.parse(rows[0]?.payload ?? '')).toEqual({ amount_cents: 1, note: 'a "b", c\nd' });
  });

  test('filters are the list’s', async () => {
    await addRequest(sql, 'acme', {
      createdAt: new Date('2025-05-01T10:00:00Z'),
      ending: { status: 'approved', at: new Date('2025-05-01T11:00:00Z') },
      skillId: 'db.migrate',
    });
    await addRequest(sql, 'rival', { skillId: 'db.migrate' });
    const { rows } = await requests({ skill_id: 'db.migrate' });
    expect(rows).toMatchObject([
      {
        created_at: '2025-05-01T10:00:00.000Z',
        resolved_at: '2025-05-01T11:00:00.000Z',
        resolved_by: 'usr_ada',
        tenant_id: 'acme',
      },
    ]);
    expect((await requests({ status: ['open'] })).rows.map(({ status }) => status)).toEqual(['pending']);
    expect((await requests({ created_before: '2025-05-02' })).rows).toHaveLength(1);
  });

  test('as many as there are, each once, oldest first, also where many were made in one instant', async () => {
    await sql(
      `INSERT INTO approval_requests (id, tenant_id, correlation_id, status, seq, last_hash, policy_type, skill_id, payload, payload_digest,
         title, policy, required_level, min_approvals, created_at, updated_at, expires_at)
       SELECT 'req_' || lpad(n::text, 26, '0'), 'acme', 'many-' || n, 'pending', 1, '', 'cost', 'many', '{}', '', 'Many', '{}', 1, 1,
         at, at, at + interval '1 hour'
       FROM generate_series(1, 2345) n, LATERAL (SELECT timestamptz '2025-01-01' + (n / 500) * interval '1 day' AS at) t`,
    );
    const { rows } = await requests({ skill_id: 'many' });
    expect(rows.map(({ request_id: id }) => Number(id?.slice(4)))).toEqual(
      Array.from({ length: 2345 }, (_, i) => i + 1),
    );
  });

  test('comes in pieces of a bounded size', async () => {
    const sizes: number[] = [];
    for await (const piece of exportRequests(admin.actor, FilterRequestsQuery.parse({ skill_id: 'many' }))) {
      sizes.push(piece.split('\r\n').length - 1);
    }
    expect(Math.max(...sizes)).toBeLessThanOrEqual(101);
    expect(sizes.length).toBeGreaterThan(20);
  });
});

describe('events', () => {
  test('are the history, with the filters of the feed', async () => {
    await addTenant(sql, 'history');
    const auditor = await addPerson(sql, 'history', 'admin');
    const request = await addRequest(sql, 'history', {
      createdAt: new Date('2025-05-01T10:00:00Z'),
      comments: [{ at: new Date('2025-05-01T10:30:00Z'), text: '=cmd|calc!A0', actor: 'usr_grace' }],
      ending: { status: 'rejected', at: new Date('2025-05-01T11:00:00Z'), by: 'usr_ada' },
    });
    await addRequest(sql, 'rival');
    const all = (query: z.input<typeof FilterEventsQuery> = {}) =>
      read(exportEvents(auditor.actor, FilterEventsQuery.parse(query)));
    // Other transactions of this server may hold the feed back for a moment.
    await vi.waitUntil(async () => (await all()).rows.length === 3, { timeout: 20_000, interval: 50 });
    const { header, rows } = await all();
    expect(header).toContain('hash');
    expect(rows.map(({ type, seq, request_id: id }) => [type, seq, id])).toEqual([
      ['approval.created', '1', request],
      ['approval.commented', '2', request],
      ['approval.rejected', '3', request],
    ]);
    expect(rows[1]).toMatchObject({
      reason: "'=cmd|calc!A0",
      actor: 'usr_grace',
      timestamp: '2025-05-01T10:30:00.000Z',
    });
    expect((await all({ actor: 'usr_grace' })).rows).toHaveLength(1);
    expect((await all({ type: ['approval.created'], to: '2025-05-01T10:00:01Z' })).rows).toHaveLength(1);
    expect((await all({ request_id: 'req_none' })).rows).toEqual([]);
  });
});

describe('behind a row', () => {
  const text = async (pieces: AsyncGenerator<string, void>) => {
    let all = '';
    for await (const piece of pieces) all += piece;
    return all;
  };

  test('come the rows after it, without the header', async () => {
    await addTenant(sql, 'behind');
    const auditor = await addPerson(sql, 'behind', 'admin');
    for (let i = 0; i < 3; i++) await addRequest(sql, 'behind', { createdAt: new Date(Date.UTC(2025, 4, 1 + i)) });
    const rows = (await text(exportRequests(auditor.actor, {}))).split('\r\n').slice(0, -1);
    expect(rows).toHaveLength(4);
    for (let i = 1; i < rows.length; i++) {
      const after = rows[i]?.split(',')[0] ?? '';
      const rest = rows.slice(i + 1).map((row) => `${row}\r\n`);
      expect(await text(exportRequests(auditor.actor, { after }))).toBe(rest.join(''));
    }
    await vi.waitUntil(async () => (await read(exportEvents(auditor.actor, {}))).rows.length === 3, {
      timeout: 20_000,
      interval: 50,
    });
    const events = (await text(exportEvents(auditor.actor, {}))).split('\r\n').slice(0, -1);
    const ids = (await read(exportEvents(auditor.actor, {}))).rows.map(({ event_id: id }) => id ?? '');
    for (const [i, after] of ids.entries()) {
      const rest = events.slice(i + 2).map((row) => `${row}\r\n`);
      expect(await text(exportEvents(auditor.actor, { after }))).toBe(rest.join(''));
    }
  });

  test('a row of nobody, and one of another tenant, are no such row', async () => {
    await addTenant(sql, 'elsewhere');
    const theirs = await addRequest(sql, 'elsewhere');
    const [event] = await sql<{ event_id: string }>('SELECT event_id FROM events WHERE subject_id = $1', [theirs]);
    const code = (promise: Promise<string>) =>
      promise.then(
        () => 'done',
        ({ code: said }: { code: string }) => said,
      );
    for (const after of [theirs, 'req_none', '\'"']) {
      expect([after, await code(text(exportRequests(admin.actor, { after })))]).toEqual([after, 'input/invalid']);
    }
    for (const after of [event?.event_id, 'evt_none']) {
      expect([after, await code(text(exportEvents(admin.actor, { after })))]).toEqual([after, 'input/invalid']);
    }
  });
});
