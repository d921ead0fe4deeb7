const formatters = new Map<string, Intl.DateTimeFormat>();

/** The calendar day of a moment in a zone, as 2026-01-14. */
export function formatDay(atMs: number, timeZone: string): string {
  const known = formatters.get(timeZone);
  const formatter = known ?? new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  if (!known) formatters.set(timeZone, formatter);
  const parts = Object.fromEntries(formatter.formatToParts(atMs).map(({ type, value }) => [type, value]));
  return `${parts.year}-${parts.month}-${parts.day}`;
}

/** The first instant of a calendar day (2026-01-14) in this browser's zone, `plusDays` later. Null for what is no day. */
export function startOfDay(day: string, plusDays = 0): string | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!match) return null;
  const at = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + plusDays);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
