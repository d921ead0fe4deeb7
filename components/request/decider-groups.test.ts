import { expect, test } from 'vitest';
import { groupDeciders } from './decider-groups';
import { aResource, aViewer, eligible } from './fixtures';

const people = eligible(aViewer('Olga', 'owner', 5), aViewer('Ada', 'admin', 4), aViewer('Oz', 'operator', 2)).eligible;

/** `Can finish it: Ada, Oz`, one line for each group. */
function groups(over: Parameters<typeof aResource>[0], who = people): string[] {
  return groupDeciders(aResource(over), who).map(
    (group) => `${group.label}: ${group.people.map(({ name }) => name).join(', ')}`,
  );
}

test('while the level is missing, who has it stands apart from whose signature only counts', () => {
  expect(groups({ required_level: 4 })).toEqual(['Can finish it: Olga, Ada', 'Can add a signature: Oz']);
  expect(groups({ required_level: 1 })).toEqual(['Can finish it: Olga, Ada, Oz']);
  expect(groups({ required_level: 4 }, people.slice(2))).toEqual(['Can add a signature: Oz']);
});

test('where one signature does not finish it, nobody is said to', () => {
  expect(groups({ required_level: 4, min_approvals: 2 })).toEqual([
    'Can give level 4: Olga, Ada',
    'Can add a signature: Oz',
  ]);
  expect(groups({ required_level: 4, min_approvals: 2, approvals_count: 1, current_level: 2 })).toEqual([
    'Can finish it: Olga, Ada',
    'Can add a signature: Oz',
  ]);
});

test('once the level is there, everybody can do the same', () => {
  expect(groups({ required_level: 4, min_approvals: 2, approvals_count: 1, current_level: 4 })).toEqual([
    'null: Olga, Ada, Oz',
  ]);
  expect(groups({}, [])).toEqual([]);
});
