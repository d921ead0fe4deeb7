import { formatWait, NOT_A_WAIT, parseWait } from './waits';

/** The schedules that the form offers, in seconds from one attempt to the next. */
export const RETRY_PRESETS = {
  /** What an endpoint gets that names none. */
  short: [1, 5, 15],
  /** The one that the Standard Webhooks specification suggests. */
  long: [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400],
} as const satisfies Record<string, readonly number[]>;

export type RetryChoice = keyof typeof RETRY_PRESETS | 'own';

const MAX_RETRIES = 12;
const MAX_WAIT_SECONDS = 86_400;

/** Which of the offered schedules this is. */
export function choiceOf(schedule: readonly number[]): RetryChoice {
  const isThis = (preset: readonly number[]) => preset.join() === schedule.join();
  if (isThis(RETRY_PRESETS.short)) return 'short';
  return isThis(RETRY_PRESETS.long) ? 'long' : 'own';
}

/** A schedule as it is typed: "1 s, 5 s, 15 s". */
export function formatSchedule(schedule: readonly number[]): string {
  return schedule.map(formatWait).join(', ');
}

/** Reads what was typed: waits in seconds, or with a unit, between commas or spaces; or says what is wrong with it. */
export function parseSchedule(text: string): { seconds: number[] } | { fault: string } {
  const given = text.trim().replaceAll(/(\d)\s+(?=[a-z])/gi, '$1');
  const waits = given.split(/[\s,;]+/).filter((wait) => wait !== '');
  if (waits.length === 0) return { fault: 'Say how long to wait before at least one more attempt.' };
  if (waits.length > MAX_RETRIES) return { fault: `At most ${MAX_RETRIES} waits.` };
  const seconds: number[] = [];
  for (const wait of waits) {
    const waited = parseWait(wait);
    if (waited === null) return { fault: `“${wait}” is not a wait. ${NOT_A_WAIT}` };
    if (waited < 1 || waited > MAX_WAIT_SECONDS) return { fault: 'A wait lasts from a second to 24 hours.' };
    seconds.push(waited);
  }
  return { seconds };
}

/** "3 more times, after 1 s, 5 s and 15 s", each counted from the attempt before it. */
export function describeRetries(schedule: readonly number[]): string {
  const waits = schedule.map(formatWait);
  const last = waits.at(-1) ?? '';
  if (waits.length === 1) return `Once more, after ${last}`;
  return `${waits.length} more times, after ${waits.slice(0, -1).join(', ')} and ${last}`;
}

/** How long after the first attempt the last one is made, roughly: "21 s", "3 days". */
export function describeReach(schedule: readonly number[]): string {
  const seconds = schedule.reduce((sum, wait) => sum + wait, 0);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * 3600) return `${Math.round(seconds / 60)} min`;
  return seconds < 48 * 3600 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`;
}
