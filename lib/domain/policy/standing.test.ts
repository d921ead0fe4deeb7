import { expect, test } from 'vitest';
import { isSameStanding, type Standing, standingKey, standingOf } from './standing';

const waits = (level: number, minApprovals = 1): Standing => ({ decision: 'requires_approval', level, minApprovals });

test('levels and people tell required approvals apart, and mean nothing in an allow or a deny', () => {
  expect(isSameStanding(waits(3), waits(3))).toBe(true);
  expect(isSameStanding(waits(3), waits(4))).toBe(false);
  expect(isSameStanding(waits(3), waits(3, 2))).toBe(false);
  const allow = (level: number | null): Standing => ({ decision: 'allow', level, minApprovals: 1 });
  expect(isSameStanding(allow(3), allow(null))).toBe(true);
  expect(isSameStanding(allow(3), { ...allow(3), decision: 'deny' })).toBe(false);
  expect(standingOf(allow(3))).toEqual({ decision: 'allow', level: null, minApprovals: null });
});

test('no two standings share a key', () => {
  const keys = [1, 2, 3, 4, 5].flatMap((level) => [1, 2, 20].map((people) => standingKey(waits(level, people))));
  expect(new Set(keys).size).toBe(15);
});
