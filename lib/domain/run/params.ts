import type { DagDefinition, TaskDefinition } from './definition';
import { downstreamOf } from './graph';

/** What a finished task gave, by the task's id. */
export type Outputs = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** What stands between a task's id and the name of what it gave. */
const MARK = '__';
const MAX_ID = 63;

/**
 * What a task receives: the run's parameters, then every output upstream as `<task_id>__<key>`, in the order of the definition, then what
 * the definition says of the task itself. A task's id holds no double underscore and does not end in one, so names never collide; a
 * parameter of the run with the name of an output says nothing, whether that task has run or not. What a task gives back of what it
 * received from upstream itself is not passed on under its own name too: it would double with every task.
 */
export function paramsOf(
  dag: DagDefinition,
  task: TaskDefinition,
  runParams: Readonly<Record<string, unknown>>,
  outputs: Outputs,
): Record<string, unknown> {
  const ids = new Set(dag.tasks.map(({ id }) => id));
  const waitsFor = new Map(dag.tasks.map(({ id, dependsOn }) => [id, dependsOn]));
  const upstream = downstreamOf(task.id, waitsFor);
  const started = Object.entries(runParams).filter(([name]) => taskNamedBy(name, ids) === null);
  const given = dag.tasks.flatMap(({ id }) =>
    upstream.has(id)
      ? Object.entries(ownOf(id, ids, waitsFor, outputs)).map(([key, value]) => [`${id}${MARK}${key}`, value] as const)
      : [],
  );
  return Object.fromEntries([...started, ...given, ...Object.entries(task.params)]);
}

/** The task whose output a name would be; null for a name that is free for a run's own parameters. */
export function taskNamedBy(name: string, ids: ReadonlySet<string>): string | null {
  for (let at = name.indexOf(MARK, 1); at > 0 && at <= MAX_ID; at = name.indexOf(MARK, at + 1)) {
    const id = name.slice(0, at);
    if (ids.has(id)) return id;
  }
  return null;
}

/** What each output passes on, as it never changes once it is written: a run asks for it again for every task downstream. */
const OWN = new WeakMap<object, Readonly<Record<string, unknown>>>();

/** What a task passes on: all that it gave, but what it was given by a task upstream of it and only gives back. */
function ownOf(
  id: string,
  ids: ReadonlySet<string>,
  waitsFor: ReadonlyMap<string, readonly string[]>,
  outputs: Outputs,
): Readonly<Record<string, unknown>> {
  const output = outputs.get(id);
  if (output === undefined) return {};
  const before = OWN.get(output);
  if (before !== undefined) return before;
  let upstream: ReadonlySet<string> | undefined;
  const own = Object.fromEntries(
    Object.entries(output).filter(([name, value]) => {
      const giver = taskNamedBy(name, ids);
      if (giver === null) return true;
      upstream ??= downstreamOf(id, waitsFor);
      if (!upstream.has(giver)) return true;
      const received = ownOf(giver, ids, waitsFor, outputs);
      const key = name.slice(giver.length + MARK.length);
      return !Object.hasOwn(received, key) || !isSame(received[key], value);
    }),
  );
  OWN.set(output, own);
  return own;
}

/** Whether two values of JSON are the same, whatever the order of their members. */
function isSame(one: unknown, other: unknown): boolean {
  const open: [unknown, unknown][] = [[one, other]];
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const [a, b] = pair;
    if (a === b) continue;
    if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
    if (Array.isArray(a) !== Array.isArray(b)) return false;
    const members = Object.entries(a);
    if (members.length !== Object.keys(b).length) return false;
    for (const [name, value] of members) {
      if (!Object.hasOwn(b, name)) return false;
      open.push([value, (b as Record<string, unknown>)[name]]);
    }
  }
  return true;
}

/** How long a task waits before it is tried again, in seconds: doubled with every attempt, an hour at most. */
export function retryDelaySeconds(backoffSeconds: number, attempts: number): number {
  return Math.min(3600, backoffSeconds * 2 ** Math.max(0, attempts - 1));
}
