import { describe, expect, test } from 'vitest';
import { makePassword } from './first-password';
import { coverageOf, describeGap } from './members-coverage';
import { whyNotChange } from './members-viewer';
import { describeLevel, levelsOf } from './members-words';

describe('who can finish a request', () => {
  test('counts everybody who reaches a level', () => {
    const members = [5, 4, 3, 3, 1, 0].map((level) => ({ level }));
    expect(coverageOf(members).map(({ people }) => people)).toEqual([5, 4, 4, 2, 1]);
  });

  test('says what one person and nobody mean', () => {
    expect([0, 1, 2].map(describeGap)).toEqual(['nobody can finish these', 'but not their own requests', null]);
  });
});

describe('the words for levels', () => {
  test('say what can be finished alone', () => {
    expect([0, 1, 2, 4, 5].map((level) => describeLevel(level).split('. ')[0])).toEqual([
      'Decides nothing.',
      'Can finish what needs level 1',
      'Can finish what needs level 1 or 2',
      'Can finish what needs level 1, 2, 3 or 4',
      'Can sign everything.',
    ]);
  });

  test('only an operator has a choice of levels', () => {
    expect([levelsOf('viewer'), levelsOf('operator'), levelsOf('admin'), levelsOf('owner')]).toEqual([
      [0],
      [1, 2, 3],
      [4],
      [5],
    ]);
  });
});

test('nobody is offered to change themself, or somebody above their reach', () => {
  const viewer = { tenantId: 'acme', userId: 'usr_me', roles: [], reach: 4 };
  expect(whyNotChange({ user_id: 'usr_me', level: 4 }, viewer)).not.toBeNull();
  expect(whyNotChange({ user_id: 'usr_owner', level: 5 }, viewer)).not.toBeNull();
  expect(whyNotChange({ user_id: 'usr_admin', level: 4 }, viewer)).toBeNull();
});

test('a made-up password can be read aloud and is never the same', () => {
  const made = Array.from({ length: 200 }, makePassword);
  for (const password of made) expect(password).toMatch(/^([2-9a-hjkmnp-z]{5}-){4}[2-9a-hjkmnp-z]{5}$/);
  expect(new Set(made).size).toBe(200);
});
