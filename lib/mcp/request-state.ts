import { z } from 'zod';
import { ApprovalRequestResource } from '@/lib/contracts';
import { isOpen } from '@/lib/domain/approval';

/** A request as an agent needs it: what became of it and what is missing, without its history and payload (`get_request` has those). */
export const RequestState = ApprovalRequestResource.pick({
  request_id: true,
  correlation_id: true,
  status: true,
  title: true,
  policy_type: true,
  skill_id: true,
  agent_id: true,
  tenant_id: true,
  requested_by: true,
  required_level: true,
  current_level: true,
  min_approvals: true,
  approvals_count: true,
  payload_digest: true,
  approval_data: true,
  created_at: true,
  expires_at: true,
  resolved_at: true,
  resolved_by: true,
}).extend({
  decided: z.boolean().meta({ description: 'False while a person may still decide' }),
  approved: z.boolean().meta({ description: 'Whether what was asked for may be done. Only true says yes' }),
  reason: z.string().nullable().meta({ description: 'What was said when it was decided' }),
});
export type RequestState = z.output<typeof RequestState>;

/** What of a request is told in short. */
export function toRequestState(request: ApprovalRequestResource): RequestState {
  const decided = !isOpen(request.status);
  return {
    ...RequestState.omit({ decided: true, approved: true, reason: true }).parse(request),
    decided,
    approved: request.status === 'approved',
    reason: decided ? reasonOf(request) : null,
  };
}

/** The reason of the event that ended it; where policy ended it, policy's own. */
function reasonOf(request: ApprovalRequestResource): string | null {
  const last = request.status_history.findLast(
    ({ from_status, to_status }) => to_status === request.status && from_status !== to_status,
  );
  return last?.reason ?? (request.policy.reasons.length > 0 ? request.policy.reasons.join('; ') : null);
}

/** What a request's state means for whoever asked: may it be done, and if not yet, what to do. */
export function describeState(state: RequestState): string {
  const { request_id: id, title } = state;
  const by = state.resolved_by === null ? '' : ` by ${state.resolved_by}`;
  const why = state.reason === null ? '' : `: ${state.reason}`;
  switch (state.status) {
    case 'approved':
      return `Approved${by}${why}. ${id} (“${title}”) may be done now, once and exactly as it was asked.`;
    case 'rejected':
      return `Rejected${by}${why}. ${id} (“${title}”) must not be done.`;
    case 'expired':
      return `Expired: nobody decided ${id} (“${title}”) in time. It must not be done.`;
    case 'cancelled':
      return `Cancelled${by}${why}. ${id} (“${title}”) must not be done.`;
    case 'pending':
    case 'escalated':
      return (
        `Not decided yet: ${id} (“${title}”) waits for ${describeMissing(state)}, until ${state.expires_at}. ` +
        `It must not be done before it is approved; call wait_for_decision with this request_id.`
      );
  }
}

/** What an open request still needs. */
export function describeMissing(state: RequestState): string {
  const missing = Math.max(1, state.min_approvals - state.approvals_count);
  const people = missing === 1 ? 'a person' : `${missing} people`;
  const escalated = state.status === 'escalated' ? ' (escalated)' : '';
  return `${people} at level ${state.required_level}${escalated}`;
}
