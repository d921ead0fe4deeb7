/** What a run executes: tasks and what each waits for. Names as in the seed's format, where a task is a workflow or a checkpoint. */
export interface DagDefinition {
  name: string;
  /** How many tasks of one run may run at once; null: as many as are ready. */
  maxParallel: number | null;
  tasks: readonly TaskDefinition[];
}

export type TaskDefinition = WorkflowTask | CheckpointTask;

interface Task {
  id: string;
  dependsOn: readonly string[];
  /** A condition (CEL) on the run's parameters and the outputs upstream; a task whose condition is false is skipped. Null: always. */
  when: string | null;
  params: Readonly<Record<string, unknown>>;
  /** What the lint guards: a path to a task of high risk must pass a checkpoint. */
  risk: 'high' | null;
  timeoutSeconds: number | null;
}

export interface WorkflowTask extends Task {
  type: 'workflow';
  /** The name of a workflow in the registry. */
  workflowRef: string;
  /** How often it is tried again after a failure. */
  retries: number;
  /** Before the first retry; doubled before each further one. */
  backoffSeconds: number;
}

export interface CheckpointTask extends Task {
  type: 'checkpoint';
  prompt: string;
  requiredLevel: number;
  /** A form, as JSON Schema, that whoever approves fills in; null: none. */
  inputs: Readonly<Record<string, unknown>> | null;
  /** People by id or e-mail, or roles; empty: anybody with the level. */
  requiredSigners: readonly string[];
  minSignatures: number;
  onReject: OnReject;
}

/**
 * What a rejected or expired checkpoint does to its run: `fail` ends it; `skip` skips everything that depends on the checkpoint; `goto`
 * skips everything downstream of it but the named task and what depends on that.
 */
export type OnReject = { type: 'fail' } | { type: 'skip' } | { type: 'goto'; taskId: string };
