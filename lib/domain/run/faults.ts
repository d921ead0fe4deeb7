import { isRole } from '../approval';
import type { CheckpointTask, TaskDefinition } from './definition';
import { dependents, downstreamOf, findCycles } from './graph';

export const MAX_TASKS = 500;
/** Of all tasks together: whatever walks the graph, for every task again, stays quick. */
const MAX_DEPENDENCIES = 5000;

/** What is wrong with a definition, and where: a JSON pointer into it. */
export interface DagFault {
  pointer: string;
  detail: string;
}

/**
 * Every fault of a graph of tasks that its shape alone does not show: none at all, ids used twice, dependencies and targets that do not
 * exist, cycles with their path, one of each group of tasks that wait for each other, workflows that nobody has registered.
 */
export function findFaults(tasks: readonly TaskDefinition[], workflows: ReadonlySet<string>): DagFault[] {
  if (tasks.length === 0) return [{ pointer: '/tasks', detail: 'There are no tasks' }];
  if (tasks.length > MAX_TASKS) {
    return [{ pointer: '/tasks', detail: `There are ${tasks.length} tasks; ${MAX_TASKS} is the most` }];
  }
  const dependencies = tasks.reduce((sum, { dependsOn }) => sum + dependsOn.length, 0);
  if (dependencies > MAX_DEPENDENCIES) {
    return [{ pointer: '/tasks', detail: `There are ${dependencies} dependencies; ${MAX_DEPENDENCIES} is the most` }];
  }
  const known = new Set(tasks.map(({ id }) => id));
  const faults = [...repeated(tasks), ...tasks.flatMap((task, index) => faultsOf(task, index, known, workflows))];
  for (const cycle of findCycles(tasks)) {
    faults.push({ pointer: '/tasks', detail: `Tasks wait for each other: ${cycle.join(' → ')}` });
  }
  return faults.length > 0 ? faults : wrongTargets(tasks);
}

function repeated(tasks: readonly TaskDefinition[]): DagFault[] {
  const seen = new Map<string, number>();
  return tasks.flatMap(({ id }, index) => {
    const first = seen.get(id);
    if (first === undefined) seen.set(id, index);
    return first === undefined
      ? []
      : [{ pointer: `/tasks/${index}/id`, detail: `${id} is the id of task ${first} already` }];
  });
}

function faultsOf(
  task: TaskDefinition,
  index: number,
  known: ReadonlySet<string>,
  workflows: ReadonlySet<string>,
): DagFault[] {
  const at = (path: string) => `/tasks/${index}/${path}`;
  const faults = task.dependsOn.flatMap((name, n) =>
    known.has(name) ? [] : [{ pointer: at(`depends_on/${n}`), detail: `There is no task ${name}` }],
  );
  if (task.type === 'workflow' && !workflows.has(task.workflowRef)) {
    const names = [...workflows].sort().join(', ');
    faults.push({ pointer: at('workflow_ref'), detail: `There is no workflow ${task.workflowRef}; there is ${names}` });
  }
  if (task.type === 'checkpoint' && task.onReject.type === 'goto' && !known.has(task.onReject.taskId)) {
    faults.push({ pointer: at('on_reject/goto'), detail: `There is no task ${task.onReject.taskId}` });
  }
  return task.type === 'checkpoint' ? [...faults, ...signerFaults(task, at)] : faults;
}

/** Names that come twice, and more signatures than can be had: a person gives one, of a role there may be any number of people. */
function signerFaults({ requiredSigners: signers, minSignatures }: CheckpointTask, at: (path: string) => string) {
  const names = signers.map((name) => name.trim().toLowerCase());
  const faults: DagFault[] = signers.flatMap((name, n) =>
    names.indexOf(names[n] ?? '') === n
      ? []
      : [{ pointer: at(`required_signers/${n}`), detail: `${name} is named already` }],
  );
  if (faults.length > 0 || names.length === 0 || names.some(isRole) || minSignatures <= names.length) return faults;
  const people = names.length === 1 ? 'person' : 'people';
  return [
    { pointer: at('min_signatures'), detail: `${minSignatures} signatures of ${names.length} ${people} cannot be had` },
  ];
}

/** A rejection goes on to something that waits for the checkpoint; anything else has run already, or would run twice. */
function wrongTargets(tasks: readonly TaskDefinition[]): DagFault[] {
  const next = dependents(tasks);
  return tasks.flatMap((task, index) => {
    if (task.type !== 'checkpoint' || task.onReject.type !== 'goto') return [];
    const { taskId } = task.onReject;
    if (downstreamOf(task.id, next).has(taskId)) return [];
    return [{ pointer: `/tasks/${index}/on_reject/goto`, detail: `${taskId} does not depend on ${task.id}` }];
  });
}
