import type { TaskDefinition, WorkflowTask } from '@/lib/domain/run';
import { askCondition } from '@/lib/platform/cel';
import type { RunRow, StepRow, StepWrite } from '@/lib/platform/db';
import type { Happened } from './event';
import { newStep } from './state';
import { findWorkflow, type WorkflowResult } from './workflows';

/** A task's params, and its output, may be as large as a request's payload. */
const MAX_BYTES = 256 * 1024;

/** What all tasks of a run together received and gave: whoever reads the run reads all of it. */
const MAX_RUN_BYTES = 8 * 1024 * 1024;
const RUN_TOO_LARGE = 'The tasks of this run would hold more than 8 MiB';

/** How a task begins: its step from now on, and what is noted of it. */
export interface Begun {
  step: StepWrite;
  happened: Happened[];
}

/**
 * How a task begins that waits for nobody: skipped by its condition, failed, over at once, or waiting for a worker. Null for what somebody
 * decides: a checkpoint, or an approval. Pure, but for what a workflow of kind `inline` computes.
 * @param room how many bytes its run may still hold.
 */
export async function beginTask(
  run: RunRow,
  task: TaskDefinition,
  params: Record<string, unknown>,
  attempt: number,
  room: number,
): Promise<Begun | null> {
  const bytes = bytesOf(params);
  if (bytes > MAX_BYTES) return failed(task, {}, 'It would receive more than 256 KiB from the tasks before it');
  if (bytes > room) return failed(task, {}, RUN_TOO_LARGE);
  if (task.when !== null) {
    const applies = askCondition(task.when, { params, tenant: { id: run.tenant_id } });
    if (typeof applies === 'object') return failed(task, params, `Its condition failed: ${applies.error}`);
    if (!applies) {
      return {
        step: newStep(task, 'skipped', { params, skipped_by: 'condition' }),
        happened: [{ type: 'run.task_skipped', taskId: task.id, reason: 'Its condition is false' }],
      };
    }
  }
  if (task.type === 'checkpoint') return null;
  const workflow = findWorkflow(task.workflowRef);
  if (workflow === null) return failed(task, params, `There is no workflow ${task.workflowRef} any more`);
  if (workflow.kind === 'asks') return null;
  const started: Happened = { type: 'run.task_started', taskId: task.id, data: { workflow_ref: task.workflowRef } };
  if (workflow.kind === 'inline') {
    const settled = await runInline(run, task, params, attempt, room - bytes);
    return { step: settled.step, happened: [started, ...settled.happened] };
  }
  const step = newStep(task, 'running', { params, due_in_seconds: 0, times_out_in_seconds: task.timeoutSeconds });
  return { step, happened: [started] };
}

/** What comes of a workflow that is over in the statement that begins it. It is the same however often it is tried. */
async function runInline(
  run: RunRow,
  task: WorkflowTask,
  params: Record<string, unknown>,
  attempts: number,
  room: number,
): Promise<Begun> {
  const workflow = findWorkflow(task.workflowRef);
  if (workflow?.kind !== 'inline') return failed(task, params, `There is no workflow ${task.workflowRef} any more`);
  const result = bounded(
    await workflow.run({
      tenantId: run.tenant_id,
      runId: run.run_id,
      taskId: task.id,
      params,
      attempt: attempts,
      idempotencyKey: idempotencyKeyOf(run.run_id, task.id),
      signal: new AbortController().signal,
    }),
    room,
  );
  if (!result.ok) return failed(task, params, result.error, attempts);
  return {
    step: newStep(task, 'succeeded', { params, output: result.output, attempts }),
    happened: [{ type: 'run.task_succeeded', taskId: task.id, data: { attempts } }],
  };
}

/** The same for every attempt at a task of a run. */
export function idempotencyKeyOf(runId: string, taskId: string): string {
  return `${runId}.${taskId}`;
}

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** How much a step holds of what it received and gave, in bytes of JSON. */
export function heldBy({ params, output }: Pick<StepRow, 'params' | 'output'>): number {
  return bytesOf(params) + (output === null ? 0 : bytesOf(output));
}

/** How many bytes of JSON the tasks of a run may still receive and give, beside what these steps hold. */
export function roomBeside(steps: readonly Pick<StepRow, 'params' | 'output'>[]): number {
  return steps.reduce((room, step) => room - heldBy(step), MAX_RUN_BYTES);
}

/** A result that is not larger than what a task may give, and leaves its run no larger than it may be. */
export function bounded(result: WorkflowResult, room: number): WorkflowResult {
  if (!result.ok) return result;
  const bytes = bytesOf(result.output);
  if (bytes > MAX_BYTES) return { ok: false, error: 'Its output is larger than 256 KiB', final: true };
  return bytes > room ? { ok: false, error: RUN_TOO_LARGE, final: true } : result;
}

function failed(task: TaskDefinition, params: Record<string, unknown>, error: string, attempts = 0): Begun {
  return {
    step: newStep(task, 'failed', { params, error, attempts }),
    happened: [{ type: 'run.task_failed', taskId: task.id, reason: error, data: { attempts } }],
  };
}
