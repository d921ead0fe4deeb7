import type { CheckpointTask, DagDefinition, TaskDefinition, WorkflowTask } from './definition';

/** A task that runs `echo`. */
export function aTask(id: string, dependsOn: readonly string[] = [], over: Partial<WorkflowTask> = {}): WorkflowTask {
  return {
    id,
    type: 'workflow',
    dependsOn,
    when: null,
    params: {},
    risk: null,
    timeoutSeconds: null,
    workflowRef: 'echo',
    retries: 0,
    backoffSeconds: 1,
    ...over,
  };
}

/** A checkpoint that an operator may pass and whose rejection fails the run. */
export function aGate(
  id: string,
  dependsOn: readonly string[] = [],
  over: Partial<CheckpointTask> = {},
): CheckpointTask {
  return {
    id,
    type: 'checkpoint',
    dependsOn,
    when: null,
    params: {},
    risk: null,
    timeoutSeconds: null,
    prompt: `May ${id} pass?`,
    requiredLevel: 1,
    inputs: null,
    requiredSigners: [],
    minSignatures: 1,
    onReject: { type: 'fail' },
    ...over,
  };
}

export function aDag(...tasks: TaskDefinition[]): DagDefinition {
  return { name: 'weekly_ops_chain', maxParallel: null, tasks };
}
