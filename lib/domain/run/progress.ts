import type { DagDefinition, TaskDefinition } from './definition';
import { add, addAll, type Bits, both, has, isWithin, noneOf, reachOf, remove, without } from './reach';

export const STEP_STATUSES = [
  'pending',
  'running',
  'waiting',
  'succeeded',
  'failed',
  'skipped',
  'rejected',
  'cancelled',
] as const;
export type StepStatus = (typeof STEP_STATUSES)[number];

/** Whether a task is over. What was cancelled is over as long as its run is: tried again, it begins anew. */
export function isStepOver(status: StepStatus): boolean {
  return DONE.includes(status) || status === 'cancelled';
}

/**
 * Where one task of a run is. `waiting` is a checkpoint that somebody must decide, `rejected` one that was rejected or has expired, and one
 * that somebody cancelled has `failed`: nobody said no. `cancelled` is whatever was under way or waited when its run ended. Skipped by its
 * own condition, a task lets pass what depends on it; skipped because of a rejection it does not.
 */
export interface Step {
  taskId: string;
  status: StepStatus;
  skippedBy: 'condition' | 'rejection' | null;
  /** Why it failed or was rejected. */
  reason: string | null;
}

export type RunStatus = 'running' | 'paused' | 'succeeded' | 'failed';

/** What a run does next. */
export interface Advance {
  /** Tasks to begin now, in the order of the definition: their condition is still to be asked. */
  start: string[];
  /** Tasks that will not run, because of a rejection upstream. */
  skip: string[];
  status: RunStatus;
  /** Why it failed. */
  reason: string | null;
}

/** Steps as they are, by task; what has no step yet is pending. */
export type Progress = ReadonlyMap<string, Step>;

const DONE: readonly StepStatus[] = ['succeeded', 'failed', 'skipped', 'rejected'];

/**
 * What a run does next, from its definition and where its steps are: pure, and the same whenever it is asked with the same progress, so
 * that a lost or doubled signal does nothing bad. A task begins when all that it waits for has succeeded or was skipped by its own
 * condition; nothing begins once the run has failed. The run is paused when nothing runs and a checkpoint waits.
 */
export function readySteps(dag: DagDefinition, progress: Progress): Advance {
  const statusOf = (id: string): StepStatus => progress.get(id)?.status ?? 'pending';
  const failure = failureOf(dag.tasks, progress);
  const running = dag.tasks.filter(({ id }) => statusOf(id) === 'running').length;
  if (failure !== null) {
    // What runs is let finish, so that its result is not lost; then the run has failed.
    return { start: [], skip: [], status: running > 0 ? 'running' : 'failed', reason: failure };
  }
  const { place, up } = reachOf(dag.tasks);
  const { skip, reached } = afterRejections(dag.tasks, progress);
  const gone = skip.slice();
  const gates = noneOf(dag.tasks.length);
  for (const [at, task] of dag.tasks.entries()) {
    if (DONE.includes(statusOf(task.id))) add(gone, at);
    if (isCheckpoint(task)) add(gates, at);
  }
  const isGone = (id: string) => has(gone, place.get(id) ?? -1);
  const lets = (id: string) => letsPass(progress.get(id));
  const ready = dag.tasks.filter(({ id, dependsOn }, at) => {
    if (has(gone, at) || statusOf(id) !== 'pending') return false;
    if (!has(reached, at)) return dependsOn.every(lets);
    // What a rejection goes on to leaps over tasks, but over no checkpoint that somebody may still decide.
    return dependsOn.every(isGone) && isWithin(both(up[at] ?? gates, gates), gone);
  });
  const room = dag.maxParallel === null ? ready.length : Math.max(0, dag.maxParallel - running);
  // A checkpoint takes no place among what runs: it only waits.
  const start = [...ready.filter(isCheckpoint), ...ready.filter((task) => !isCheckpoint(task)).slice(0, room)];
  const ids = start.map(({ id }) => id).sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
  const newlySkipped = dag.tasks
    .filter(({ id }, at) => has(skip, at) && statusOf(id) === 'pending')
    .map(({ id }) => id);
  return {
    start: ids,
    skip: newlySkipped,
    status: statusAfter(dag.tasks, statusOf, isGone, ids, running),
    reason: null,
  };
}

function statusAfter(
  tasks: readonly TaskDefinition[],
  statusOf: (id: string) => StepStatus,
  isGone: (id: string) => boolean,
  start: readonly string[],
  running: number,
): RunStatus {
  if (tasks.every(({ id }) => isGone(id))) return 'succeeded';
  if (running > 0 || start.length > 0) return 'running';
  return tasks.some(({ id }) => statusOf(id) === 'waiting') ? 'paused' : 'running';
}

const isCheckpoint = (task: TaskDefinition) => task.type === 'checkpoint';

function letsPass(step: Step | undefined): boolean {
  return step?.status === 'succeeded' || (step?.status === 'skipped' && step.skippedBy === 'condition');
}

/** Why the run has failed: a task that did, or a checkpoint that was not approved and fails its run. */
function failureOf(tasks: readonly TaskDefinition[], progress: Progress): string | null {
  for (const task of tasks) {
    const step = progress.get(task.id);
    if (step?.status === 'failed') return step.reason ?? `${task.id} failed`;
    if (step?.status === 'rejected' && (task.type !== 'checkpoint' || task.onReject.type === 'fail')) {
      return step.reason ?? `${task.id} was rejected`;
    }
  }
  return null;
}

/**
 * What rejections that do not fail the run leave: everything downstream of the checkpoint is skipped, but the task that it goes to and
 * what depends on that. A task reached so waits only until everything that it depends on, and every checkpoint upstream, is over, however it
 * ended.
 */
function afterRejections(tasks: readonly TaskDefinition[], progress: Progress): { skip: Bits; reached: Bits } {
  const { place, down } = reachOf(tasks);
  const skip = noneOf(tasks.length);
  const reached = noneOf(tasks.length);
  for (const [at, task] of tasks.entries()) {
    if (task.type !== 'checkpoint' || progress.get(task.id)?.status !== 'rejected') continue;
    const target = task.onReject.type === 'goto' ? place.get(task.onReject.taskId) : undefined;
    const kept = (target === undefined ? undefined : down[target])?.slice() ?? noneOf(tasks.length);
    if (target !== undefined) add(kept, target);
    addAll(skip, without(down[at] ?? kept, kept));
    addAll(reached, kept);
  }
  // What was begun stays begun: a rejection beside it does not take it back.
  for (const [id, { status }] of progress) if (status !== 'pending') remove(skip, place.get(id) ?? -1);
  return { skip, reached };
}
