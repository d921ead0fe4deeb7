import { expect, test } from 'vitest';
import { addDays } from '@/components/ui/zoned-day';
import { bucketTicks, describeBucket, describeDays } from './buckets';

const from = (start: string, count: number, step: number) =>
  Array.from({ length: count }, (_, i) => addDays(start, i * step));
const labels = (starts: string[], bucket: 'day' | 'week' | 'month') =>
  bucketTicks(starts, bucket).map(({ label }) => label);

test('a few days are named by day, evenly', () => {
  expect(labels(from('2026-01-08', 7, 1), 'day')).toEqual([
    '8 Jan',
    '9 Jan',
    '10 Jan',
    '11 Jan',
    '12 Jan',
    '13 Jan',
    '14 Jan',
  ]);
  expect(labels(from('2025-12-16', 30, 1), 'day')).toEqual([
    '16 Dec',
    '20 Dec',
    '24 Dec',
    '28 Dec',
    '1 Jan',
    '5 Jan',
    '9 Jan',
    '13 Jan',
  ]);
});

test('a long time is named by the months that begin in it, with the year in January', () => {
  expect(labels(from('2025-07-07', 28, 7), 'week')).toEqual(['Aug', 'Sep', 'Oct', 'Nov', 'Dec', 'Jan 2026']);
  expect(labels(['2025-11-01', '2025-12-01', '2026-01-01'], 'month')).toEqual(['Nov', 'Dec', 'Jan 2026']);
});

test('the names are never more than fit', () => {
  expect(labels(from('2024-01-01', 366, 1), 'day').length).toBeLessThanOrEqual(8);
});

test('a bucket and a stretch of days have names', () => {
  expect(describeBucket('2026-03-02', 'week')).toBe('week of 2 Mar 2026');
  expect(describeBucket('2026-03-01', 'month')).toBe('Mar 2026');
  expect(describeDays('2025-10-17', '2026-01-14')).toBe('17 Oct 2025 – 14 Jan 2026');
  expect(describeDays('2026-01-08', '2026-01-14')).toBe('8 Jan – 14 Jan 2026');
  expect(describeDays('2026-01-14', '2026-01-14')).toBe('14 Jan 2026');
});
