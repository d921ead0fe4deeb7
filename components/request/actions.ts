import type { ApprovalRequestResource, EligibleApproversResource } from '@/lib/contracts';
import {
  isOpen,
  isRequester,
  TRANSITIONS,
  type TransitionName,
  transitionsFrom,
  usedLevel,
} from '@/lib/domain/approval';
import { PROBLEMS } from '@/lib/domain/errors';
import type { Viewer } from './viewer';

/** Whether something can be done now, and if not, why. */
export type Availability = { able: true } | { able: false; why: string };

export interface Actions {
  approve: Availability;
  reject: Availability;
  /** Null where it is not this person's to take back. */
  cancel: Availability | null;
  comment: boolean;
  /** The decision uses level 5: it needs a reason, and a fresh sign-in. */
  usesLevelFive: boolean;
}

const ABLE: Availability = { able: true };
const not = (why: string): Availability => ({ able: false, why });

/** The state as the clock has it: what is open after its time is expired, even if nobody has written that down yet. */
export function stateAt(request: Pick<ApprovalRequestResource, 'status' | 'expires_at'>, nowMs: number) {
  return isOpen(request.status) && nowMs >= Date.parse(request.expires_at) ? 'expired' : request.status;
}

/** The person who asked, as far as the history names them. A key's call shows whom it names instead, which is nobody's proof. */
function asker(request: ApprovalRequestResource): string | null {
  const first = request.status_history[0];
  const named = first?.actor_type === 'api_key' && (request.requested_by ?? request.agent_id) !== null;
  return named ? null : (first?.actor ?? null);
}

/** Whether this person asked, or is named as who asks. A key's owner and issuer are known to the server only: see `eligible`. */
export function isAsker(request: ApprovalRequestResource, viewer: Viewer): boolean {
  const named = {
    requesterUserId: asker(request),
    requesterKeyIssuerId: null,
    requestedBy: request.requested_by,
    agentId: request.agent_id,
  };
  return isRequester(named, viewer);
}

export interface Known {
  /** The server's list of who can still vote, where it is known. */
  eligible?: EligibleApproversResource | undefined;
  /** The emergency stop is on: rejecting and cancelling work, approving does not. */
  stopped?: boolean;
}

/**
 * What this person may do with a request at a moment, by the domain's own table and rules. The server decides again; this is so that a
 * button says beforehand what it would answer.
 */
export function actionsOn(
  request: ApprovalRequestResource,
  viewer: Viewer,
  nowMs: number,
  { eligible, stopped = false }: Known = {},
): Actions {
  const state = stateAt(request, nowMs);
  const possible = transitionsFrom(state);
  const over = not(state === 'expired' ? 'This request has expired.' : `This request is already ${state}.`);
  const can = (name: TransitionName) => {
    const { permission } = TRANSITIONS[name];
    return permission !== 'system' && viewer.permissions.includes(permission);
  };
  const vote = possible.includes('approve') ? voteOf(request, viewer, eligible, can('approve')) : over;
  return {
    approve: stopped && vote.able ? not(`${PROBLEMS['policy/emergency-stop'].title}.`) : vote,
    reject: possible.includes('reject') ? rejectionOf(request, viewer, vote) : over,
    cancel: ownCancel(request, viewer) && can('cancel') ? (possible.includes('cancel') ? ABLE : over) : null,
    comment: viewer.permissions.includes('requests:comment'),
    usesLevelFive: usedLevel(viewer.level, request.required_level, undefined) >= 5,
  };
}

function voteOf(
  request: ApprovalRequestResource,
  viewer: Viewer,
  eligible: EligibleApproversResource | undefined,
  permitted: boolean,
): Availability {
  if (!permitted || viewer.level < 1) return not('Your role may read and comment, not decide.');
  if (isAsker(request, viewer)) return not(`${PROBLEMS['review/self-approval'].title}.`);
  const own = request.approvers.find((vote) => !vote.stale && vote.approver_id === viewer.userId);
  if (own) return not('You have signed this already; it waits for somebody else.');
  if (eligible && !eligible.eligible.some((person) => person.approver_id === viewer.userId)) {
    return not(
      request.kind === 'checkpoint'
        ? 'You started this run, or its definition names others to sign: somebody else has to decide.'
        : 'It was asked for with a key of yours, so somebody else has to decide it.',
    );
  }
  return ABLE;
}

function rejectionOf(request: ApprovalRequestResource, viewer: Viewer, vote: Availability): Availability {
  if (!vote.able || viewer.level >= request.min_reject_level) return vote;
  return not(`Rejecting this needs level ${request.min_reject_level}; yours is ${viewer.level}.`);
}

function ownCancel(request: ApprovalRequestResource, viewer: Viewer): boolean {
  return asker(request) === viewer.userId || viewer.permissions.includes('requests:manage');
}
