import { DEFAULT_LINT_LEVEL, type LintFinding, type PlannedTask, type RunPlan } from '@/lib/contracts';
import { AppError } from '@/lib/domain/errors';
import { type DagDefinition, findRiskyPaths, planRun, type RiskyPath } from '@/lib/domain/run';

/**
 * What a run of a definition would do, in order, if every task succeeded and every checkpoint were approved but the `rejected` ones; and
 * which of its risks nobody guards. Pure; creates nothing.
 * @throws AppError `input/invalid` with a pointer into `rejected` for what is no checkpoint of the definition.
 */
export function planFor(
  definition: DagDefinition,
  rejected: readonly string[] = [],
  version: number | null = null,
): RunPlan {
  const checkpoints = checkpointsOf(definition);
  const errors = rejected.flatMap((name, index) =>
    checkpoints.has(name) ? [] : [{ pointer: `/rejected/${index}`, detail: `There is no checkpoint ${name}` }],
  );
  if (errors.length > 0) throw new AppError('input/invalid', { errors });
  const { status, reason, steps } = planRun(definition, new Set(rejected));
  const tasks = new Map(definition.tasks.map((task) => [task.id, task]));
  const plan = steps.map(({ taskId, outcome, conditional }): PlannedTask => {
    const task = tasks.get(taskId);
    const workflow = task?.type === 'workflow' ? task.workflowRef : null;
    return { task_id: taskId, type: task?.type ?? 'workflow', workflow_ref: workflow, outcome, conditional };
  });
  return { dag_name: definition.name, dag_version: version, status, reason, plan, lint: lintOf(definition) };
}

/** The ids of a definition's checkpoints. */
export function checkpointsOf({ tasks }: DagDefinition): Set<string> {
  return new Set(tasks.filter(({ type }) => type === 'checkpoint').map(({ id }) => id));
}

/** So many ways are named, with so many tasks along them in all; what comes after them is counted. */
const MAX_WAYS = 200;
const MAX_ALONG = 5000;

/** The ways to tasks of high risk that pass no checkpoint of at least that level, in words; the last one counts those that are not named. */
export function lintOf(definition: DagDefinition, minLevel = DEFAULT_LINT_LEVEL): LintFinding[] {
  const ways = findRiskyPaths(definition, minLevel);
  const named = ways.slice(0, howMany(ways));
  const [first] = ways.slice(named.length);
  const findings = named.map((found) => toFinding(found, wordsOf(found, minLevel)));
  if (first === undefined) return findings;
  const rest = ways.length - named.length;
  return [...findings, toFinding({ ...first, path: [] }, `And ${rest} more ${rest === 1 ? 'way' : 'ways'}`)];
}

function howMany(ways: readonly RiskyPath[]): number {
  let along = 0;
  for (const [index, { path }] of ways.entries()) {
    along += path.length;
    if (index === MAX_WAYS || along > MAX_ALONG) return index;
  }
  return ways.length;
}

/** How many such ways there are, named or not. */
export function countRisks(definition: DagDefinition): number {
  return findRiskyPaths(definition, DEFAULT_LINT_LEVEL).length;
}

function toFinding({ taskId, path, afterRejectionOf }: RiskyPath, message: string): LintFinding {
  const [first, ...others] = afterRejectionOf;
  return { task_id: taskId, path, after_rejection_of: first ?? null, also_rejected: others, message };
}

function wordsOf({ taskId, path, afterRejectionOf: rejected }: RiskyPath, minLevel: number): string {
  const way = path.join(' → ');
  if (rejected.length === 0) {
    return `${taskId} is reached without a checkpoint of level ${minLevel} or above: ${way}`;
  }
  const [last = '', ...others] = rejected.toReversed();
  const names = others.length === 0 ? `${last} is` : `${others.toReversed().join(', ')} and ${last} are`;
  return `When ${names} rejected, ${taskId} is reached past every checkpoint of level ${minLevel} or above: ${way}`;
}
