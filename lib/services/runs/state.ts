import { type Actor, can } from '@/lib/domain/access';
import {
  type DagDefinition,
  isStepOver,
  type Outputs,
  paramsOf,
  type Step,
  type TaskDefinition,
} from '@/lib/domain/run';
import type { RunRow, StepRow, StepWrite } from '@/lib/platform/db';

/** What a run executes: frozen when it was started. */
export function definitionOf(run: RunRow): DagDefinition {
  return run.definition as DagDefinition;
}

/** Whether somebody may cancel a run: the rule for requests, and who may cancel any of those may cancel any run. */
export function mayCancel(actor: Actor, run: RunRow): boolean {
  const started =
    (actor.keyId !== null && actor.keyId === run.requester_key_id) ||
    (actor.userId !== null && actor.userId === run.requester_user_id);
  return can(actor, 'runs:write') && (started || can(actor, 'requests:manage'));
}

/** Where the tasks of a run are, as `readySteps` wants to know it. */
export function progressOf(
  steps: readonly Pick<StepRow, 'task_id' | 'status' | 'skipped_by' | 'error'>[],
): Map<string, Step> {
  return new Map(
    steps.map(({ task_id, status, skipped_by, error }) => [
      task_id,
      { taskId: task_id, status, skippedBy: skipped_by, reason: error },
    ]),
  );
}

/** What the finished tasks of a run gave. */
export function outputsOf(steps: readonly Pick<StepRow, 'task_id' | 'status' | 'output'>[]): Outputs {
  return new Map(
    steps.flatMap(({ task_id, status, output }) =>
      status === 'succeeded' && output !== null ? [[task_id, output]] : [],
    ),
  );
}

/** What a task of a run receives. */
export function paramsFor(
  dag: DagDefinition,
  task: TaskDefinition,
  run: RunRow,
  outputs: Outputs,
): Record<string, unknown> {
  return paramsOf(dag, task, run.params, outputs);
}

/** A step as it is, ready to be changed and written. */
export function toStepWrite(step: StepRow): StepWrite {
  const { task_id, type, workflow_ref, status, skipped_by, attempts, params, output, error, request_id } = step;
  return {
    task_id,
    type,
    workflow_ref,
    status,
    skipped_by,
    attempts,
    params,
    output,
    error,
    request_id,
    due_in_seconds: null,
    times_out_in_seconds: null,
    fence: null,
    finishes: isStepOver(status),
  };
}

/** A step of a task that begins now. */
export function newStep(task: TaskDefinition, status: StepWrite['status'], over: Partial<StepWrite> = {}): StepWrite {
  const step: StepWrite = {
    task_id: task.id,
    type: task.type,
    workflow_ref: task.type === 'workflow' ? task.workflowRef : null,
    status,
    skipped_by: null,
    attempts: 0,
    params: {},
    output: null,
    error: null,
    request_id: null,
    due_in_seconds: null,
    times_out_in_seconds: null,
    fence: null,
    finishes: isStepOver(status),
    ...over,
  };
  return step;
}

/** A step that its run takes along as it ends: what was under way or waited for somebody. Null: it stays as it is. */
export function withdrawn(step: StepRow, error: string): StepWrite | null {
  if (step.status !== 'running' && step.status !== 'waiting') return null;
  return { ...toStepWrite(step), status: 'cancelled', error, finishes: true };
}
