import type { Permission } from '../access';
import { type ApprovalStatus, OPEN_STATUSES } from './status';

export interface Transition {
  from: readonly ApprovalStatus[];
  to: ApprovalStatus;
  /** Who may ask for it; `system` transitions are made by the worker and by the clock. */
  permission: Permission | 'system';
  event: string;
}

/** The whole lifecycle. Adding a row here is how you add a transition. */
export const TRANSITIONS = {
  approve: { from: OPEN_STATUSES, to: 'approved', permission: 'requests:decide', event: 'approval.approved' },
  reject: { from: OPEN_STATUSES, to: 'rejected', permission: 'requests:decide', event: 'approval.rejected' },
  escalate: { from: OPEN_STATUSES, to: 'escalated', permission: 'system', event: 'approval.escalated' },
  expire: { from: OPEN_STATUSES, to: 'expired', permission: 'system', event: 'approval.expired' },
  cancel: { from: OPEN_STATUSES, to: 'cancelled', permission: 'requests:create', event: 'approval.cancelled' },
} as const satisfies Record<string, Transition>;

export type TransitionName = keyof typeof TRANSITIONS;

/** Events of a request that change no status. */
export const NOTE_EVENTS = ['approval.created', 'approval.review_recorded', 'approval.commented'] as const;

export type ApprovalEventType = (typeof TRANSITIONS)[TransitionName]['event'] | (typeof NOTE_EVENTS)[number];

/** Every event a request can write, in the order of its life. Webhook types and the OpenAPI enum are this list. */
export const APPROVAL_EVENT_TYPES = [
  'approval.created',
  'approval.review_recorded',
  'approval.commented',
  ...(Object.values(TRANSITIONS).map((t) => t.event) as (typeof TRANSITIONS)[TransitionName]['event'][]),
] as const satisfies readonly ApprovalEventType[];

/** The transitions a request in this state can still take. */
export function transitionsFrom(status: ApprovalStatus): TransitionName[] {
  return (Object.keys(TRANSITIONS) as TransitionName[]).filter((name) =>
    (TRANSITIONS[name].from as readonly ApprovalStatus[]).includes(status),
  );
}
