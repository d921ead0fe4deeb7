import { expect, test } from 'vitest';
import { aResource } from './fixtures';
import { describeMissing } from './missing';

test('what is missing is said in people and in level', () => {
  const say = (over: Parameters<typeof aResource>[0]) => describeMissing(aResource(over));
  expect(say({})).toBe('One signature, of level 3 or higher.');
  expect(say({ required_level: 5 })).toBe('One signature, of level 5.');
  expect(say({ min_approvals: 3 })).toBe('3 signatures, one of level 3 or higher.');
  expect(say({ min_approvals: 2, approvals_count: 1, current_level: 3 })).toBe(
    'One more signature, by anybody who may decide.',
  );
  expect(say({ approvals_count: 1, current_level: 2 })).toBe('One more signature, of level 3 or higher.');
});
