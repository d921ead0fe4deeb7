import type { RunResource } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { spread } from '@/lib/platform/clock';
import {
  type RunRow,
  type RunWrite,
  type StepRow,
  type StepWrite,
  toIdempotencyWrite,
  writeRun,
} from '@/lib/platform/db';
import { wakeWorkers } from '@/lib/platform/notify';
import { toEventActor } from '../requests';
import { advanceRun } from './advance';
import { type History, historyFrom } from './event';
import { withdrawRequests } from './orphans';
import { getRun, readRun } from './read';
import { definitionOf, mayCancel, toStepWrite, withdrawn } from './state';
import { assertNotStopped } from './stop';

const MAX_ATTEMPTS = 32;
const SPREAD_FROM = 4;
const SPREAD_MS = 4;

const OVER: readonly RunRow['status'][] = ['succeeded', 'failed', 'cancelled'];

/**
 * Ends a run, for who started it or an admin. What waits for somebody is withdrawn, what a worker has under way is not begun again, and its
 * result comes too late.
 * @throws AppError `run/not-found`, `access/forbidden`, `run/finished`, `run/busy`.
 */
export async function cancelRun(actor: Actor, runId: string, reason: string, call: Call): Promise<RunResource> {
  await changeRun(actor, runId, call, (run, history) => {
    if (!mayCancel(actor, run)) {
      throw new AppError('access/forbidden', { detail: 'Only who started a run, or an admin, cancels it.' });
    }
    if (OVER.includes(run.status)) throw new AppError('run/finished', { detail: `It is ${run.status}.` });
    history.note({ type: 'run.cancelled', reason }, 'cancelled');
    const steps = run.steps.flatMap((step) => withdrawn(step, 'The run was cancelled') ?? []);
    return { status: 'cancelled', reason, finishes: true, advanced: true, steps };
  });
  await withdrawRequests(actor.tenantId, runId);
  return getRun(actor, runId);
}

/**
 * Tries the failed task of a failed run again; what was done before it stays done, what was withdrawn with the run is asked again, and the
 * run goes on from there.
 * @throws AppError `run/not-found`; `run/not-retryable` where the run has not failed, or not because of this task; `policy/emergency-stop`.
 */
export async function retryTask(
  actor: Actor,
  runId: string,
  taskId: string,
  reason: string,
  call: Call,
): Promise<RunResource> {
  await changeRun(actor, runId, call, async (run, history) => {
    const step = run.steps.find(({ task_id }) => task_id === taskId);
    const task = definitionOf(run).tasks.find(({ id }) => id === taskId);
    if (task === undefined) throw new AppError('run/not-found', { detail: `It has no task ${taskId}.` });
    if (run.status !== 'failed' || step?.status !== 'failed' || task.type !== 'workflow') {
      const detail =
        task.type === 'checkpoint'
          ? `${taskId} is a checkpoint: what people decided is not tried again.`
          : `The run is ${run.status}, and ${taskId} is ${step?.status ?? 'pending'}: only what failed is tried again.`;
      throw new AppError('run/not-retryable', { detail });
    }
    await assertNotStopped(actor.tenantId);
    history.note({ type: 'run.retried', taskId, reason }, 'running');
    return {
      status: 'running',
      reason: null,
      finishes: false,
      advanced: false,
      steps: [step, ...run.steps.filter(({ status }) => status === 'cancelled')].map(reopened),
    };
  });
  await advanceRun('countersign_hot', actor.tenantId, runId);
  return getRun(actor, runId);
}

/** A step that begins anew, its condition included; until then no worker takes it. */
function reopened(step: StepRow): StepWrite {
  return {
    ...toStepWrite(step),
    status: 'running',
    error: null,
    request_id: null,
    due_in_seconds: null,
    finishes: false,
  };
}

type Change = Pick<RunWrite, 'status' | 'reason' | 'finishes' | 'advanced' | 'steps'>;

/** Reads a run, decides, and writes; again where it moved between the two. */
async function changeRun(
  actor: Actor,
  runId: string,
  call: Call,
  change: (run: RunRow, history: History) => Change | Promise<Change>,
): Promise<void> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const run = await readRun(actor, runId);
    const history = historyFrom({ ...run, trace_id: call.traceId }, toEventActor(actor));
    const changed = await change(run, history);
    const write = { ...changed, run_id: run.run_id, tenant_id: run.tenant_id, seq: run.seq, events: history.events };
    const written = await writeRun('countersign_hot', write, toIdempotencyWrite(actor, call));
    if (written !== null) {
      wakeWorkers();
      return;
    }
    if (attempt >= SPREAD_FROM) await spread(attempt * SPREAD_MS);
  }
  throw new AppError('run/busy');
}
