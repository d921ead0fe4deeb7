import { expect, test } from 'vitest';
import { describeMeasured, percentile } from './report';

test('percentiles are times that really happened (nearest rank)', () => {
  const times = Array.from({ length: 200 }, (_, n) => n + 1);
  expect([0.5, 0.95, 0.975, 1].map((share) => percentile(times, share))).toEqual([100, 190, 195, 200]);
  expect(percentile([7], 0.5)).toBe(7);
  expect(percentile([], 0.95)).toBe(0);
});

test('a door is held against the database at the same operation', () => {
  const rate = (count: number) => ({ times: Array.from({ length: count }, () => 2), elapsedMs: 1000 });
  const table = describeMeasured([
    { operation: 'create', by: 'direct', rate: rate(400), isDatabase: false },
    { operation: 'create', by: 'pgbench', rate: rate(1000), isDatabase: true },
    { operation: 'evaluate', by: 'direct', rate: rate(3000), isDatabase: false },
  ]);
  expect(`\n${table.replaceAll(/ +$/gm, '')}`).toBe(`
operation  through  req/s  p50 ms  p95 ms  p97.5 ms  of the database
create     direct     400     2.0     2.0       2.0             0.40
           pgbench   1000     2.0     2.0       2.0
evaluate   direct    3000     2.0     2.0       2.0`);
});
