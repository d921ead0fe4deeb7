const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The upper bounds of a distribution of durations, in seconds and inclusive; what is longer comes after the last one. */
export const DURATION_BOUNDS = [
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
  4 * HOUR,
  8 * HOUR,
  DAY,
  2 * DAY,
  3 * DAY,
  5 * DAY,
  7 * DAY,
  14 * DAY,
] as const;

/** The bounds in ms, as `width_bucket` wants them: stored times are whole milliseconds, so `ms - 1 < bound` says `ms <= bound`. */
export const DURATION_BOUNDS_MS = DURATION_BOUNDS.map((seconds) => seconds * 1000);

/** A bar for every bound and one for what is longer, from counts by bar; bars nothing fell into are 0. */
export function toDistribution(
  counts: readonly { bar: number; count: number }[],
): { up_to_seconds: number | null; count: number }[] {
  const byBar = new Map(counts.map(({ bar, count }) => [bar, count]));
  return [...DURATION_BOUNDS, null].map((bound, bar) => ({ up_to_seconds: bound, count: byBar.get(bar) ?? 0 }));
}
