import { expect, test } from 'vitest';
import { describeEndings } from './describe-endings';

const none = { approved: 0, rejected: 0, expired: 0, cancelled: 0, median_seconds_to_decide: null };

test.each([
  [
    { ...none, approved: 3, rejected: 1, median_seconds_to_decide: 720 },
    '3 approved, 1 rejected · decided in 12 min (median)',
  ],
  [{ ...none, expired: 2 }, '2 expired'],
])('%j', (endings, line) => expect(describeEndings(endings)).toBe(line));
