import { describe, expect, test } from 'vitest';
import { isFreshSignIn, mustSignInAgain } from './fresh-sign-in';

const NOON = new Date('2026-11-23T12:00:00Z');
const ago = (ms: number) => new Date(NOON.getTime() - ms);

describe('a sign-in', () => {
  test.each([
    [0, true],
    [300_000, true],
    [300_001, false],
  ])('%i ms ago is fresh: %s', (ms, fresh) => expect(isFreshSignIn(ago(ms), NOON)).toBe(fresh));

  test('that nobody knows the time of is not fresh', () => expect(isFreshSignIn(null, NOON)).toBe(false));
});

describe('who has to sign in again', () => {
  test.each([
    ['session', ago(300_000), false],
    ['session', ago(300_001), true],
    ['session', null, true],
    ['api_key', null, false],
    ['job', null, false],
  ] as const)('%s, signed in at %s: %s', (via, authTime, again) =>
    expect(mustSignInAgain({ via, authTime }, NOON)).toBe(again),
  );
});
