import { DagDocument, TaskBody, toFaults, toPointer } from '@/lib/contracts';
import type { InputFault } from '@/lib/domain/errors';
import { type DagDefinition, findFaults, MAX_TASKS, type TaskDefinition } from '@/lib/domain/run';
import { checkExpression, TASK_CONDITION } from '@/lib/platform/cel';
import { takeTurns } from '@/lib/platform/clock';
import { findWorkflow, WORKFLOWS } from '../runs/workflows';
import { toDefinition, toTask } from './to-definition';

/** A definition that can be run, and the document with its defaults filled in. */
export interface Sound {
  definition: DagDefinition;
  document: DagDocument;
  faults?: never;
}

/** A sound definition, or everything that is wrong with what was sent: pointers begin at the document. */
export type Prepared = Sound | { faults: InputFault[]; definition?: never; document?: never };

/** So many faults are named; what comes after them is counted. */
const MAX_FAULTS = 200;

/**
 * A definition from a document as somebody sent it, with every fault of its shape, its graph, its workflows, its conditions and its forms at
 * once: a task that is not well formed hides no fault of another. Creates nothing, and does not read the database.
 */
export async function prepareDag(sent: unknown): Promise<Prepared> {
  if (!isRecord(sent)) return { faults: [{ pointer: '', detail: 'A definition is an object with a name and tasks' }] };
  const header = DagDocument.safeParse({ ...sent, tasks: [] });
  const faults = header.success ? [] : toFaults(header.error);
  if (!Array.isArray(sent.tasks)) {
    const detail = sent.tasks === undefined ? 'There are no tasks' : 'The tasks of a definition are a list';
    return { faults: [...faults, { pointer: '/tasks', detail }] };
  }
  if (sent.tasks.length > MAX_TASKS) {
    const detail = `There are ${sent.tasks.length} tasks; ${MAX_TASKS} is the most`;
    return { faults: [...faults, { pointer: '/tasks', detail }] };
  }
  const bodies: TaskBody[] = [];
  const tasks: TaskDefinition[] = [];
  const turn = takeTurns();
  for (const [index, given] of sent.tasks.entries()) {
    if (turn.isOver()) await turn.next();
    const body = TaskBody.safeParse(given);
    if (body.success) bodies.push(body.data);
    else faults.push(...toFaults(body.error, ['tasks', index]));
    tasks.push(body.success ? toTask(body.data) : salvage(given, index));
    faults.push(...faultsWithin(given, index));
  }
  faults.push(...findFaults(tasks, knownWorkflows(tasks)));
  if (faults.length > 0 || !header.success) return { faults: capped(faults) };
  const document = { ...header.data, tasks: bodies };
  return { definition: toDefinition(document), document };
}

/** What neither a schema nor the graph shows of a task: its condition, and the params of its workflow. */
function faultsWithin(given: unknown, index: number): InputFault[] {
  if (!isRecord(given)) return [];
  const at = (path: string) => `${toPointer(['tasks', index])}${path}`;
  const faults: InputFault[] = [];
  if (typeof given.when === 'string') {
    const checked = checkExpression(given.when, TASK_CONDITION);
    if (!checked.ok) {
      const { message, start, end } = checked.fault;
      faults.push({ pointer: at('/when'), detail: message, position: { start, end } });
    }
  }
  const workflow = typeof given.workflow_ref === 'string' ? findWorkflow(given.workflow_ref) : null;
  const params = given.params ?? {};
  if (workflow === null || given.type === 'checkpoint' || !isRecord(params)) return faults;
  const found = workflow.faults(params).map(({ pointer, detail }) => ({ pointer: at(`/params${pointer}`), detail }));
  return [...faults, ...found];
}

/** The workflows of the registry, and those that tasks name and it knows by another rule (`external:…`). */
function knownWorkflows(tasks: readonly TaskDefinition[]): Set<string> {
  const named = tasks.flatMap((task) => (task.type === 'workflow' ? [task.workflowRef] : []));
  return new Set([...Object.keys(WORKFLOWS), ...named.filter((name) => findWorkflow(name) !== null)]);
}

/** As much of a task that is not well formed as its graph needs, so that what depends on it is not refused for it. */
function salvage(given: unknown, index: number): TaskDefinition {
  const sent = isRecord(given) ? given : {};
  const dependsOn = Array.isArray(sent.depends_on) ? sent.depends_on.filter((name) => typeof name === 'string') : [];
  return {
    // No task can have this id, so that two of them are not the same.
    id: typeof sent.id === 'string' ? sent.id : `\u0000${index}`,
    type: 'workflow',
    workflowRef: typeof sent.workflow_ref === 'string' && sent.type !== 'checkpoint' ? sent.workflow_ref : 'echo',
    dependsOn,
    when: null,
    params: {},
    risk: null,
    timeoutSeconds: null,
    retries: 0,
    backoffSeconds: 1,
  };
}

/** So many of them as an answer names; the last one counts the rest. */
export function capped(faults: InputFault[], what = 'faults'): InputFault[] {
  if (faults.length <= MAX_FAULTS) return faults;
  const rest = faults.length - MAX_FAULTS;
  return [...faults.slice(0, MAX_FAULTS), { pointer: '', detail: `And ${rest} more ${what}` }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
