import { addDays } from '@/components/ui/zoned-day';
import type { Bucket } from './filters';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

interface Day {
  year: number;
  month: (typeof MONTHS)[number];
  day: number;
}

function read(iso: string): Day {
  const [year = 0, month = 1, day = 1] = iso.split('-').map(Number);
  return { year, month: MONTHS[month - 1] ?? 'Jan', day };
}

/** A calendar day as it is written: "3 Mar 2026". */
export function formatDate(iso: string): string {
  const { year, month, day } = read(iso);
  return `${day} ${month} ${year}`;
}

/** What a bucket is called: "3 Mar 2026", "week of 3 Mar 2026", "Mar 2026". */
export function describeBucket(start: string, bucket: Bucket): string {
  const { year, month } = read(start);
  if (bucket === 'month') return `${month} ${year}`;
  return bucket === 'week' ? `week of ${formatDate(start)}` : formatDate(start);
}

/** A stretch of days: "17 Oct 2025 – 14 Jan 2026", the year once where it is the same. */
export function describeDays(first: string, last: string): string {
  const from = read(first);
  return from.year === read(last).year && first !== last
    ? `${from.day} ${from.month} – ${formatDate(last)}`
    : first === last
      ? formatDate(last)
      : `${formatDate(first)} – ${formatDate(last)}`;
}

export interface AxisTick {
  start: string;
  label: string;
}

/** As many names below a chart as can be read: days while there are few, else each month where it begins. */
export function bucketTicks(starts: readonly string[], bucket: Bucket, most = 8): AxisTick[] {
  const months = starts.filter(
    (start, index) => index > 0 && monthOf(start, bucket) !== monthOf(starts[index - 1] ?? '', bucket),
  );
  if (bucket === 'month' || months.length >= 4) {
    return every(bucket === 'month' ? starts : months, most).map((start) => ({
      start,
      label: monthLabel(start, bucket),
    }));
  }
  return every(starts, most).map((start) => ({ start, label: `${read(start).day} ${read(start).month}` }));
}

/** A week belongs to the month it ends in: the first bucket of a month is the one that holds its first day. */
function monthOf(start: string, bucket: Bucket): string {
  return (bucket === 'week' ? addDays(start, 6) : start).slice(0, 7);
}

/** The month, and in January the year too. */
function monthLabel(start: string, bucket: Bucket): string {
  const { month, year } = read(bucket === 'week' ? addDays(start, 6) : start);
  return month === 'Jan' ? `Jan ${year}` : month;
}

/** Evenly spaced ones, the first included, no more than `most`. */
function every<T>(items: readonly T[], most: number): T[] {
  const step = Math.ceil(items.length / most);
  return items.filter((_, index) => index % step === 0);
}
