import type { ApprovalEventType } from '../approval';

/**
 * What can happen to a run, and the name that the seed's `orchestrator_events.jsonl` gives it; null: it had no name there. Adding a row
 * here is how you add an event.
 */
export const RUN_EVENTS = {
  'run.started': 'dag_start',
  'run.task_started': 'task_start',
  'run.task_succeeded': 'task_ok',
  'run.task_retried': 'task_retry',
  'run.task_failed': 'task_fail',
  'run.task_skipped': 'task_skip',
  'run.checkpoint_pending': 'checkpoint_pending',
  'run.checkpoint_approved': 'checkpoint_approved',
  'run.checkpoint_rejected': 'checkpoint_rejected',
  'run.checkpoint_expired': 'checkpoint_expired',
  'run.paused': 'dag_pause',
  'run.resumed': 'dag_resume',
  'run.retried': 'dag_retry',
  'run.succeeded': 'dag_done',
  'run.failed': 'dag_done',
  'run.cancelled': 'dag_done',
} as const satisfies Record<string, string>;

export type RunEventType = keyof typeof RUN_EVENTS;

/** Of these, the ones that the seed's `orchestrator_state.jsonl` keeps: where runs begin and end, and where they can be taken up again. */
export const STATE_EVENTS = {
  'run.started': 'run_started',
  'run.checkpoint_pending': 'resume_token',
  'run.checkpoint_expired': 'checkpoint_expired',
  'run.succeeded': 'run_finished',
  'run.failed': 'run_finished',
  'run.cancelled': 'run_finished',
} as const satisfies Partial<Record<RunEventType, string>>;

export type StateEventType = keyof typeof STATE_EVENTS;
export const STATE_EVENT_TYPES = Object.keys(STATE_EVENTS) as StateEventType[];

/**
 * What can happen to a checkpoint, and the name that the seed's `checkpoints.jsonl` gives it. The seed knew neither an escalation nor a
 * withdrawal; a comment changes nothing of a checkpoint.
 */
export const CHECKPOINT_EVENTS = {
  'approval.created': 'checkpoint_created',
  'approval.review_recorded': 'signature_added',
  'approval.escalated': 'checkpoint_escalated',
  'approval.approved': 'checkpoint_approved',
  'approval.rejected': 'checkpoint_rejected',
  'approval.expired': 'checkpoint_expired',
  'approval.cancelled': 'checkpoint_cancelled',
} as const satisfies Record<Exclude<ApprovalEventType, 'approval.commented'>, string>;

export type CheckpointEventType = keyof typeof CHECKPOINT_EVENTS;
export const CHECKPOINT_EVENT_TYPES = Object.keys(CHECKPOINT_EVENTS) as CheckpointEventType[];

export const RUN_EVENT_TYPES = Object.keys(RUN_EVENTS) as RunEventType[];

/** Those that webhooks tell of. */
export const RUN_WEBHOOK_TYPES = ['run.paused', 'run.resumed', 'run.succeeded', 'run.failed'] as const;
export type RunWebhookType = (typeof RUN_WEBHOOK_TYPES)[number];

export const RUN_STATUSES = ['running', 'paused', 'succeeded', 'failed', 'cancelled'] as const;
/** Where a run is. `cancelled` is what people do to it; everything else follows from its steps. */
export type RunStatusName = (typeof RUN_STATUSES)[number];
