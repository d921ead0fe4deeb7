import { expect, test } from 'vitest';
import { type StoredVote, voteProblems } from './verify-votes';

const AT = '2026-01-01T00:00:00.000Z';
const vote: StoredVote = { user_id: 'usr_ada', version: 1, decision: 'approve', level: 3, notes: 'Fine', at: AT };
const created = { seq: 1, version: 1, actor: 'usr_bob', reason: null, data: {}, at: AT };
const approved = {
  seq: 2,
  version: 1,
  actor: 'usr_ada',
  reason: 'Fine',
  data: { decision: 'approve', level: 3 },
  at: AT,
};

test('votes that are what the history says are no problem', () =>
  expect(voteProblems([vote], [created, approved])).toEqual([]));

test.each([
  ['by somebody else', { user_id: 'usr_eve' }],
  ['the other way', { decision: 'reject' }],
  ['at another level', { level: 5 }],
  ['at another time', { at: '2026-01-01T00:00:00.001Z' }],
  ['with other words', { notes: 'Never' }],
  ['in another round', { version: 2 }],
] as [string, Partial<StoredVote>][])('a vote that was made one %s is found', (_, change) =>
  expect(voteProblems([{ ...vote, ...change }], [created, approved])).toEqual([
    { seq: 2, problem: 'the vote is not recorded as it was given' },
    { seq: 2, problem: `a vote of ${change.user_id ?? 'usr_ada'} is in no event` },
  ]),
);

test('a vote that was taken away is found, and so is one that was put in', () => {
  expect(voteProblems([], [created, approved])).toEqual([
    { seq: 2, problem: 'the vote is not recorded as it was given' },
  ]);
  expect(voteProblems([vote, { ...vote, user_id: 'usr_eve' }], [created, approved])).toEqual([
    { seq: 2, problem: 'a vote of usr_eve is in no event' },
  ]);
});
