import { expect, test } from 'vitest';
import { ApiProblem } from '@/lib/client';
import { APPROVAL_STATUSES } from '@/lib/domain/approval';
import { readRefusal } from './resume-words';

const refused = (status: string) =>
  new ApiProblem({
    status: 409,
    code: 'run/checkpoint-not-approved',
    title: 'The checkpoint of this run is not approved',
    detail: `agree is ${status}.`,
    members: { task_id: 'agree', checkpoint_id: 'req_1', checkpoint_status: status },
  });

test('a run that is not resumed names the checkpoint, how it stands, and where it is', () => {
  expect(readRefusal(refused('pending'))).toEqual({
    title: 'The run did not go on: agree is not approved',
    says: 'The checkpoint is still open: it goes on by itself when it is approved.',
    checkpointId: 'req_1',
  });
  const said = APPROVAL_STATUSES.filter((status) => status !== 'approved').map(
    (status) => readRefusal(refused(status)).says,
  );
  expect(new Set(said).size).toBe(said.length);
  expect(said.filter((says) => says.startsWith('agree is'))).toEqual([]);
});

test('what a later version says is passed on as it is', () => {
  expect(readRefusal(refused('paused')).says).toBe('agree is paused.');
  expect(readRefusal(new Error('No answer'))).toEqual({
    title: 'The run did not go on',
    says: 'No answer',
    checkpointId: null,
  });
});
