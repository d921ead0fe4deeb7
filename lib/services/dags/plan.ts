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

/** The ways to tasks of high risk that pass no checkpoint of at least that level, in words. */
export function lintOf(definition: DagDefinition, minLevel = DEFAULT_LINT_LEVEL): LintFinding[] {
  return findRiskyPaths(definition, minLevel).map((found) => ({
    task_id: found.taskId,
    path: found.path,
    after_rejection_of: found.afterRejectionOf,
    message: wordsOf(found, minLevel),
  }));
}

function wordsOf({ taskId, path, afterRejectionOf }: RiskyPath, minLevel: number): string {
  const way = path.join(' → ');
  if (afterRejectionOf !== null) {
    return `When ${afterRejectionOf} is rejected, ${taskId} is reached past every checkpoint of level ${minLevel} or above: ${way}`;
  }
  return `${taskId} is reached without a checkpoint of level ${minLevel} or above: ${way}`;
}
