import type { CostModelResource } from '@/lib/contracts';

type Distribution = CostModelResource['distribution'];

/** Outcomes whose ratio is above `from` and at most `upTo`, in a place of its own on the axis. */
export interface RatioBar {
  from: number;
  /** Null: whatever is above. */
  upTo: number | null;
  outcomes: number;
  /** The middle of its place; places are 1 wide. */
  at: number;
}

/** What is always shown, so that one sees how close to exact most is. */
const ALWAYS_FROM = 0.7;
const ALWAYS_TO = 1.3;

/** The bars between the outermost that anything is in, and those around exact, each in a place as wide as the others. */
export function toRatioBars(distribution: Distribution): RatioBar[] {
  const all = distribution.map(({ up_to: upTo, outcomes }, index) => ({
    from: distribution[index - 1]?.up_to ?? 0,
    upTo,
    outcomes,
  }));
  const shown = ({ from, upTo, outcomes }: (typeof all)[number]) =>
    outcomes > 0 || (from >= ALWAYS_FROM && upTo !== null && upTo <= ALWAYS_TO);
  const first = all.findIndex(shown);
  const last = all.findLastIndex(shown);
  return all.slice(first, last + 1).map((bar, place) => ({ ...bar, at: place + 0.5 }));
}

/** Where a ratio lies among the bars; null when it is beside them. */
export function placeOf(bars: readonly RatioBar[], ratio: number): number | null {
  const index = bars.findIndex(({ from, upTo }) => ratio >= from && (upTo === null || ratio <= upTo));
  const bar = bars[index];
  if (bar === undefined) return null;
  const share = bar.upTo === null ? 0.5 : (ratio - bar.from) / (bar.upTo - bar.from);
  return index + share;
}

/** "1.00 to 1.05", "more than 10.00". */
export function describeRatioBar({ from, upTo }: Pick<RatioBar, 'from' | 'upTo'>): string {
  return upTo === null ? `more than ${from.toFixed(2)}` : `${from.toFixed(2)} to ${upTo.toFixed(2)}`;
}
