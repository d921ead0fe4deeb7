import { addDays, dayIn, startOfDayIn } from '@/components/ui/zoned-day';
import type { INSIGHT_BUCKETS } from '@/lib/contracts';

export type Bucket = (typeof INSIGHT_BUCKETS)[number];

/** How far the page looks back, in days, and into what it may cut that; the first bucket is the one it chooses itself. */
export const SPANS = {
  7: { label: '7 days', buckets: ['day'] },
  30: { label: '30 days', buckets: ['day', 'week'] },
  90: { label: '90 days', buckets: ['week', 'day', 'month'] },
  365: { label: '365 days', buckets: ['week', 'day', 'month'] },
} as const satisfies Record<number, { label: string; buckets: readonly Bucket[] }>;

export type Span = keyof typeof SPANS;
export const SPAN_DAYS = [7, 30, 90, 365] as const satisfies readonly Span[];

/** What the page shows, as its URL says it. */
export interface InsightFilters {
  days: Span;
  bucket: Bucket;
  /** Null where the URL does not name one: then it is the reader's own. */
  tz: string | null;
}

interface Params {
  get: (name: string) => string | null;
}

/** Reads the filters from a URL. What makes no sense is replaced by what the page would choose itself. */
export function readFilters(params: Params): InsightFilters {
  const days = SPAN_DAYS.find((span) => String(span) === params.get('days')) ?? 30;
  const allowed: readonly Bucket[] = SPANS[days].buckets;
  const bucket = allowed.find((name) => name === params.get('bucket')) ?? SPANS[days].buckets[0];
  const tz = params.get('tz');
  return { days, bucket, tz: tz !== null && isTimeZone(tz) ? tz : null };
}

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The address of the page with these filters; what it would choose itself is left out. */
export function insightsHref({ days, bucket, tz }: InsightFilters): string {
  const search = new URLSearchParams();
  if (days !== 30) search.set('days', String(days));
  if (bucket !== SPANS[days].buckets[0]) search.set('bucket', bucket);
  if (tz !== null) search.set('tz', tz);
  const query = search.toString();
  return query === '' ? '/insights' : `/insights?${query}`;
}

export interface InsightRange {
  from: string;
  to: string;
}

/**
 * The time that is looked at and, of the same length, the one before it. It begins with a whole local day, week (Monday) or month, so
 * that the first bucket is no smaller than the others, and ends now.
 */
export function toRanges(
  { days, bucket }: Pick<InsightFilters, 'days' | 'bucket'>,
  timeZone: string,
  nowMs: number,
): { current: InsightRange; previous: InsightRange } {
  const first = firstOf(bucket, addDays(dayIn(timeZone, nowMs), 1 - days));
  const fromMs = startOfDayIn(timeZone, first);
  const iso = (ms: number) => new Date(ms).toISOString();
  return {
    current: { from: iso(fromMs), to: iso(nowMs) },
    previous: { from: iso(fromMs - (nowMs - fromMs)), to: iso(fromMs) },
  };
}

function firstOf(bucket: Bucket, day: string): string {
  if (bucket === 'day') return day;
  if (bucket === 'month') return `${day.slice(0, 8)}01`;
  const weekday = new Date(day).getUTCDay();
  return addDays(day, -((weekday + 6) % 7));
}
