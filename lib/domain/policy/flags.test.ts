import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bucketOf, type FlagState, isFlagOn, isSameState, planFlagChange } from './flags';

const state: fc.Arbitrary<FlagState> = fc.record({
  enabled: fc.boolean(),
  rolloutPercentage: fc.integer({ min: 0, max: 100 }),
  requiresSignoff: fc.boolean(),
});
const off = (rolloutPercentage = 100): FlagState => ({ enabled: false, rolloutPercentage, requiresSignoff: true });
const on = (rolloutPercentage = 100): FlagState => ({ enabled: true, rolloutPercentage, requiresSignoff: true });
const free = (over: Partial<FlagState> = {}): FlagState => ({ ...on(), requiresSignoff: false, ...over });

/** How much a flag lets through. */
const reach = (flag: FlagState | null) => (flag?.enabled ? flag.rolloutPercentage : 0);

// biome-ignore format: a table
test.each([
  ['switching on waits', off(), on(), off(), { ...on(), removes: false }],
  ['rolling out further waits', on(10), on(50), on(10), { ...on(50), removes: false }],
  ['rolling out further waits while it is off as well', off(10), off(50), off(10), { ...off(50), removes: false }],
  ['taking the sign-off away waits', off(), { ...off(), requiresSignoff: false }, off(), { ...off(), requiresSignoff: false, removes: false }],
  ['removing it waits, and it is off meanwhile', on(10), null, off(10), { ...off(10), removes: true }],
  ['switching off holds at once', on(), off(), off(), null],
  ['a smaller rollout holds at once', on(50), on(10), on(10), null],
  ['switching off holds at once where the rest waits', on(10), { ...off(90), requiresSignoff: false }, off(10), { ...off(90), requiresSignoff: false, removes: false }],
  ['a need for sign-off holds at once, also for what the same change switches on', free({ enabled: false }), on(), off(), { ...on(), removes: false }],
  ['a new one that needs sign-off is made switched off', null, on(30), off(30), { ...on(30), removes: false }],
  ['a new one that needs none is as it is wanted', null, free(), free(), null],
  ['one that needs none changes at once', free({ rolloutPercentage: 1 }), free(), free(), null],
  ['one that needs none goes at once', free(), null, null, null],
])('%s', (_, before, wanted, now, waits) => {
  expect(planFlagChange(before, wanted)).toEqual({ now, waits });
});

test('where a flag needs sign-off, nothing lets more through at once, and it goes on needing it', () => {
  fc.assert(
    fc.property(fc.option(state), fc.option(state), (before, wanted) => {
      if (before?.requiresSignoff !== true && wanted?.requiresSignoff !== true) return;
      const { now } = planFlagChange(before, wanted);
      if (before?.requiresSignoff === true) expect(now?.requiresSignoff).toBe(true);
      if (wanted?.requiresSignoff === true) expect(now?.requiresSignoff).toBe(true);
      expect(reach(now)).toBeLessThanOrEqual(reach(before));
      expect(reach(now)).toBeLessThanOrEqual(reach(wanted));
    }),
  );
});

test('what holds and what waits make up what was wanted, and asking again asks the same', () => {
  fc.assert(
    fc.property(fc.option(state), fc.option(state), (before, wanted) => {
      const { now, waits } = planFlagChange(before, wanted);
      if (waits === null) expect(now).toEqual(wanted);
      else if (wanted === null) expect(waits.removes).toBe(true);
      else expect(isSameState(waits, wanted)).toBe(true);
      if (now !== null) expect(planFlagChange(now, wanted)).toEqual({ now, waits });
    }),
  );
});

test('a bucket is 0 to 99.99, and a flag is on below its rollout', () => {
  expect(bucketOf('000000000000')).toBe(0);
  expect(bucketOf('ffffffffffff00')).toBe(99.99);
  expect(bucketOf('80000000000000')).toBe(50);
  const flag = { key: 'x', enabled: true, rolloutPercentage: 50 };
  expect(isFlagOn(flag, () => 49.99)).toBe(true);
  expect(isFlagOn(flag, () => 50)).toBe(false);
  expect(isFlagOn({ ...flag, rolloutPercentage: 100 }, () => 99.99)).toBe(true);
  expect(isFlagOn({ ...flag, rolloutPercentage: 0 }, () => 0)).toBe(false);
  expect(isFlagOn({ ...flag, enabled: false }, () => 0)).toBe(false);
});
