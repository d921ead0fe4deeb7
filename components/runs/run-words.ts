import { formatSpan } from '@/components/ui/time-format';
import type { RunListItem, RunResource, RunTaskResource } from '@/lib/contracts';
import { isStepOver } from '@/lib/domain/run';
import { isLive, type TaskState, toShownTasks } from './task-state';

/** The address of a run, with one of its tasks shown where it is named. */
export function runHref(runId: string, taskId?: string): string {
  const href = `/runs/${encodeURIComponent(runId)}`;
  return taskId === undefined ? href : `${href}?${new URLSearchParams({ task: taskId })}`;
}

/** How many tasks are over, one way or another. */
export function countDone(tasks: readonly Pick<RunTaskResource, 'status'>[]): number {
  return tasks.filter(({ status }) => isStepOver(status)).length;
}

const names = (ids: readonly string[]): string =>
  ids.length < 3 ? ids.join(' and ') : `${ids.slice(0, 2).join(', ')} and ${ids.length - 2} more`;

/** Where a run is, in a sentence made of its tasks alone. */
export function describeRun(run: Pick<RunResource, 'status' | 'tasks'>): string {
  const { tasks, status } = run;
  const shown = toShownTasks(run);
  const which = (wanted: TaskState) => shown.filter(({ state }) => state === wanted).map(({ id }) => id);
  const done = countDone(tasks);
  const progress = `${done} of ${tasks.length} ${tasks.length === 1 ? 'task is' : 'tasks are'} over.`;
  if (!isLive(status)) return progress;
  const waiting = which('waiting');
  if (status === 'paused') return `${progress} It waits for somebody at ${names(waiting)}.`;
  const say = (ids: readonly string[], one: string, more: string) =>
    ids.length === 0 ? [] : [`${names(ids)} ${ids.length === 1 ? one : more}`];
  const parts = [
    ...say(which('running'), 'runs', 'run'),
    ...say(which('retrying'), 'is tried again later', 'are tried again later'),
    ...say(which('queued'), 'waits for a worker', 'wait for a worker'),
    ...say(waiting, 'waits for somebody', 'wait for somebody'),
  ];
  return parts.length === 0 ? `${progress} It goes on in a moment.` : `${progress} ${parts.join('; ')}.`;
}

/** What somebody who opens a run looks at first: what waits for a person, else what failed, what runs, or what was cancelled. */
export function taskToShow(tasks: readonly RunTaskResource[]): string | null {
  for (const wanted of ['waiting', 'failed', 'rejected', 'running', 'cancelled'] as const) {
    const found = tasks.find(({ status }) => status === wanted);
    if (found) return found.id;
  }
  return null;
}

/** What a task is: the workflow that it runs, or a checkpoint. */
export function kindOf({ type, workflow_ref }: Pick<RunTaskResource, 'type' | 'workflow_ref'>): string {
  return type === 'checkpoint' ? 'Checkpoint' : (workflow_ref ?? 'Workflow');
}

/** How long it took, to the tenth of a second where it was short; null while it is not over, and where nothing can be measured. */
export function tookWords(from: string | null, to: string | null): string | null {
  if (from === null || to === null) return null;
  const ms = Math.max(0, Date.parse(to) - Date.parse(from));
  // Within one statement of the database no time passes.
  if (ms === 0) return null;
  if (ms < 1000) return `${ms} ms`;
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : formatSpan(ms);
}

/** What a run in a list waits for. */
export function waitingWords({ waiting_for }: Pick<RunListItem, 'waiting_for'>): string | null {
  return waiting_for.length === 0 ? null : `at ${names(waiting_for.map(({ task_id }) => task_id))}`;
}

/** Why a task was not run. */
export function skippedWords({ skipped_by }: Pick<RunTaskResource, 'skipped_by'>): string {
  return skipped_by === 'condition' ? 'Its condition was false.' : 'A checkpoint before it was not approved.';
}
