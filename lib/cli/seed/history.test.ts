import { expect, test } from 'vitest';
import { chance } from './chance';
import { pastWeeks } from './history';

const NOW = new Date('2026-03-11T15:30:00.000Z');

test('the same chance tells the same story', () => {
  expect(pastWeeks(NOW, chance(7))).toEqual(pastWeeks(NOW, chance(7)));
  expect(pastWeeks(NOW, chance(7))).not.toEqual(pastWeeks(NOW, chance(8)));
});

test('nothing of the past is in the future, and nothing is decided before it was asked for', () => {
  for (let seed = 0; seed < 20; seed++) {
    const asked = new Map<number, number>();
    const acts = pastWeeks(NOW, chance(seed));
    for (const act of acts) if (act.does === 'ask') asked.set(act.request, act.at.getTime());
    for (const act of acts) {
      expect(act.at.getTime()).toBeLessThan(NOW.getTime());
      if ('request' in act) expect(act.at.getTime()).toBeGreaterThanOrEqual(asked.get(act.request) ?? Number.NaN);
    }
  }
});

test('chance keeps to its bounds', () => {
  const { next, between, wait, pick } = chance(1);
  for (let n = 0; n < 1000; n++) {
    expect(next()).toBeGreaterThanOrEqual(0);
    expect(next()).toBeLessThan(1);
    expect([2, 3, 4]).toContain(between(2, 4));
    expect(wait(10, 1)).toBeGreaterThan(0);
  }
  expect(() => pick([])).toThrow('nothing to pick');
});
