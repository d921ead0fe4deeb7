export interface Change {
  tone: 'better' | 'worse' | 'same';
  words: string;
}

/** How a duration compares with the one before it; null where one of them is missing. Less than one in a hundred is no change. */
export function compare(now: number | null, before: number | null): Change | null {
  if (now === null || before === null || before === 0) return null;
  const change = (now - before) / before;
  const percent = Math.round(Math.abs(change) * 100);
  if (percent < 1) return { tone: 'same', words: 'as before' };
  const tone = change < 0 ? 'better' : 'worse';
  const word = change < 0 ? 'faster' : 'slower';
  // "900% slower" is read wrong; ten times is not.
  const times = now / before;
  if (times >= 100) return { tone, words: 'over 100 times as long' };
  if (times >= 3) return { tone, words: `${Math.round(times)} times as long` };
  return { tone, words: `${percent}% ${word}` };
}
