const DAY_MS = 86_400_000;

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterFor(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const numeric = {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  } as const;
  const formatter = new Intl.DateTimeFormat('en-US', { timeZone, calendar: 'gregory', hourCycle: 'h23', ...numeric });
  formatters.set(timeZone, formatter);
  return formatter;
}

/** What a clock in the zone shows at this moment, as if that were UTC. */
function wallClockMs(atMs: number, timeZone: string): number {
  const parts = Object.fromEntries(
    formatterFor(timeZone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The calendar day of a moment in a zone, as 2026-01-14. */
export function dayIn(timeZone: string, atMs: number): string {
  return new Date(wallClockMs(atMs, timeZone)).toISOString().slice(0, 10);
}

/** A calendar day so many days later; earlier, where it is negative. */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Whether a text is a calendar day that exists, as 2026-01-14. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && addDays(text, 0) === text;
}

/**
 * The first instant of a calendar day in a zone, in ms. Where the clock is changed at midnight, the day begins when it is first that
 * day: an hour late in spring, and after the repeated hour in autumn.
 */
export function startOfDayIn(timeZone: string, day: string): number {
  const midnightMs = Date.parse(day);
  const offsets = [-DAY_MS, DAY_MS].map((aside) => wallClockMs(midnightMs + aside, timeZone) - (midnightMs + aside));
  const candidates = offsets.map((offset) => midnightMs - offset).sort((a, b) => a - b);
  return candidates.find((atMs) => dayIn(timeZone, atMs) === day) ?? candidates[0] ?? midnightMs;
}
