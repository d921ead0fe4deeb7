import type { RunResource, RunTaskResource } from '@/lib/contracts';
import { downstreamOf, type RunStatusName } from '@/lib/domain/run';

const LIVE: readonly RunStatusName[] = ['running', 'paused'];

/** Whether something can still happen to a run by itself or by somebody. */
export function isLive(status: RunStatusName): boolean {
  return LIVE.includes(status);
}

/**
 * Where a task is, to whoever looks: one that was not begun is still to come, or was never reached because the run is over; one that runs
 * may be waiting for somebody who does it (`queued`), or for its next attempt (`retrying`).
 */
export type TaskState = RunTaskResource['status'] | 'unreached' | 'queued' | 'retrying';

/** A task with its state as it is shown. */
export type ShownTask = RunTaskResource & { state: TaskState };

/** The tasks of a run as they are shown. */
export function toShownTasks({ tasks, status }: Pick<RunResource, 'tasks' | 'status'>): ShownTask[] {
  return tasks.map((task) => ({ ...task, state: stateOf(task, isLive(status)) }));
}

function stateOf({ status, next_attempt_at: next, error }: RunTaskResource, live: boolean): TaskState {
  if (status === 'pending' && !live) return 'unreached';
  if (status !== 'running' || next === null) return status;
  return error === null ? 'queued' : 'retrying';
}

const ENDS = {
  failed: 'failed',
  rejected: 'was not approved',
  cancelled: 'was cancelled',
} as const satisfies Partial<Record<TaskState, string>>;

/** Why a task was never reached: what came before it and went wrong, else that the run was over. */
export function unreachedWords(tasks: readonly Pick<ShownTask, 'id' | 'depends_on' | 'state'>[], id: string): string {
  const before = downstreamOf(id, new Map(tasks.map((task) => [task.id, task.depends_on])));
  const reasons = tasks.flatMap((task) => {
    const how = before.has(task.id) ? ENDS[task.state as keyof typeof ENDS] : undefined;
    return how === undefined ? [] : [`${task.id} ${how}`];
  });
  return reasons.length === 0
    ? 'The run was over before it came to this.'
    : `The run did not come to this: ${reasons.join(', ')}.`;
}
