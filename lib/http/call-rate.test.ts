import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Allowances, takeCall } from './call-rate';

const RATE = { perSecond: 10, atOnce: 120 };
const take = (allowances: Allowances, credential: string, nowMs: number) =>
  takeCall(allowances, credential, nowMs, RATE);

/** How many of so many calls at one moment are taken. */
const takenAt = (allowances: Allowances, nowMs: number, calls: number) =>
  Array.from({ length: calls }, () => take(allowances, 'a', nowMs)).filter((waitMs) => waitMs === 0).length;

describe('of one credential', () => {
  test('so many calls are taken at once, and then as many as time has passed for', () => {
    const allowances: Allowances = new Map();
    expect(takenAt(allowances, 5000, 200)).toBe(120);
    expect(take(allowances, 'a', 5000)).toBe(100);
    expect(take(allowances, 'a', 5099)).toBe(1);
    expect(takenAt(allowances, 5100, 10)).toBe(1);
    expect(takenAt(allowances, 6100, 50)).toBe(10);
    expect(takenAt(allowances, 999_999, 200)).toBe(120);
  });

  test('in no period more than it may: what is refused counts for nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 400 }), { minLength: 1, maxLength: 600 }), (gapsMs) => {
        const allowances: Allowances = new Map();
        let nowMs = 0;
        const taken: number[] = [];
        for (const gap of gapsMs) {
          nowMs += gap % 7 === 0 ? 0 : gap / 10;
          const waitMs = take(allowances, 'a', nowMs);
          if (waitMs === 0) taken.push(nowMs);
          // Who comes back when it was told is taken.
          else expect(take(new Map(allowances), 'a', nowMs + waitMs + 1e-6)).toBe(0);
        }
        const excess = taken.flatMap((from, first) =>
          taken.slice(first).map((until, further) => further + 1 - 120 - ((until - from) / 1000) * 10),
        );
        expect(Math.max(0, ...excess.filter((calls) => calls > 1e-6))).toBe(0);
      }),
    );
  });

  test('nothing is taken from another', () => {
    const allowances: Allowances = new Map();
    takenAt(allowances, 0, 200);
    expect(take(allowances, 'b', 0)).toBe(0);
  });
});

test('whoever has been quiet is forgotten', () => {
  const allowances: Allowances = new Map();
  for (let n = 0; n < 1000; n++) take(allowances, `key ${n}`, n);
  expect(allowances.size).toBeLessThan(200);
});
