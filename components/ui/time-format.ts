const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

interface Span {
  count: number;
  short: string;
  word: string;
}

/** Hours until two days and days until two years: "47 h" says more than "1 d". Rounded down, so "12 min" left is at least that. */
function toSpan(ms: number): Span {
  const span = Math.abs(ms);
  if (span < MINUTE_MS) return { count: Math.floor(span / SECOND_MS), short: 's', word: 'second' };
  if (span < HOUR_MS) return { count: Math.floor(span / MINUTE_MS), short: 'min', word: 'minute' };
  if (span < 2 * DAY_MS) return { count: Math.floor(span / HOUR_MS), short: 'h', word: 'hour' };
  if (span < 730 * DAY_MS) return { count: Math.floor(span / DAY_MS), short: 'd', word: 'day' };
  return { count: Math.floor(span / (365 * DAY_MS)), short: 'y', word: 'year' };
}

/** A span in its largest unit, sign dropped: "40 s", "12 min", "3 h", "2 d". */
export function formatSpan(ms: number): string {
  const { count, short } = toSpan(ms);
  return `${count} ${short}`;
}

/** A span of days to the nearest one, so that what ends in 90 days says so at once; a shorter span as it is. */
export function toNearestDay(ms: number): number {
  return Math.abs(ms) < 2 * DAY_MS ? ms : Math.round(ms / DAY_MS) * DAY_MS;
}

/** How long ago, for the eye: "now" in the first five seconds, then "40 s", "12 min". The future (a clock that is off) is "now" too. */
export function formatAge(ageMs: number): string {
  return ageMs < 5 * SECOND_MS ? 'now' : formatSpan(ageMs);
}

/** The same span in words, for assistive technology: "12 minutes ago", "in 3 hours", "now". */
export function spellRelative(msFromNow: number): string {
  const { count, word } = toSpan(msFromNow);
  if (word === 'second' && count < 5) return 'now';
  const words = `${count} ${word}${count === 1 ? '' : 's'}`;
  return msFromNow < 0 ? `${words} ago` : `in ${words}`;
}

export type Heat = 'past' | 'hot' | 'warm' | 'calm';

/** How urgent a moment is: hot under 15 minutes, warm under an hour, unless told otherwise. */
export function heatOf(leftMs: number, { hotMs = 15 * MINUTE_MS, warmMs = HOUR_MS } = {}): Heat {
  if (leftMs <= 0) return 'past';
  if (leftMs < hotMs) return 'hot';
  return leftMs < warmMs ? 'warm' : 'calm';
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterFor(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'longOffset',
  });
  formatters.set(timeZone, formatter);
  return formatter;
}

/** Only numbers are taken from Intl: its words ("Sept", "CET") differ between Node and browsers, and the two must agree. */
function partsOf(at: Date, timeZone: string) {
  const parts = Object.fromEntries(
    formatterFor(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return {
    year: parts.year ?? '',
    month: MONTHS[Number(parts.month) - 1] ?? '',
    day: String(Number(parts.day)),
    clock: `${parts.hour}:${parts.minute}`,
    second: parts.second ?? '',
    // Runtimes disagree on "GMT" and "GMT+00:00".
    offset: (parts.timeZoneName ?? '').replace('GMT', 'UTC').replace(/[+-]00:00$/, ''),
  };
}

/** "14 Jan 2026, 09:41:12 UTC+01:00" */
export function formatExact(at: Date, timeZone: string): string {
  const { day, month, year, clock, second, offset } = partsOf(at, timeZone);
  return `${day} ${month} ${year}, ${clock}:${second} ${offset}`;
}

/** As much as is needed to place it: "09:41" today, "13 Jan, 09:41" this year, "13 Jan 2025" before. */
export function formatMoment(at: Date, now: Date, timeZone: string): string {
  const moment = partsOf(at, timeZone);
  const today = partsOf(now, timeZone);
  if (moment.year !== today.year) return `${moment.day} ${moment.month} ${moment.year}`;
  if (moment.month !== today.month || moment.day !== today.day) return `${moment.day} ${moment.month}, ${moment.clock}`;
  return moment.clock;
}

/** The reader's time zone, kept by the browser so that the server's next first paint already has the right hours. */
export const TIME_ZONE_COOKIE = 'countersign_tz';

/** The zone if the runtime knows it, else UTC: it comes from a cookie, and Intl throws on what it does not know. */
export function toTimeZone(value: string | undefined): string {
  if (!value) return 'UTC';
  try {
    formatterFor(value);
    return value;
  } catch (error) {
    if (error instanceof RangeError) return 'UTC';
    throw error;
  }
}
