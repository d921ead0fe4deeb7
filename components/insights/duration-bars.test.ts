import { expect, test } from 'vitest';
import { type DurationBar, withoutEmptyEnds } from './duration-bars';

const BOUNDS = [60, 300, 900, 3600, 14_400, 28_800, 86_400, 604_800, null];
const bars = (...counts: number[]): DurationBar[] => BOUNDS.map((upTo, index) => ({ upTo, count: counts[index] ?? 0 }));
const shown = (...counts: number[]) => withoutEmptyEnds(bars(...counts)).map(({ upTo }) => upTo);

test('what nothing is in is left out at both ends, but one bar, which says that nothing took longer', () => {
  expect(shown(0, 0, 4, 8, 2)).toEqual([900, 3600, 14_400, 28_800]);
  expect(shown(0, 0, 0, 0, 3)).toEqual([3600, 14_400, 28_800]);
  expect(shown(1)).toEqual([60, 300]);
});

test('what is longer than all bounds stays where there is some', () => {
  expect(shown(0, 0, 0, 1, 0, 0, 0, 0, 2)).toEqual(BOUNDS.slice(3));
});

test('nothing at all is two bars, not nine', () => expect(shown()).toEqual([3600, 14_400]));
