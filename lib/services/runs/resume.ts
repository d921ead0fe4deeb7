import type { RunResource } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import type { RunRow, StepRow } from '@/lib/platform/db';
import { toEventActor } from '../requests';
import { advanceRun } from './advance';
import { readRun } from './read';
import { toRunResource } from './resource';
import { assertNotStopped } from './stop';
import { isResumeToken } from './token';

/**
 * Resumes a paused run by hand, once its checkpoint is approved: runs do so by themselves, this does not wait for it. The token is good for
 * one pause, and for one call: only the one that moved the run past its checkpoint is answered with it.
 * @throws AppError `run/not-found`; `run/invalid-token` for a token that is none of this run's; `run/checkpoint-not-approved` with the
 *   checkpoint and its status; `run/already-resumed` when the pause is over; `policy/emergency-stop`,
 *   `run/busy`.
 */
export async function resumeRun(actor: Actor, runId: string, token: string): Promise<RunResource> {
  const run = await readRun(actor, runId);
  const step = run.steps.find(
    ({ task_id, type, request_id }) =>
      type === 'checkpoint' && request_id !== null && isResumeToken(token, runId, task_id, request_id),
  );
  if (step === undefined) throw new AppError('run/invalid-token');
  assertResumable(run, step);
  await assertNotStopped(actor.tenantId);
  const { passed } = await advanceRun('countersign_hot', actor.tenantId, runId, toEventActor(actor));
  const after = await readRun(actor, runId);
  if (!passed.has(step.task_id)) {
    // Somebody else, or the run itself, was faster.
    assertResumable(after, after.steps.find(({ task_id }) => task_id === step.task_id) ?? step);
    throw new AppError('run/busy');
  }
  return toRunResource(after, actor);
}

function assertResumable(run: RunRow, step: StepRow): void {
  const status = step.request?.status ?? 'pending';
  const extra = {
    checkpoint_id: step.request_id,
    checkpoint_status: status,
    task_id: step.task_id,
    run_status: run.status,
  };
  if (status !== 'approved') {
    throw new AppError('run/checkpoint-not-approved', { detail: `${step.task_id} is ${status}.`, extra });
  }
  if (step.status === 'waiting') return;
  throw new AppError('run/already-resumed', { detail: `${step.task_id} was passed; the run is ${run.status}.`, extra });
}
