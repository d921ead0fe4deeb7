import { expect, test } from 'vitest';
import { compare } from './compare';
import { approvedShare, countAll, escalatedShare } from './outcomes';

const total = { approved: 6, approved_by_policy: 2, rejected: 1, expired: 1, cancelled: 0, open: 10, escalated: 5 };

test('shares are of what has ended, and of everything', () => {
  expect(countAll(total)).toBe(20);
  expect(approvedShare(total)).toBe(0.8);
  expect(escalatedShare(total)).toBe(0.25);
});

test('nothing has no share', () => {
  const nothing = { approved: 0, approved_by_policy: 0, rejected: 0, expired: 0, cancelled: 0, open: 0, escalated: 0 };
  expect(approvedShare({ ...nothing, open: 3 })).toBeNull();
  expect(escalatedShare(nothing)).toBeNull();
});

test.each([
  [91, 100, { tone: 'better', words: '9% faster' }],
  [104, 100, { tone: 'worse', words: '4% slower' }],
  [100.2, 100, { tone: 'same', words: 'as before' }],
  [1000, 100, { tone: 'worse', words: '10 times as long' }],
  [290, 100, { tone: 'worse', words: '190% slower' }],
  [89_840, 100, { tone: 'worse', words: 'over 100 times as long' }],
  [null, 100, null],
  [100, null, null],
  [100, 0, null],
])('%s after %s is said in words', (now, before, change) => {
  expect(compare(now, before)).toEqual(change);
});
