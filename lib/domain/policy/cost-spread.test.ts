import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DRIFT_OUTCOMES,
  isDrift,
  LEARN_FROM,
  learnSpread,
  medianOfLast,
  ONE,
  ratioOf,
  SPREAD_OUTCOMES,
  UNLEARNT,
} from '.';

/** Ratios from hundredths: 130 cost 1.3 times what was said. */
const of = (...hundredths: number[]) => hundredths.map((value) => BigInt(value) * 10_000n);
const times = (count: number, hundredths: number) => of(...Array<number>(count).fill(hundredths));

describe('a ratio', () => {
  test('is what it cost for what was said, in millionths, rounded up', () => {
    expect(ratioOf(130n, 100n)).toBe(1_300_000n);
    expect(ratioOf(1n, 3n)).toBe(333_334n);
    expect(ratioOf(0n, 100n)).toBe(0n);
  });

  test('ends at a thousand, also where nothing was said', () => {
    expect(ratioOf(10n ** 15n, 1n)).toBe(1000n * ONE);
    expect(ratioOf(1n, 0n)).toBe(1000n * ONE);
    expect(ratioOf(0n, 0n)).toBe(ONE);
  });
});

describe('a band', () => {
  test('is what the model says while nothing is known, without confidence', () => {
    expect(learnSpread([])).toEqual(UNLEARNT);
    expect(learnSpread([]).confidence).toBe(0);
  });

  test('opens to the dearest outcome before there are twenty', () => {
    expect(learnSpread(of(90, 140, 100))).toEqual({ p50: ONE, p95: 1_400_000n, confidence: 0.09 });
    expect(learnSpread(times(LEARN_FROM - 1, 50))).toMatchObject({ p50: ONE, p95: ONE });
  });

  test('is the middle and the 95th percentile from twenty on', () => {
    const outcomes = of(...Array.from({ length: 20 }, (_, n) => 81 + 2 * n));
    // Of 20 the median is the 11th, ceil(21 × 0.5), and the percentile the 20th, ceil(21 × 0.95).
    expect(learnSpread(outcomes)).toEqual({ p50: 1_010_000n, p95: 1_190_000n, confidence: 0.42 });
  });

  test('leaves the rare outlier out once there are enough', () => {
    expect(learnSpread([...of(900), ...times(38, 100)])).toMatchObject({ p50: ONE, p95: ONE });
    expect(learnSpread([...of(900), ...times(19, 100)]).p95).toBe(9_000_000n);
  });

  test('forgets what is older than two hundred outcomes', () =>
    expect(learnSpread([...times(SPREAD_OUTCOMES, 100), ...times(500, 900)])).toEqual(learnSpread(times(200, 100))));

  test('whatever is reported, its cautious end is never cheaper than the model', () => {
    expect(learnSpread(times(200, 1))).toEqual({ p50: 10_000n, p95: ONE, confidence: 0 });
    fc.assert(
      fc.property(fc.array(fc.bigInt(0n, 1000n * ONE), { maxLength: 250 }), (ratios) => {
        const { p50, p95, confidence } = learnSpread(ratios);
        expect(p95 >= ONE && p95 >= p50 && p50 >= 0n).toBe(true);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('confidence grows with the number of outcomes that agree', () => {
    const confidence = [1, 20, 60, 180, 200].map((count) => learnSpread(times(count, 100)).confidence);
    expect(confidence).toEqual([0.04, 0.5, 0.75, 0.9, 0.9]);
  });
});

describe('drift', () => {
  test('is not measured on fewer than twenty outcomes', () => {
    expect(medianOfLast(times(DRIFT_OUTCOMES - 1, 900))).toBeNull();
    expect(isDrift(null)).toBe(false);
  });

  test('is a median of the last twenty that is more than a quarter off, up or down', () => {
    const drift = (hundredths: number) => isDrift(medianOfLast(times(20, hundredths)));
    expect([126, 125, 100, 75, 74].map(drift)).toEqual([true, false, false, false, true]);
  });

  test('takes more than half of them, and only the newest count', () => {
    expect(medianOfLast([...times(10, 900), ...times(10, 100)])).toBe(9_000_000n);
    expect(isDrift(medianOfLast([...times(9, 900), ...times(11, 100)]))).toBe(false);
    expect(isDrift(medianOfLast([...times(20, 100), ...times(200, 900)]))).toBe(false);
  });
});
