import { type Actor, can, isFreshSignIn } from '../access';
import type { ProblemCode, ProblemExtra } from '../errors';
import type { EscalationStep } from '../policy';
import { err, ok, type Result } from '../result';
import { type CountedVote, isRequester, isRequestersCredential, signaturesOf, tally, usedLevel } from './authority';
import type { ApprovalRequest, Review, Reviewer } from './request';
import { isSigner, mayStillSign, missingSigners } from './signers';
import type { ApprovalStatus } from './status';
import { type ApprovalEventType, TRANSITIONS, type TransitionName } from './transitions';

export type Command =
  | { type: 'approve'; level?: number | undefined; notes?: string | undefined; viewedDigest?: string | undefined }
  | { type: 'reject'; level?: number | undefined; notes: string; viewedDigest?: string | undefined }
  | { type: 'cancel'; reason: string }
  | { type: 'comment'; text: string }
  | { type: 'escalate'; reason: string }
  | { type: 'expire' };

/** Who commands. `reviewer` is the person whose vote it is, with the level they have now; null for services and the clock. */
export interface Commander {
  actor: Actor;
  reviewer: Reviewer | null;
  at: Date;
}

/** What must hold of the clock when the write has its locks. */
export type Timing = 'before_expiry' | 'at_expiry' | 'at_escalation' | 'any';

export interface Decided {
  event: ApprovalEventType;
  from: ApprovalStatus;
  to: ApprovalStatus;
  timing: Timing;
  requiredLevel: number;
  currentLevel: number;
  approvalsCount: number;
  /** The vote to record, for approve and reject. */
  review: { decision: 'approve' | 'reject'; level: number } | null;
  /** The earlier votes without which this decision would be another one; they must still count when the write has its locks. */
  restsOn: readonly CountedVote[];
  reason: string | null;
  /** For an escalation: where it goes now, and what is ahead of it. */
  escalation: { to: string | null; ahead: readonly EscalationStep[] } | null;
}

export interface Refusal {
  code: ProblemCode;
  detail?: string;
  extra?: ProblemExtra;
}

/** Every answer carries the history, so its length is bounded: beyond this many events nothing more can be said, only decided. */
export const MAX_EVENTS = 200;

const refuse = (code: ProblemCode, detail?: string, extra?: ProblemExtra) =>
  err<Refusal>({ code, ...(detail === undefined ? {} : { detail }), ...(extra === undefined ? {} : { extra }) });

/**
 * The only reader of the lifecycle table on the server: what a command does to a request at a moment, or why it may not. Pure; the
 * writer repeats the conditions on `seq` and on the clock once it holds its locks.
 */
export function decide(
  request: ApprovalRequest,
  reviews: readonly Review[],
  command: Command,
  by: Commander,
): Result<Decided, Refusal> {
  if (command.type === 'comment') return decideComment(request, reviews, command.text);
  const transition = TRANSITIONS[command.type];
  if (!(transition.from as readonly ApprovalStatus[]).includes(request.status)) return alreadyResolved(request);
  if (command.type !== 'expire' && by.at.getTime() >= request.expiresAt.getTime()) {
    return refuse('request/expired', `It expired at ${request.expiresAt.toISOString()}.`, { state: 'expired' });
  }
  switch (command.type) {
    case 'approve':
      return decideApprove(request, reviews, command, by);
    case 'reject':
      return decideReject(request, reviews, command, by);
    case 'cancel':
      return decideCancel(request, reviews, command.reason, by);
    case 'escalate':
      return ok({
        ...outcome(request, 'escalate', reviews),
        timing: by.actor.via === 'job' ? 'at_escalation' : 'before_expiry',
        requiredLevel: Math.max(request.requiredLevel, request.escalateLevel ?? 0),
        reason: command.reason,
        escalation: { to: request.escalateTo, ahead: request.escalateThen },
      });
    case 'expire':
      if (by.at.getTime() < request.expiresAt.getTime()) return refuse('request/busy', 'It has not expired yet.');
      return ok({ ...outcome(request, 'expire', reviews), timing: 'at_expiry', reason: 'Nobody decided in time' });
  }
}

function outcome(request: ApprovalRequest, name: TransitionName, reviews: readonly Review[]): Decided {
  const { currentLevel, approvals } = tally(request, reviews);
  return {
    event: TRANSITIONS[name].event,
    from: request.status,
    to: TRANSITIONS[name].to,
    timing: 'before_expiry',
    requiredLevel: request.requiredLevel,
    currentLevel,
    approvalsCount: approvals,
    review: null,
    restsOn: [],
    reason: null,
    escalation: null,
  };
}

/** What is over stays over. A late decision gets the same answer whether the sweep has come by or not. */
function alreadyResolved(request: ApprovalRequest) {
  const code = request.status === 'expired' ? 'request/expired' : 'request/already-resolved';
  return refuse(code, `It is ${request.status}.`, {
    state: request.status,
    resolved_by: request.resolvedBy,
    resolved_at: request.resolvedAt?.toISOString() ?? null,
  });
}

/**
 * What approving and rejecting have in common: a person who may vote here. `level` is what the vote uses, `authority` what its author
 * brings, which may be more than the request requires.
 */
function vote(
  request: ApprovalRequest,
  reviews: readonly Review[],
  command: Extract<Command, { type: 'approve' | 'reject' }>,
  by: Commander,
): Result<{ level: number; authority: number }, Refusal> {
  const { reviewer } = by;
  if (reviewer === null) return refuse('review/not-a-reviewer');
  if (by.actor.keyId !== null && by.actor.keyId === request.requesterKeyId) {
    return refuse('review/self-approval', 'A request is never decided through the key that created it.');
  }
  if (isRequester(request, reviewer)) return refuse('review/self-approval');
  if (isRequestersCredential(request, by.actor)) {
    return refuse('review/self-approval', 'Who asked does not carry somebody else’s decision either.');
  }
  if (command.level !== undefined && command.level > reviewer.level) {
    return refuse('review/insufficient-level', `You asked to use level ${command.level}; yours is ${reviewer.level}.`);
  }
  const level = usedLevel(reviewer.level, request.requiredLevel, command.level);
  if (level < 1) return refuse('review/insufficient-level', 'Deciding needs level 1 or more.');
  if (command.viewedDigest !== undefined && command.viewedDigest !== request.payloadDigest) {
    return refuse('request/changed', 'What is asked is not what you saw.', { payload_digest: request.payloadDigest });
  }
  if (reviews.some((review) => review.userId === reviewer.userId && review.version === request.version)) {
    return refuse('review/already-reviewed');
  }
  if (level >= 5 && !hasSteppedUp(command.notes, by)) return refuse('review/step-up-required');
  return ok({ level, authority: Math.min(reviewer.level, command.level ?? reviewer.level) });
}

function hasSteppedUp(notes: string | undefined, { actor, at }: Commander): boolean {
  return actor.via === 'session' && (notes ?? '').trim() !== '' && isFreshSignIn(actor.authTime, at);
}

function decideApprove(
  request: ApprovalRequest,
  reviews: readonly Review[],
  command: Extract<Command, { type: 'approve' }>,
  by: Commander,
): Result<Decided, Refusal> {
  const allowed = vote(request, reviews, command, by);
  if (!allowed.ok) return allowed;
  const { reviewer } = by;
  if (reviewer === null) return refuse('review/not-a-reviewer');
  if (!isSigner(request, reviewer)) {
    return refuse('review/not-a-signer', `It is signed by ${request.signers.join(', ')}.`);
  }
  const signed = signaturesOf(request, reviews);
  if (!mayStillSign(request, signed, reviewer)) {
    const missing = missingSigners(request, signed).join(' and of ');
    return refuse('review/not-a-signer', `What is still missing is the signature of ${missing}.`);
  }
  const { level } = allowed.value;
  const counted = tally(request, reviews);
  const currentLevel = Math.max(counted.currentLevel, level);
  const approvals = counted.approvals + 1;
  const isComplete = missingSigners(request, [...signed, reviewer]).length === 0;
  const finishes = isComplete && currentLevel >= request.requiredLevel && approvals >= request.minApprovals;
  return ok({
    ...outcome(request, 'approve', reviews),
    event: finishes ? TRANSITIONS.approve.event : 'approval.review_recorded',
    to: finishes ? TRANSITIONS.approve.to : request.status,
    currentLevel,
    approvalsCount: approvals,
    review: { decision: 'approve', level },
    restsOn: finishes ? signed.map(({ userId, level: least }) => ({ userId, level: least })) : [],
    reason: command.notes ?? null,
  });
}

function decideReject(
  request: ApprovalRequest,
  reviews: readonly Review[],
  command: Extract<Command, { type: 'reject' }>,
  by: Commander,
): Result<Decided, Refusal> {
  const allowed = vote(request, reviews, command, by);
  if (!allowed.ok) return allowed;
  if (allowed.value.authority < request.minRejectLevel) {
    return refuse('review/insufficient-level', `Rejecting this needs level ${request.minRejectLevel}.`);
  }
  return ok({
    ...outcome(request, 'reject', reviews),
    review: { decision: 'reject', level: allowed.value.level },
    reason: command.notes,
  });
}

function decideCancel(
  request: ApprovalRequest,
  reviews: readonly Review[],
  reason: string,
  { actor }: Commander,
): Result<Decided, Refusal> {
  const asked =
    (actor.keyId !== null && actor.keyId === request.requesterKeyId) ||
    (actor.userId !== null && actor.userId === request.requesterUserId);
  // What the product asked for in somebody's name it withdraws by itself, when there is nothing left to ask.
  if (!asked && actor.via !== 'job' && !can(actor, 'requests:manage')) {
    return refuse('access/forbidden', 'Only who asked, or an admin, cancels a request.');
  }
  return ok({ ...outcome(request, 'cancel', reviews), reason });
}

function decideComment(request: ApprovalRequest, reviews: readonly Review[], text: string): Result<Decided, Refusal> {
  if (request.seq >= MAX_EVENTS) return refuse('request/history-full', `Its history has ${MAX_EVENTS} events.`);
  const { currentLevel, approvals } = tally(request, reviews);
  return ok({
    event: 'approval.commented',
    from: request.status,
    to: request.status,
    timing: 'any',
    requiredLevel: request.requiredLevel,
    currentLevel,
    approvalsCount: approvals,
    review: null,
    restsOn: [],
    reason: text,
    escalation: null,
  });
}
