import { expect, test } from 'vitest';
import { ApiProblem } from '@/lib/client';
import { PROBLEMS, type ProblemCode } from '@/lib/domain/errors';
import { anEvent, aResource, aViewer, aVote } from './fixtures';
import { describeRefusal, isDoneAlready } from './refusal';

const problem = (code: ProblemCode, members: Record<string, unknown> = {}, detail?: string) =>
  new ApiProblem({ code, ...PROBLEMS[code], detail, members });
const when = () => '09:41';

test('who was faster is named, with the time', () => {
  const now = aResource({
    status: 'rejected',
    resolved_at: '2026-01-14T09:41:00.000Z',
    status_history: [
      anEvent(),
      anEvent({
        seq: 2,
        event: 'approval.rejected',
        from_status: 'pending',
        to_status: 'rejected',
        actor_name: 'Oz Demir',
      }),
      anEvent({
        seq: 3,
        event: 'approval.commented',
        from_status: 'rejected',
        to_status: 'rejected',
        actor_name: 'Eve',
      }),
    ],
  });
  expect(describeRefusal(problem('request/already-resolved'), 'approve', now, when)).toEqual({
    title: 'Your approval was not recorded',
    detail: 'Oz Demir rejected it at 09:41.',
  });
});

test('where the request cannot be read again, the refusal’s own words have to do', () => {
  const error = problem('request/already-resolved', { state: 'approved', resolved_at: '2026-01-14T09:41:00.000Z' });
  expect(describeRefusal(error, 'reject', undefined, when).detail).toBe('It was approved at 09:41.');
});

test('a lost answer is not called a refusal', () => {
  const error = new ApiProblem({ status: 0, code: 'client/unreachable', title: 'x' });
  expect(describeRefusal(error, 'approve', undefined, when)).toMatchObject({ title: 'No answer from the server' });
});

test('any other refusal says its title and its detail once', () => {
  expect(describeRefusal(problem('policy/emergency-stop'), 'approve', undefined, when).detail).toBe(
    'The emergency stop is on: nothing is approved.',
  );
  expect(
    describeRefusal(problem('review/insufficient-level', {}, 'Yours is 2.'), 'approve', undefined, when).detail,
  ).toBe('Your level is too low for this decision. Yours is 2.');
});

test('what one has done already is no refusal, and what somebody else did is', () => {
  const ada = aViewer('Ada', 'admin', 4);
  const resolved = problem('request/already-resolved');
  const approved = aResource({ status: 'approved', resolved_by: ada.userId });
  expect(isDoneAlready(resolved, 'approve', approved, ada)).toBe(true);
  expect(isDoneAlready(resolved, 'reject', approved, ada)).toBe(false);
  expect(isDoneAlready(resolved, 'approve', { ...approved, resolved_by: 'usr_oz' }, ada)).toBe(false);
  expect(isDoneAlready(resolved, 'cancel', aResource({ status: 'cancelled', resolved_by: ada.userId }), ada)).toBe(
    true,
  );
  expect(isDoneAlready(problem('request/changed'), 'approve', approved, ada)).toBe(false);
});

test('a signature that is on the line already is no refusal either', () => {
  const ada = aViewer('Ada', 'admin', 4);
  const reviewed = problem('review/already-reviewed');
  const signed = aResource({ min_approvals: 2, approvers: [aVote('Ada')] });
  expect(isDoneAlready(reviewed, 'approve', signed, ada)).toBe(true);
  expect(isDoneAlready(reviewed, 'reject', signed, ada)).toBe(false);
  expect(isDoneAlready(reviewed, 'approve', aResource({ approvers: [aVote('Oz')] }), ada)).toBe(false);
});
