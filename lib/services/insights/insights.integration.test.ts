import { beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { InsightQuery } from '@/lib/contracts';
import { closeDatabases } from '@/lib/platform/db';
import { addRequest } from '@/lib/testing/histories';
import { addTenant, testDatabase } from '@/lib/testing/people';
import { getBacklog, getTimeToApprove, getVolume } from '.';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const sql = testDatabase();
const acme = { tenantId: 'acme' };

const asked = (query: z.input<typeof InsightQuery>) => InsightQuery.parse(query);
const at = (text: string) => new Date(text);

/** A request of this moment that somebody approved so long afterwards. */
const approved = (
  createdAt: string,
  tookMs: number,
  over: { requiredLevel?: number; by?: string; skillId?: string } = {},
) => {
  const { by, ...rest } = over;
  const ending = { status: 'approved' as const, at: new Date(Date.parse(createdAt) + tookMs), ...(by ? { by } : {}) };
  return addRequest(sql, 'acme', { createdAt: at(createdAt), ending, ...rest });
};

describe('time to approve', () => {
  beforeAll(async () => {
    await addTenant(sql, 'acme');
    await addTenant(sql, 'rival');
    await approved('2025-03-03T10:00:00Z', 1 * HOUR, { requiredLevel: 2 });
    await approved('2025-03-03T11:00:00Z', 2 * HOUR, { requiredLevel: 2 });
    await approved('2025-03-03T12:00:00Z', 3 * HOUR, { requiredLevel: 4 });
    await approved('2025-03-05T12:00:00Z', 20 * DAY, { requiredLevel: 4, skillId: 'db.migrate' });
    await approved('2025-03-05T13:00:00Z', 0, { by: 'policy' });
    await addRequest(sql, 'acme', {
      createdAt: at('2025-03-05T14:00:00Z'),
      ending: { status: 'rejected', at: at('2025-03-05T15:00:00Z') },
    });
    await addRequest(sql, 'rival', {
      createdAt: at('2025-03-03T10:00:00Z'),
      ending: { status: 'approved', at: at('2025-03-03T10:00:01Z') },
    });
  });

  const march = { from: '2025-03-03', to: '2025-03-07' };

  test('is what people took, interpolated; policy, rejections and other tenants do not count', async () => {
    const { overall, by_level: byLevel } = await getTimeToApprove(acme, asked(march));
    expect(overall.approved).toBe(4);
    expect(overall.p50_seconds).toBe(2.5 * 3600);
    expect(overall.p95_seconds).toBeCloseTo((3 + 0.85 * (480 - 3)) * 3600, 3);
    expect(byLevel).toEqual([
      { level: 2, approved: 2, p50_seconds: 1.5 * 3600, p95_seconds: expect.closeTo(1.95 * 3600, 6) },
      { level: 4, approved: 2, p50_seconds: 241.5 * 3600, p95_seconds: expect.closeTo((3 + 0.95 * 477) * 3600, 6) },
    ]);
  });

  test('has every bucket of the range, empty ones too', async () => {
    const { buckets } = await getTimeToApprove(acme, asked(march));
    expect(buckets).toEqual([
      { start: '2025-03-03', approved: 3, p50_seconds: 7200, p95_seconds: expect.closeTo(2.9 * 3600, 6) },
      { start: '2025-03-04', approved: 0, p50_seconds: null, p95_seconds: null },
      { start: '2025-03-05', approved: 1, p50_seconds: 20 * 86_400, p95_seconds: 20 * 86_400 },
      { start: '2025-03-06', approved: 0, p50_seconds: null, p95_seconds: null },
    ]);
  });

  test('is counted up to and with each bound of the distribution', async () => {
    const { distribution } = await getTimeToApprove(acme, asked(march));
    const bars = distribution.filter(({ approved }) => approved > 0);
    expect(bars).toEqual([
      { up_to_seconds: 3600, approved: 1 },
      { up_to_seconds: 4 * 3600, approved: 2 },
      { up_to_seconds: null, approved: 1 },
    ]);
    expect(distribution).toHaveLength(13);
  });

  test('can be asked for one skill or policy type', async () => {
    const one = await getTimeToApprove(acme, asked({ ...march, skill_id: 'db.migrate' }));
    expect(one.overall.approved).toBe(1);
    const none = await getTimeToApprove(acme, asked({ ...march, policy_type: 'capability' }));
    expect(none.overall).toEqual({ approved: 0, p50_seconds: null, p90_seconds: null, p95_seconds: null });
  });

  test('puts a request into the local day, week and month in which it was made', async () => {
    // 10:00 UTC on Monday 3 March is still Sunday in Pago Pago (UTC-11), and the week before; 11:00 is Monday.
    const pago = asked({ ...march, tz: 'Pacific/Pago_Pago', from: '2025-03-03T09:00:00Z', bucket: 'week' });
    const weekly = await getTimeToApprove(acme, pago);
    expect(weekly.buckets.map(({ start, approved: count }) => [start, count])).toEqual([
      ['2025-02-24', 1],
      ['2025-03-03', 3],
    ]);
    const monthly = await getTimeToApprove(acme, asked({ ...march, bucket: 'month' }));
    expect(monthly.buckets.map(({ start, approved: count }) => [start, count])).toEqual([['2025-03-01', 4]]);
  });
});

describe('days in a zone with daylight saving', () => {
  beforeAll(async () => {
    // Amsterdam went from UTC+1 to UTC+2 on 30 March 2025 at 01:00 UTC, and back on 26 October at 01:00 UTC.
    for (const moment of [
      '2025-03-29T22:59:59Z',
      '2025-03-29T23:00:00Z',
      '2025-03-30T21:59:59Z',
      '2025-03-30T22:00:00Z',
    ]) {
      await approved(moment, MINUTE, { skillId: 'spring' });
    }
    for (const moment of [
      '2025-10-25T21:59:59Z',
      '2025-10-25T22:00:00Z',
      '2025-10-26T22:59:59Z',
      '2025-10-26T23:00:00Z',
    ]) {
      await approved(moment, MINUTE, { skillId: 'autumn' });
    }
  });

  test.each([
    ['spring', '2025-03-28T23:00:00Z', '2025-03-31T22:00:00Z', ['2025-03-29', '2025-03-30', '2025-03-31']],
    ['autumn', '2025-10-24T22:00:00Z', '2025-10-27T23:00:00Z', ['2025-10-25', '2025-10-26', '2025-10-27']],
  ])('a day of 23 or 25 hours is one day: %s', async (season, from, to, days) => {
    for (const tz of ['Europe/Amsterdam', 'CET']) {
      const { buckets } = await getVolume(acme, asked({ from, to, tz, skill_id: season }));
      expect(buckets.map(({ start, approved: count }) => [start, count])).toEqual(
        days.map((day, i) => [day, [1, 2, 1][i]]),
      );
    }
  });
});

describe('volume', () => {
  test('says what became of each request, once, and how many were ever escalated', async () => {
    const created = at('2024-06-03T08:00:00Z');
    const later = at('2024-06-03T09:00:00Z');
    const add = (
      status: 'approved' | 'rejected' | 'expired' | 'cancelled',
      over: { by?: string; escalatedAt?: Date } = {},
    ) => {
      const { by, ...rest } = over;
      return addRequest(sql, 'acme', {
        createdAt: created,
        ending: { status, at: later, ...(by ? { by } : {}) },
        ...rest,
      });
    };
    await add('approved');
    await add('approved', { by: 'policy' });
    await add('approved', { escalatedAt: at('2024-06-03T08:30:00Z') });
    await add('rejected');
    await add('expired', { by: 'expiry' });
    await add('cancelled');
    await addRequest(sql, 'acme', { createdAt: created, escalatedAt: later });
    const { total, buckets } = await getVolume(acme, asked({ from: '2024-06-03', to: '2024-06-05' }));
    const outcomes = { approved: 2, approved_by_policy: 1, rejected: 1, expired: 1, cancelled: 1, open: 1 };
    expect(total).toEqual({ ...outcomes, escalated: 2 });
    expect(buckets).toEqual([
      { start: '2024-06-03', ...outcomes },
      { start: '2024-06-04', approved: 0, approved_by_policy: 0, rejected: 0, expired: 0, cancelled: 0, open: 0 },
    ]);
  });
});

describe('a range', () => {
  test('is the last 30 days unless said', async () => {
    const { from, to, buckets } = await getVolume(acme, asked({}));
    expect(Date.parse(to) - Date.parse(from)).toBe(30 * DAY);
    expect(buckets).toHaveLength(31);
  });

  test.each([
    ['an empty one', { from: '2025-01-02', to: '2025-01-02' }, '?from'],
    ['one that runs backwards', { from: '2025-01-02', to: '2025-01-01' }, '?from'],
    ['more than five years', { from: '2019-01-01', to: '2025-01-01', bucket: 'month' as const }, '?from'],
    ['more buckets than can be drawn', { from: '2021-01-01', to: '2025-01-01' }, '?bucket'],
  ])('is refused with a pointer: %s', async (_what, query, pointer) => {
    for (const read of [getTimeToApprove, getVolume]) {
      await expect(async () => read(acme, asked(query))).rejects.toThrow(
        expect.objectContaining({ code: 'input/invalid', errors: [expect.objectContaining({ pointer })] }),
      );
    }
  });

  test('of the earliest and latest times there are is refused, not an error of ours', async () => {
    for (const query of [{ from: '0000-01-01', to: '9999-12-31T23:59:59-23:59' }, { to: '0000-01-02' }]) {
      await expect(getVolume(acme, asked(query))).rejects.toThrow(expect.objectContaining({ code: 'input/invalid' }));
    }
  });

  test('in a zone that only this runtime knows is refused', async () => {
    const query = { ...asked({}), tz: 'Atlantis/Poseidonis' };
    await expect(getVolume(acme, query)).rejects.toThrow(
      expect.objectContaining({ code: 'input/invalid', errors: [expect.objectContaining({ pointer: '?tz' })] }),
    );
  });

  test('means the same whatever the zone of the server', async () => {
    const [{ name } = { name: '' }] = await sql<{ name: string }>('SELECT current_database() AS name');
    await sql(`ALTER DATABASE ${name} SET timezone TO 'Asia/Kathmandu'`);
    try {
      // Connections keep the zone they began with.
      await closeDatabases();
      const { buckets } = await getVolume(acme, asked({ from: '2024-06-03', to: '2024-06-05' }));
      expect(buckets.map(({ start, approved: count }) => [start, count])).toEqual([
        ['2024-06-03', 2],
        ['2024-06-04', 0],
      ]);
    } finally {
      await sql(`ALTER DATABASE ${name} RESET timezone`);
    }
  });
});

test('the backlog is what is open now, by age and level', async () => {
  await addTenant(sql, 'calm');
  expect(await getBacklog({ tenantId: 'calm' })).toMatchObject({
    open: 0,
    escalated: 0,
    oldest_created_at: null,
    by_level: [],
  });
  const ago = (ms: number) => new Date(Date.now() - ms);
  const oldest = ago(30 * DAY);
  await addTenant(sql, 'busy');
  await addRequest(sql, 'busy', { createdAt: oldest, requiredLevel: 4, escalatedAt: ago(DAY) });
  await addRequest(sql, 'busy', { createdAt: ago(2 * HOUR), requiredLevel: 4 });
  await addRequest(sql, 'busy', { createdAt: ago(2 * MINUTE), requiredLevel: 1 });
  await addRequest(sql, 'busy', { createdAt: ago(DAY), ending: { status: 'approved', at: ago(HOUR) } });
  const backlog = await getBacklog({ tenantId: 'busy' });
  expect(backlog).toMatchObject({ open: 3, escalated: 1, oldest_created_at: oldest.toISOString() });
  expect(backlog.ages.filter(({ open }) => open > 0)).toEqual([
    { up_to_seconds: 300, open: 1 },
    { up_to_seconds: 4 * 3600, open: 1 },
    { up_to_seconds: null, open: 1 },
  ]);
  expect(backlog.by_level).toEqual([
    { level: 1, open: 1, oldest_created_at: expect.any(String) },
    { level: 4, open: 2, oldest_created_at: oldest.toISOString() },
  ]);
});
