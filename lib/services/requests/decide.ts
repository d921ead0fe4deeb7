import { type ApprovalRequestResource, toFormParser } from '@/lib/contracts';
import { type Actor, can } from '@/lib/domain/access';
import {
  type Command,
  type Decided,
  decide,
  isOpen,
  type Refusal,
  type Reviewer,
  signedAnswers,
} from '@/lib/domain/approval';
import { canonicalJson } from '@/lib/domain/audit';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { isId } from '@/lib/domain/ids';
import { spread } from '@/lib/platform/clock';
import {
  type ActorGuard,
  type Bundle,
  findBundle,
  guardHolds,
  toIdempotencyWrite,
  writeDecisions,
} from '@/lib/platform/db';
import { metrics } from '@/lib/platform/metrics';
import { wakeWorkers } from '@/lib/platform/notify';
import { noteSpending } from '../policy';
import { EXPIRY, onBehalfOf, toDecisionWrite, toEventActor, type VoteDetails } from './event';
import { toForm } from './form';
import { assertFunded } from './funding';
import { jobActor } from './job-actor';
import { getRequest } from './read';

/**
 * How often a decision is made again because the request moved between reading and writing. Whenever one loses another has won, so this
 * is how many may decide or comment at the same instant and all be heard.
 */
const MAX_ATTEMPTS = 32;
/** From this attempt on, losers wait a random moment: a crowd that comes back all at once has one winner again. */
const SPREAD_FROM = 4;
const SPREAD_MS = 4;

export interface DecideOptions {
  /** The person in whose name a bridge decides; else it must be the actor. */
  approverId?: string | null | undefined;
  approvalData?: Record<string, unknown> | null | undefined;
}

/**
 * Applies a command to a request: read, decide purely, write with every condition repeated under locks. When the write finds that
 * something moved, it is read and decided again, so that a loser hears of the state that won.
 * @throws AppError with the refusal of the domain; `budget/exhausted` where a budget does not pay; `request/not-found`, `request/changed` (412), `policy/emergency-stop`,
 *   `access/forbidden` when the credential lost its authority meanwhile.
 */
export async function commandRequest(
  actor: Actor,
  requestId: string,
  command: Command,
  call: Call,
  options: DecideOptions = {},
): Promise<ApprovalRequestResource> {
  if (!isId('request', requestId)) throw new AppError('request/not-found');
  const approver = namedApprover(actor, options.approverId ?? null);
  let lost: ActorGuard | null = null;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const bundle = await findBundle(actor.tenantId, requestId, approver ?? actor.userId);
    if (bundle === null) throw new AppError('request/not-found');
    // The write did nothing, and it was not for the request's end: the credential that began may not go on as a lesser one.
    // A comment has no end to lose to.
    const mayGoOn = isOpen(bundle.request.status) || command.type === 'comment';
    if (lost !== null && mayGoOn && !(await guardHolds(lost))) {
      throw new AppError('access/forbidden', { detail: 'This credential lost its authority meanwhile.' });
    }
    assertMatches(call, bundle);
    const reviewer = reviewerOf(actor, bundle, approver);
    const decided = decide(bundle.request, bundle.reviews, command, { actor, reviewer, at: bundle.at });
    if (!decided.ok) {
      if (decided.error.code === 'request/expired') await expireLate(bundle);
      throw toError(decided.error);
    }
    const approvalData = command.type === 'approve' ? filledIn(bundle, options.approvalData ?? null) : null;
    const approves = decided.value.from !== decided.value.to && decided.value.to === 'approved';
    if (lost !== null && approves) await assertFunded(actor, requestId);
    if (command.type === 'approve' && bundle.emergencyStop) throw new AppError('policy/emergency-stop');
    const vote = decided.value.review === null ? null : toVote(actor, reviewer, approver, approvalData);
    const guard = toGuard(actor, command, decided.value, approver === null ? null : reviewer);
    const who = approver === null || bundle.member === null ? toEventActor(actor) : onBehalfOf(bundle.member, actor);
    const write = toDecisionWrite(bundle, decided.value, who, { vote, traceId: call.traceId });
    const [written] = await writeDecisions('countersign_hot', [write], {
      guard,
      idempotency: toIdempotencyWrite(actor, call),
    });
    if (written !== undefined) {
      wakeWorkers();
      if (approves) noteSpending(actor.tenantId);
      metrics().decisions.inc({ event: write.event_type });
      return getRequest(actor, requestId);
    }
    lost = guard;
    if (attempt >= SPREAD_FROM) await spread(attempt * SPREAD_MS);
  }
  throw new AppError('request/busy');
}

/** Whose vote it is when it is not the actor's own: only a bridge with the scope for it may name somebody else. */
function namedApprover(actor: Actor, approverId: string | null): string | null {
  if (approverId === null) return null;
  const own = [actor.userId, actor.memberId, actor.email].some(
    (id) => id !== null && id.toLowerCase() === approverId.toLowerCase(),
  );
  if (own) return null;
  if (!can(actor, 'requests:decide_on_behalf')) throw new AppError('access/approver-mismatch');
  if (!isId('user', approverId)) {
    throw new AppError('input/invalid', {
      errors: [{ pointer: '/approver_id', detail: 'Name a member by user id (usr_…)' }],
    });
  }
  return approverId;
}

/** Who votes, at the level they have now; never above what the credential itself carries. */
function reviewerOf(actor: Actor, bundle: Bundle, approver: string | null): Reviewer | null {
  const { member } = bundle;
  if (approver !== null) {
    if (member === null) throw new AppError('access/forbidden', { detail: 'The person named is not a member.' });
    return member;
  }
  if (actor.userId === null) return null;
  if (member === null || member.memberId !== actor.memberId) {
    throw new AppError('access/forbidden', { detail: 'You are not a member any more.' });
  }
  return { ...member, level: Math.min(member.level, actor.level) };
}

/**
 * What an approval brings along, as the form of its checkpoint wants it. Where several sign, all sign the same: who brings nothing signs
 * what the first has filled in.
 * @throws AppError `input/invalid` with a pointer to every field that is missing, unknown or not as the form says; `review/other-answers`
 * where others have signed something else.
 */
function filledIn({ request, reviews }: Bundle, given: Record<string, unknown> | null): Record<string, unknown> | null {
  if (request.inputsSchema === null) return given;
  const signed = signedAnswers(request, reviews);
  if (signed !== null && given === null) return signed;
  const parsed = toFormParser(toForm(request.inputsSchema)).safeParse(given ?? {});
  if (parsed.success) {
    if (signed === null || canonicalJson(parsed.data) === canonicalJson(signed)) return parsed.data;
    throw new AppError('review/other-answers', { extra: { approval_data: signed } });
  }
  const errors = parsed.error.issues.flatMap((issue) => {
    const names = issue.code === 'unrecognized_keys' ? issue.keys : [null];
    return names.map((name) => ({
      pointer: ['/approval_data', ...issue.path.map(String), ...(name === null ? [] : [name])].join('/'),
      detail: name === null ? issue.message : 'The form has no such field',
    }));
  });
  throw new AppError('input/invalid', { errors });
}

/** `If-Match` is stricter than the digest: anything that happened since makes it stale. */
function assertMatches(call: Call, bundle: Bundle): void {
  if (call.ifMatch === null || call.ifMatch === '*') return;
  const tags = call.ifMatch.split(',').map((tag) => tag.trim());
  if (tags.includes(`"${bundle.request.seq}"`)) return;
  throw new AppError('request/changed', { extra: { state: bundle.request.status, seq: bundle.request.seq } });
}

function toVote(
  actor: Actor,
  reviewer: Reviewer | null,
  approver: string | null,
  approvalData: VoteDetails['approvalData'],
): VoteDetails | null {
  if (reviewer === null) return null;
  return {
    userId: reviewer.userId,
    memberId: reviewer.memberId,
    keyId: actor.keyId,
    bridge: approver === null ? null : actor.name,
    approvalData,
  };
}

/** What must still hold under the locks: the credential, and as much authority as this command used. */
function toGuard(actor: Actor, command: Command, decided: Decided, onBehalfOf: Reviewer | null): ActorGuard {
  const usedLevel = decided.review?.level ?? 0;
  const ownLevel = command.type === 'cancel' ? actor.level : command.type === 'comment' ? 0 : usedLevel;
  return {
    tenantId: actor.tenantId,
    user:
      actor.userId === null || actor.memberId === null
        ? null
        : {
            userId: actor.userId,
            memberId: actor.memberId,
            sessionVersion: actor.sessionVersion,
            minLevel: onBehalfOf === null ? ownLevel : 0,
          },
    keyId: actor.keyId,
    onBehalfOf:
      onBehalfOf === null ? null : { userId: onBehalfOf.userId, memberId: onBehalfOf.memberId, minLevel: usedLevel },
    voters: decided.restsOn.map(({ userId, level }) => ({ userId, minLevel: level })),
  };
}

/** A late decision makes the request expired, even if the sweep has not come by. */
async function expireLate(bundle: Bundle): Promise<void> {
  const actor = jobActor(bundle.request.tenantId, EXPIRY.actor_name);
  const expired = decide(bundle.request, bundle.reviews, { type: 'expire' }, { actor, reviewer: null, at: bundle.at });
  if (!expired.ok) return;
  const written = await writeDecisions('countersign_hot', [toDecisionWrite(bundle, expired.value, EXPIRY)]);
  if (written.length > 0) wakeWorkers();
}

function toError(refusal: Refusal): AppError {
  return new AppError(refusal.code, { detail: refusal.detail, extra: refusal.extra });
}
