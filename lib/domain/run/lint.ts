import type { CheckpointTask, DagDefinition, TaskDefinition } from './definition';
import { dependents, downstreamOf } from './graph';

/** A way to a task of high risk on which nobody has to agree. */
export interface RiskyPath {
  taskId: string;
  /** The tasks along it, from where the run begins; after a rejection, from the checkpoint that was rejected. */
  path: string[];
  /** The checkpoint whose rejection leads here; null for the ordinary way. */
  afterRejectionOf: string | null;
}

/**
 * The ways to tasks of high risk that pass no checkpoint of at least `minLevel`. A task begins only after everything that it waits for, so
 * one such checkpoint anywhere upstream guards it; one that has a condition does not, because it may be skipped, and a rejection that goes
 * on to the task or to something before it leads past the checkpoints in between.
 */
export function findRiskyPaths(dag: DagDefinition, minLevel: number): RiskyPath[] {
  const byId = new Map(dag.tasks.map((task) => [task.id, task]));
  const next = dependents(dag.tasks);
  return dag.tasks.flatMap((task) => {
    if (task.risk !== 'high') return [];
    const upstream = upstreamOf(task, byId);
    const guards = [...upstream].filter((id) => guardsAt(byId.get(id), minLevel));
    const paths: RiskyPath[] = [];
    if (guards.length === 0) paths.push({ taskId: task.id, path: pathTo(task, byId), afterRejectionOf: null });
    for (const id of upstream) {
      const checkpoint = byId.get(id);
      const path = checkpoint === undefined ? null : pathPast(checkpoint, task, guards, next);
      if (path !== null) paths.push({ taskId: task.id, path, afterRejectionOf: id });
    }
    return paths;
  });
}

function guardsAt(task: TaskDefinition | undefined, minLevel: number): boolean {
  return task?.type === 'checkpoint' && task.when === null && task.requiredLevel >= minLevel;
}

function upstreamOf(task: TaskDefinition, byId: ReadonlyMap<string, TaskDefinition>): Set<string> {
  const waitsFor = new Map([...byId].map(([id, { dependsOn }]) => [id, dependsOn]));
  return downstreamOf(task.id, waitsFor);
}

/** The way that a checkpoint's rejection opens to a task, when no guard stays on it; null when it opens none. */
function pathPast(
  checkpoint: TaskDefinition,
  task: TaskDefinition,
  guards: readonly string[],
  next: ReadonlyMap<string, readonly string[]>,
): string[] | null {
  if (!goesOn(checkpoint)) return null;
  const { taskId: target } = checkpoint.onReject;
  const fromTarget = downstreamOf(target, next);
  if (target !== task.id && !fromTarget.has(task.id)) return null;
  const kept = new Set([target, ...fromTarget]);
  const skipped = downstreamOf(checkpoint.id, next);
  const left = guards.filter((id) => id !== checkpoint.id && (kept.has(id) || !skipped.has(id)));
  if (left.length > 0) return null;
  return [checkpoint.id, ...(target === task.id ? [] : [target]), task.id];
}

function goesOn(task: TaskDefinition): task is CheckpointTask & { onReject: { type: 'goto'; taskId: string } } {
  return task.type === 'checkpoint' && task.onReject.type === 'goto';
}

/** The way from a task that waits for nothing, by the first dependency of each. */
function pathTo(task: TaskDefinition, byId: ReadonlyMap<string, TaskDefinition>): string[] {
  const path = [task.id];
  for (let at = task.dependsOn[0]; at !== undefined; at = byId.get(at)?.dependsOn[0]) path.unshift(at);
  return path;
}
