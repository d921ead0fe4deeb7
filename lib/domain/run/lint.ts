import type { CheckpointTask, DagDefinition, TaskDefinition } from './definition';
import { inOrder } from './graph';
import { add, addAll, type Bits, both, has, isEmpty, isWithin, noneOf, type Reach, reachOf, without } from './reach';

/** A way to a task of high risk on which nobody has to agree. */
export interface RiskyPath {
  taskId: string;
  /** The tasks along it, from where the run begins; after a rejection, from the first checkpoint that was rejected. */
  path: string[];
  /** The checkpoints that are rejected on this way, in order; none on the ordinary one. */
  afterRejectionOf: string[];
}

/** What is tried to find rejections that open a way together, for each task; one that needs more counts as open. */
const MAX_STEPS = 2000;

/** A checkpoint whose rejection goes on elsewhere, as far as the graph knows it. */
interface Leap {
  id: string;
  at: number;
  target: string;
  /** What its rejection goes on to, and everything after that. */
  kept: Bits;
  /** What its rejection skips. */
  skips: Bits;
}

/**
 * The ways to tasks of high risk that pass no checkpoint of at least `minLevel`. A task begins only after everything that it waits for, so
 * one such checkpoint anywhere upstream guards it, unless it has a condition, because then it may be skipped. A rejection that goes on to the
 * task, or to something before it, leads past that checkpoint and those in between: each by itself, or several together. Of a task that
 * nobody guards only the ordinary way is named. Quick for the largest definition.
 */
export function findRiskyPaths(dag: DagDefinition, minLevel: number): RiskyPath[] {
  const reach = reachOf(dag.tasks);
  const byId = new Map(dag.tasks.map((task) => [task.id, task]));
  const all = noneOf(dag.tasks.length);
  for (const [at, task] of dag.tasks.entries()) if (guardsAt(task, minLevel)) add(all, at);
  const leaps = leapsOf(dag, byId, reach);
  return dag.tasks.flatMap((task, at): RiskyPath[] => {
    if (task.risk !== 'high') return [];
    const upstream = reach.up[at] ?? noneOf(dag.tasks.length);
    const guards = both(upstream, all);
    if (isEmpty(guards)) return [{ taskId: task.id, path: pathTo(task, byId), afterRejectionOf: [] }];
    const leading = leaps.filter(({ kept }) => has(kept, at));
    const alone = leading.filter((leap) => isWithin(guards, leap.skips, only(leap.at, guards.length)));
    const rejections = alone.length > 0 ? alone.map((leap) => [leap]) : [together(leading, guards)];
    return rejections.flatMap((rejected) => {
      const [first] = rejected;
      if (first === undefined) return [];
      const path = [first.id, ...(first.target === task.id ? [] : [first.target]), task.id];
      return [{ taskId: task.id, path, afterRejectionOf: rejected.map(({ id }) => id) }];
    });
  });
}

function guardsAt(task: TaskDefinition, minLevel: number): boolean {
  return task.type === 'checkpoint' && task.when === null && task.requiredLevel >= minLevel;
}

/** The checkpoints whose rejection goes on elsewhere, each after what it waits for. */
function leapsOf(dag: DagDefinition, byId: ReadonlyMap<string, TaskDefinition>, reach: Reach): Leap[] {
  return inOrder(dag.tasks).flatMap((id): Leap[] => {
    const task = byId.get(id);
    if (task === undefined || !goesOn(task)) return [];
    const target = task.onReject.taskId;
    const at = reach.place.get(id) ?? -1;
    const to = reach.place.get(target) ?? -1;
    const [after, further] = [reach.down[at], reach.down[to]];
    if (after === undefined || further === undefined) return [];
    const kept = further.slice();
    add(kept, to);
    return [{ id, at, target, kept, skips: without(after, kept) }];
  });
}

function goesOn(task: TaskDefinition): task is CheckpointTask & { onReject: { type: 'goto'; taskId: string } } {
  return task.type === 'checkpoint' && task.onReject.type === 'goto';
}

/**
 * Rejections that together lead past all guards of a task: each guard is rejected itself, where that leads there, or skipped by another
 * rejection. None when there are no such. A checkpoint that a rejection before it skips is asked by nobody.
 */
function together(leaps: readonly Leap[], guards: Bits): Leap[] {
  // What the leaps from each place on could do away with at most.
  const within = leaps.map(() => noneOf(guards.length * 32));
  for (let n = leaps.length - 1; n >= 0; n--) {
    const [set, leap, next] = [within[n], leaps[n], within[n + 1]];
    if (set === undefined || leap === undefined) continue;
    if (next !== undefined) addAll(set, next);
    addAll(set, leap.skips);
    add(set, leap.at);
  }
  const open: { n: number; gone: Bits; rejected: Leap[] }[] = [
    { n: 0, gone: noneOf(guards.length * 32), rejected: [] },
  ];
  let steps = 0;
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const { n, gone, rejected } = state;
    if (isWithin(guards, gone)) return rejected;
    const [leap, rest] = [leaps[n], within[n]];
    if (leap === undefined || rest === undefined || !isWithin(guards, gone, rest)) continue;
    steps += 1;
    if (steps > MAX_STEPS) return [...leaps];
    const isSkipped = has(gone, leap.at);
    const isGuard = has(guards, leap.at);
    // A guard that is asked is rejected: approved, it would have done its work.
    if (isSkipped || !isGuard) open.push({ n: n + 1, gone, rejected });
    if (isSkipped) continue;
    const after = gone.slice();
    addAll(after, leap.skips);
    add(after, leap.at);
    if (isGuard || !isWithin(both(leap.skips, guards), gone)) {
      open.push({ n: n + 1, gone: after, rejected: [...rejected, leap] });
    }
  }
  return [];
}

function only(at: number, words: number): Bits {
  const set = noneOf(words * 32);
  add(set, at);
  return set;
}

/** The way from a task that waits for nothing, by the first dependency of each. */
function pathTo(task: TaskDefinition, byId: ReadonlyMap<string, TaskDefinition>): string[] {
  const path = [task.id];
  for (let at = task.dependsOn[0]; at !== undefined; at = byId.get(at)?.dependsOn[0]) path.push(at);
  return path.reverse();
}
