import type { ApprovalRequestResource, HistoryItem } from '@/lib/contracts';
import { TRANSITIONS, usedLevel } from '@/lib/domain/approval';
import type { Viewer } from './viewer';

export type Act = 'approve' | 'reject' | 'cancel' | 'comment';

/** What somebody is about to do, and what they say about it; `at` is the server's clock as the browser knows it. */
export interface Doing {
  act: Act;
  note: string | null;
  at: string;
}

/**
 * The request as it will be if the server agrees, shown while it is asked. The server's answer replaces it, whatever it is.
 */
export function foresee(
  request: ApprovalRequestResource,
  viewer: Viewer,
  { act, note, at }: Doing,
): ApprovalRequestResource {
  switch (act) {
    case 'approve':
      return foreseeApproval(request, viewer, note, at);
    case 'reject': {
      const voted = withVote(request, viewer, 'reject', note, at);
      return ended(voted, viewer, 'reject', note, at);
    }
    case 'cancel':
      return ended(request, viewer, 'cancel', note, at);
    case 'comment':
      return withEvent(request, viewer, { event: 'approval.commented', to_status: request.status, reason: note, at });
  }
}

function foreseeApproval(request: ApprovalRequestResource, viewer: Viewer, note: string | null, at: string) {
  const voted = withVote(request, viewer, 'approve', note, at);
  const level = usedLevel(viewer.level, request.required_level, undefined);
  const counted = {
    ...voted,
    current_level: Math.max(request.current_level, level),
    approvals_count: request.approvals_count + 1,
  };
  const finishes = counted.current_level >= counted.required_level && counted.approvals_count >= counted.min_approvals;
  if (finishes) return ended(counted, viewer, 'approve', note, at);
  return withEvent(counted, viewer, {
    event: 'approval.review_recorded',
    to_status: request.status,
    reason: note,
    at,
  });
}

function withVote(
  request: ApprovalRequestResource,
  viewer: Viewer,
  decision: 'approve' | 'reject',
  notes: string | null,
  at: string,
): ApprovalRequestResource {
  const level = usedLevel(viewer.level, request.required_level, undefined);
  const vote = {
    approver_id: viewer.userId,
    name: viewer.name,
    level,
    decision,
    notes,
    stale: false,
    on_behalf: false,
    at,
  };
  return { ...request, approvers: [...request.approvers, vote] };
}

function ended(
  request: ApprovalRequestResource,
  viewer: Viewer,
  by: 'approve' | 'reject' | 'cancel',
  reason: string | null,
  at: string,
): ApprovalRequestResource {
  const { event, to } = TRANSITIONS[by];
  const after = withEvent(request, viewer, { event, to_status: to, reason, at });
  return { ...after, status: to, resolved_at: at, resolved_by: viewer.userId };
}

function withEvent(
  request: ApprovalRequestResource,
  viewer: Viewer,
  { at, ...event }: Pick<HistoryItem, 'event' | 'to_status' | 'reason'> & { at: string },
): ApprovalRequestResource {
  const seq = request.seq + 1;
  const item: HistoryItem = {
    ...event,
    seq,
    event_id: `foreseen-${seq}`,
    version: request.version,
    from_status: request.status,
    actor: viewer.userId,
    actor_type: 'session',
    actor_id: viewer.userId,
    actor_name: viewer.name,
    escalation: null,
    timestamp: at,
    hash: '',
  };
  return { ...request, seq, updated_at: at, status_history: [...request.status_history, item] };
}
