export type { CheckpointTask, DagDefinition, OnReject, TaskDefinition, WorkflowTask } from './definition';
export {
  CHECKPOINT_EVENT_TYPES,
  CHECKPOINT_EVENTS,
  type CheckpointEventType,
  RUN_EVENT_TYPES,
  RUN_EVENTS,
  RUN_STATUSES,
  RUN_WEBHOOK_TYPES,
  type RunEventType,
  type RunStatusName,
  type RunWebhookType,
  STATE_EVENT_TYPES,
  STATE_EVENTS,
  type StateEventType,
} from './events';
export { EXTERNAL_REF } from './external';
export { type DagFault, findFaults, MAX_TASKS } from './faults';
export { dependents, downstreamOf, inOrder } from './graph';
export { findRiskyPaths, type RiskyPath } from './lint';
export { type Outputs, paramsOf, retryDelaySeconds } from './params';
export { type Plan, type PlannedStep, planRun } from './plan';
export {
  type Advance,
  type Progress,
  type RunStatus,
  readySteps,
  STEP_STATUSES,
  type Step,
  type StepStatus,
} from './progress';
export { ALLOWED_HOST, mayGoTo, SECRET_NAME } from './secrets';
export { RESPONSE_VARIABLES, TASK_VARIABLES } from './variables';
