import type { TaskDefinition } from './definition';

/** What a finished task gave, by the task's id. */
export type Outputs = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/**
 * What a task receives: the run's parameters, then every output upstream as `<task_id>__<key>`, then what the definition says of the task
 * itself. `upstream` names the tasks in the order of the definition; a task's id holds no double underscore, so names never collide. What a
 * task gives back of what it received from upstream itself is not passed on under its own name too: it would double with every task.
 */
export function paramsOf(
  task: TaskDefinition,
  runParams: Readonly<Record<string, unknown>>,
  upstream: readonly string[],
  outputs: Outputs,
): Record<string, unknown> {
  const names = new Set(upstream);
  const given = upstream.flatMap((id) =>
    Object.entries(outputs.get(id) ?? {}).flatMap(([key, value]) =>
      names.has(key.split('__', 1)[0] ?? '') && key.includes('__') ? [] : [[`${id}__${key}`, value] as const],
    ),
  );
  return { ...runParams, ...Object.fromEntries(given), ...task.params };
}

/** How long a task waits before it is tried again, in seconds: doubled with every attempt, an hour at most. */
export function retryDelaySeconds(backoffSeconds: number, attempts: number): number {
  return Math.min(3600, backoffSeconds * 2 ** Math.max(0, attempts - 1));
}
