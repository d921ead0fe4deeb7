import { type DagDefinition, retryDelaySeconds } from '@/lib/domain/run';
import { spread } from '@/lib/platform/clock';
import { type DatabaseRole, findRun, type StepRow, type StepWrite, writeRun } from '@/lib/platform/db';
import { wakeWorkers } from '@/lib/platform/notify';
import type { EventActor } from '../requests';
import { bounded } from './begin';
import { type Happened, historyFrom } from './event';
import { definitionOf, toStepWrite } from './state';
import type { WorkflowResult } from './workflows';

const MAX_ATTEMPTS = 64;
const SPREAD_FROM = 4;
const SPREAD_MS = 4;

/** A task under the lease that its result was made with; null where nobody leases it. */
export interface LeasedTask {
  tenantId: string;
  runId: string;
  taskId: string;
  fence: bigint | null;
}

/**
 * Writes what came of a task, once: its output, or when it is tried again, or that it failed. A result under a lease that has passed to
 * somebody else, or of a task that is over, changes nothing.
 * @returns `stale` when nothing was written.
 */
export async function settleTask(
  role: DatabaseRole,
  task: LeasedTask,
  result: WorkflowResult & { retryAfterSeconds?: number },
  who: EventActor,
): Promise<'settled' | 'stale'> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const run = await findRun(role, task.tenantId, task.runId);
    const step = run?.steps.find(({ task_id }) => task_id === task.taskId);
    if (run === null || step === undefined || step.status !== 'running') return 'stale';
    // A lease ends with the first thing that is said under it: said again, it must not use up another attempt.
    if (task.fence !== null && (step.fence !== String(task.fence) || step.leased_until === null)) return 'stale';
    const { write, happened } = outcomeOf(definitionOf(run), step, result);
    const history = historyFrom(run, who);
    history.note(happened);
    const written = await writeRun(role, {
      run_id: run.run_id,
      tenant_id: run.tenant_id,
      seq: run.seq,
      status: run.status,
      reason: run.reason,
      finishes: false,
      // A result always has consequences: somebody must look at the run.
      advanced: false,
      steps: [{ ...write, fence: task.fence === null ? null : String(task.fence) }],
      events: history.events,
    });
    if (written !== null) {
      wakeWorkers();
      return 'settled';
    }
    if (attempt >= SPREAD_FROM) await spread(attempt * SPREAD_MS);
  }
  return 'stale';
}

function outcomeOf(
  dag: DagDefinition,
  step: StepRow,
  given: WorkflowResult & { retryAfterSeconds?: number },
): { write: StepWrite; happened: Happened } {
  const result = bounded(given);
  const base = toStepWrite(step);
  if (result.ok) {
    return {
      write: { ...base, status: 'succeeded', output: result.output, error: null, finishes: true },
      happened: { type: 'run.task_succeeded', taskId: step.task_id, data: { attempts: step.attempts } },
    };
  }
  const task = dag.tasks.find(({ id }) => id === step.task_id);
  const retries = task?.type === 'workflow' ? task.retries : 0;
  if (result.final || step.attempts > retries) {
    return {
      write: { ...base, status: 'failed', error: result.error, finishes: true },
      happened: {
        type: 'run.task_failed',
        taskId: step.task_id,
        reason: result.error,
        data: { attempts: step.attempts },
      },
    };
  }
  const backoff = task?.type === 'workflow' ? task.backoffSeconds : 1;
  const delay = Math.max(retryDelaySeconds(backoff, step.attempts), given.retryAfterSeconds ?? 0);
  return {
    write: { ...base, status: 'running', error: result.error, due_in_seconds: delay },
    happened: {
      type: 'run.task_retried',
      taskId: step.task_id,
      reason: result.error,
      data: { attempts: step.attempts, retry_in_seconds: delay },
    },
  };
}
