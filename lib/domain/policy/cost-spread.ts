/**
 * What reported outcomes teach about a cost model: how far what things cost was from what the model said. Ratios are integers, millionths:
 * `ONE` is an outcome that cost exactly what was said (docs/decisions/0023).
 */
import { divideUp } from './decimal';

export const ONE = 1_000_000n;
/** A thousand times the estimate; what is beyond it, or divides by zero, says nothing more. */
const MOST = 1000n * ONE;

/** The last outcomes that say how wide the band is. */
export const SPREAD_OUTCOMES = 200;
/** From so many outcomes on the band is learnt; the 95th percentile of fewer than 19 is not among them. */
export const LEARN_FROM = 20;
/** The last outcomes that say whether the model has drifted. */
export const DRIFT_OUTCOMES = 20;
/** A median this far from the estimate, up or down, is drift. */
export const DRIFT_LIMIT = 250_000n;

/** How far outcomes are from what the model says. */
export interface Spread {
  p50: bigint;
  p95: bigint;
  /** From 0 to 1, in hundredths. */
  confidence: number;
}

/** Before anything is known: what the model says, and no confidence. */
export const UNLEARNT: Spread = { p50: ONE, p95: ONE, confidence: 0 };

/**
 * The spread that estimates are made by. Reports may lower the middle as far as drift is tolerated, and not at all while the model is not
 * trusted: budgets are drawn by it and rules ask about it, and whoever reports is often whoever asks.
 */
export function toBelieved(spread: Spread, isTrusted: boolean): Spread {
  return { ...spread, p50: max(spread.p50, isTrusted ? ONE - DRIFT_LIMIT : ONE) };
}

/** What something cost for what the model said it would; rounded up, at most a thousand times. Neither is negative. */
export function ratioOf(actualCents: bigint, estimatedCents: bigint): bigint {
  if (estimatedCents === 0n) return actualCents === 0n ? ONE : MOST;
  const ratio = divideUp(actualCents * ONE, estimatedCents);
  return ratio > MOST ? MOST : ratio;
}

/**
 * The band that the last outcomes make, the newest first. The cautious end is never below what the model says: whoever reports what
 * things cost is often whoever asks for them, and must not talk the ceiling's estimate down.
 */
export function learnSpread(ratios: readonly bigint[]): Spread {
  const sorted = toSorted(ratios.slice(0, SPREAD_OUTCOMES));
  const highest = sorted.at(-1);
  if (highest === undefined) return UNLEARNT;
  const learnt = sorted.length >= LEARN_FROM;
  const p50 = learnt ? quantile(sorted, 50) : ONE;
  const p95 = max(learnt ? quantile(sorted, 95) : highest, max(p50, ONE));
  return { p50, p95, confidence: confidenceIn(sorted.length, p50, p95) };
}

/**
 * The median of the last outcomes, the newest first; null while there are too few. Drift is when it is more than a quarter away from
 * `ONE`: then at least half of them were off by that much, to the same side.
 */
export function medianOfLast(ratios: readonly bigint[]): bigint | null {
  return ratios.length < DRIFT_OUTCOMES ? null : quantile(toSorted(ratios.slice(0, DRIFT_OUTCOMES)), 50);
}

/** Whether a median is too far from the estimate to approve anything by it. */
export function isDrift(median: bigint | null): boolean {
  return median !== null && (median > ONE + DRIFT_LIMIT || median < ONE - DRIFT_LIMIT);
}

/**
 * The value that the next outcome is at or below with a probability of `percent`, whatever the distribution: the ceil((n + 1) q)-th
 * smallest of n (the quantile of split conformal prediction; Lei et al., Distribution-Free Predictive Inference for Regression, 2018).
 */
function quantile(sorted: readonly bigint[], percent: number): bigint {
  const rank = Math.ceil(((sorted.length + 1) * percent) / 100);
  return sorted[Math.min(rank, sorted.length) - 1] ?? ONE;
}

/**
 * Confidence grows with the number of outcomes and shrinks with the band: n / (n + 20) × p50 / p95, cut to hundredths. At 20 outcomes
 * without any spread it is 0.5, at 180 it is 0.9.
 */
function confidenceIn(outcomes: number, p50: bigint, p95: bigint): number {
  const n = BigInt(outcomes);
  return Number((100n * n * p50) / ((n + 20n) * p95)) / 100;
}

function toSorted(ratios: readonly bigint[]): bigint[] {
  return [...ratios].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

function max(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
