import { expect, test } from 'vitest';
import { databaseNow, inTenant } from '@/lib/platform/db';
import { addTenant, testDatabase } from '@/lib/testing/people';

const sql = testDatabase();

// The driver drops the offset of a time it reads, and writes times without one.
test('times mean the same on a server whose zone is not UTC, read and written', async () => {
  const [{ name } = { name: '' }] = await sql<{ name: string }>('SELECT current_database() AS name');
  await sql(`ALTER DATABASE ${name} SET timezone TO 'Asia/Kathmandu'`);
  await addTenant(sql, 'acme');
  const now = await inTenant({ tenantId: 'acme' }, databaseNow);
  const [truth] = await sql<{ ms: number }>('SELECT (extract(epoch FROM now_ms()) * 1000)::float AS ms');
  expect(Math.abs(now.getTime() - (truth?.ms ?? 0))).toBeLessThan(60_000);
  const noon = new Date('2026-01-14T12:00:00.000Z');
  const [written] = await inTenant(
    { tenantId: 'acme' },
    (tx) => tx.$queryRaw<[{ ms: number }]>`
    SELECT (extract(epoch FROM ${noon}::timestamptz) * 1000)::float AS ms`,
  );
  expect(written.ms).toBe(noon.getTime());
});
