const MAX_PAUSES = 12;
const MAX_SECONDS = 86_400;

/** Reads the pauses between attempts as they are typed: "1, 5, 15". Null when they are none that can be kept. */
export function parseSchedule(text: string): number[] | null {
  const parts = text
    .trim()
    .split(/[\s,;]+/)
    .filter((part) => part !== '');
  const seconds = parts.map(Number);
  const possible = seconds.every((value) => Number.isInteger(value) && value >= 1 && value <= MAX_SECONDS);
  return possible && seconds.length >= 1 && seconds.length <= MAX_PAUSES ? seconds : null;
}

/** The pauses as they are typed. */
export function writeSchedule(seconds: readonly number[]): string {
  return seconds.join(', ');
}

/** The pauses for a person: "4 attempts: at once, then after 1 s, 5 s, 15 s". */
export function describeSchedule(seconds: readonly number[]): string {
  return `${seconds.length + 1} attempts: at once, then after ${seconds.map(spell).join(', ')}`;
}

function spell(seconds: number): string {
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}
