import type { TaskDefinition, WorkflowTask } from '@/lib/domain/run';
import { askCondition } from '@/lib/platform/cel';
import type { RunRow, StepWrite } from '@/lib/platform/db';
import type { Happened } from './event';
import { newStep } from './state';
import { findWorkflow, type WorkflowResult } from './workflows';

/** A task's params, and its output, may be as large as a request's payload. */
const MAX_BYTES = 256 * 1024;

/** How a task begins: its step from now on, and what is noted of it. */
export interface Begun {
  step: StepWrite;
  happened: Happened[];
}

/**
 * How a task begins that waits for nobody: skipped by its condition, failed, over at once, or waiting for a worker. Null for what somebody
 * decides: a checkpoint, or an approval. Pure, but for what a workflow of kind `inline` computes.
 */
export function beginTask(
  run: RunRow,
  task: TaskDefinition,
  params: Record<string, unknown>,
  attempt: number,
): Begun | null {
  if (isTooLarge(params)) return failed(task, {}, 'It would receive more than 256 KiB from the tasks before it');
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
    const settled = runInline(run, task, params, attempt);
    return { step: settled.step, happened: [started, ...settled.happened] };
  }
  const step = newStep(task, 'running', { params, due_in_seconds: 0, times_out_in_seconds: task.timeoutSeconds });
  return { step, happened: [started] };
}

/** What comes of a workflow that is over in the statement that begins it. It is the same however often it is tried. */
function runInline(run: RunRow, task: WorkflowTask, params: Record<string, unknown>, attempts: number): Begun {
  const workflow = findWorkflow(task.workflowRef);
  if (workflow?.kind !== 'inline') return failed(task, params, `There is no workflow ${task.workflowRef} any more`);
  const result = bounded(
    workflow.run({
      tenantId: run.tenant_id,
      runId: run.run_id,
      taskId: task.id,
      params,
      attempt: attempts,
      idempotencyKey: idempotencyKeyOf(run.run_id, task.id),
      signal: new AbortController().signal,
    }),
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

/** A result that is not larger than what a task may give. */
export function bounded(result: WorkflowResult): WorkflowResult {
  if (!result.ok || !isTooLarge(result.output)) return result;
  return { ok: false, error: 'Its output is larger than 256 KiB', final: true };
}

function isTooLarge(value: Record<string, unknown>): boolean {
  return Buffer.byteLength(JSON.stringify(value)) > MAX_BYTES;
}

function failed(task: TaskDefinition, params: Record<string, unknown>, error: string, attempts = 0): Begun {
  return {
    step: newStep(task, 'failed', { params, error, attempts }),
    happened: [{ type: 'run.task_failed', taskId: task.id, reason: error, data: { attempts } }],
  };
}
