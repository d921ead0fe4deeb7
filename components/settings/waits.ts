const UNIT_SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, min: 60, h: 3600, d: 86_400 };

/** What to say of a text that is no span of time. */
export const NOT_A_WAIT = 'Write 30 s, 5 min or 2 h.';

/** A wait in the largest unit that says it exactly: "15 s", "90 s", "5 min", "24 h". */
export function formatWait(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** The seconds of a wait as it is typed, with a unit or without; null where it is none. */
export function parseWait(text: string): number | null {
  const [, count = '', unit = ''] = /^(\d{1,8})\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  const each = UNIT_SECONDS[unit.toLowerCase()];
  return count === '' || each === undefined ? null : Number(count) * each;
}
