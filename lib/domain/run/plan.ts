import type { DagDefinition } from './definition';
import { type Progress, type RunStatus, readySteps, type Step } from './progress';

/** One line of a plan. `conditional`: it has a condition, which nobody can answer before the run. */
export interface PlannedStep {
  taskId: string;
  outcome: 'runs' | 'approved' | 'rejected' | 'skipped';
  conditional: boolean;
}

export interface Plan {
  steps: PlannedStep[];
  status: RunStatus;
  reason: string | null;
}

/**
 * What a run would do, in order, if every task succeeded, every condition held and every checkpoint were approved but those named: the
 * very function that drives runs, played through. Creates nothing.
 */
export function planRun(dag: DagDefinition, rejected: ReadonlySet<string> = new Set()): Plan {
  const progress = new Map<string, Step>();
  const steps: PlannedStep[] = [];
  const tasks = new Map(dag.tasks.map((task) => [task.id, task]));
  const put = (taskId: string, outcome: PlannedStep['outcome']) => {
    progress.set(taskId, toStep(taskId, outcome));
    steps.push({ taskId, outcome, conditional: tasks.get(taskId)?.when != null });
  };
  for (;;) {
    const { start, skip, status, reason } = readySteps(dag, progress as Progress);
    for (const id of skip) put(id, 'skipped');
    for (const id of start) {
      const isCheckpoint = tasks.get(id)?.type === 'checkpoint';
      put(id, isCheckpoint ? (rejected.has(id) ? 'rejected' : 'approved') : 'runs');
    }
    if (start.length === 0 && skip.length === 0) return { steps, status, reason };
  }
}

function toStep(taskId: string, outcome: PlannedStep['outcome']): Step {
  if (outcome === 'rejected')
    return { taskId, status: 'rejected', skippedBy: null, reason: `${taskId} would be rejected` };
  if (outcome === 'skipped') return { taskId, status: 'skipped', skippedBy: 'rejection', reason: null };
  return { taskId, status: 'succeeded', skippedBy: null, reason: null };
}
