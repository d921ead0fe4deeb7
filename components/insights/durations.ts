const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What stands where there is no number. */
export const NOTHING = '–';

interface Unit {
  seconds: number;
  short: string;
  word: string;
}

/** Hours until two days: "24.5 h" says more than "1 d". */
function unitOf(seconds: number): Unit {
  if (seconds < MINUTE) return { seconds: 1, short: 's', word: 'second' };
  if (seconds < HOUR) return { seconds: MINUTE, short: 'min', word: 'minute' };
  if (seconds < 2 * DAY) return { seconds: HOUR, short: 'h', word: 'hour' };
  return { seconds: DAY, short: 'd', word: 'day' };
}

/** One decimal below 100, none above, and none where it would be a zero. */
function inUnit(seconds: number, unit: Unit): string {
  const value = seconds / unit.seconds;
  const digits = value >= 99.95 || unit.seconds === 1 ? 0 : 1;
  return value.toFixed(digits).replace(/\.0$/, '');
}

/** A duration as a number to read off: "42 s", "12.5 min", "24.5 h", "7.1 d". */
export function formatDuration(seconds: number | null): string {
  if (seconds === null) return NOTHING;
  const unit = unitOf(seconds);
  return `${inUnit(seconds, unit)} ${unit.short}`;
}

/** The same in words, for assistive technology: "24.5 hours". */
export function spellDuration(seconds: number | null): string {
  if (seconds === null) return 'no value';
  const unit = unitOf(seconds);
  const value = inUnit(seconds, unit);
  return `${value} ${unit.word}${value === '1' ? '' : 's'}`;
}

/** The bound of a bar as its axis says it, on one line: "15 min", "8 h"; null is what is longer than all bounds. */
export function formatBound(seconds: number | null): string {
  if (seconds === null) return 'more';
  if (seconds < HOUR) return `${seconds / MINUTE} min`;
  return seconds < DAY ? `${seconds / HOUR} h` : `${seconds / DAY} d`;
}

/** "up to 15 min", "longer". */
export function describeBound(seconds: number | null): string {
  return seconds === null ? 'longer' : `up to ${formatBound(seconds)}`;
}

/** Steps between lines that people think in. */
const STEPS = [
  1,
  5,
  10,
  30,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  20 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
  56 * DAY,
  91 * DAY,
  182 * DAY,
  364 * DAY,
] as const;

const MOST_LINES = 4;

/** Where a chart's lines stand: 0 and at most four round durations, the last one at or above the highest value. */
export function durationTicks(highest: number): number[] {
  const step =
    STEPS.find((candidate) => highest / candidate <= MOST_LINES) ?? Math.ceil(highest / MOST_LINES / DAY) * DAY;
  const lines = Math.max(1, Math.ceil(highest / step));
  return Array.from({ length: lines + 1 }, (_, line) => line * step);
}

/** A line's label, in the unit of the lines' distance, so that one axis speaks one unit: "8 h", "32 h", "3 d". */
export function formatTick(seconds: number, step: number): string {
  if (seconds === 0) return '0';
  const unit = [DAY, HOUR, MINUTE, 1].find((size) => step % size === 0) ?? 1;
  return `${seconds / unit} ${unitOf(unit === DAY ? 2 * DAY : unit).short}`;
}
