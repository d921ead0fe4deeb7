import { expect, test } from 'vitest';
import { ASKED_AT, aResource, aViewer, aVote } from './fixtures';
import { foresee } from './foresee';

const ada = aViewer('Ada', 'admin', 4);
const at = '2026-01-14T09:40:00.000Z';

test('an approval that is enough ends the request, with the signature on the line', () => {
  const after = foresee(aResource(), ada, { act: 'approve', note: 'fine', at });
  expect(after).toMatchObject({ status: 'approved', resolved_at: at, current_level: 3, approvals_count: 1, seq: 2 });
  expect(after.approvers).toMatchObject([{ name: 'Ada', level: 3, decision: 'approve', notes: 'fine' }]);
  expect(after.status_history.at(-1)).toMatchObject({ event: 'approval.approved', reason: 'fine' });
});

test('one that is not enough, in people or in level, leaves it open', () => {
  const people = foresee(aResource({ min_approvals: 2 }), ada, { act: 'approve', note: null, at });
  expect(people).toMatchObject({ status: 'pending', resolved_at: null, approvals_count: 1 });
  expect(people.status_history.at(-1)).toMatchObject({ event: 'approval.review_recorded', to_status: 'pending' });
  const level = foresee(aResource({ status: 'escalated', required_level: 5 }), ada, { act: 'approve', note: null, at });
  expect(level).toMatchObject({ status: 'escalated', current_level: 4 });
});

test('an earlier signature of more authority is kept', () => {
  const before = aResource({
    required_level: 4,
    current_level: 4,
    approvals_count: 1,
    min_approvals: 2,
    approvers: [aVote('Eve')],
  });
  const after = foresee(before, aViewer('Oz', 'operator', 1), { act: 'approve', note: null, at });
  expect(after).toMatchObject({ status: 'approved', current_level: 4, approvals_count: 2 });
});

test('rejecting and cancelling end it at once, a comment changes nothing but the history', () => {
  expect(foresee(aResource(), ada, { act: 'reject', note: 'no', at })).toMatchObject({
    status: 'rejected',
    approvers: [{ decision: 'reject', notes: 'no' }],
  });
  expect(foresee(aResource(), ada, { act: 'cancel', note: 'late', at })).toMatchObject({
    status: 'cancelled',
    approvers: [],
  });
  const commented = foresee(aResource(), ada, { act: 'comment', note: 'hm', at });
  expect(commented).toMatchObject({ status: 'pending', resolved_at: null, created_at: ASKED_AT });
  expect(commented.status_history.at(-1)).toMatchObject({ event: 'approval.commented', reason: 'hm' });
});
