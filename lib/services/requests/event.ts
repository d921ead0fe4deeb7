import { type Actor, credentialId } from '@/lib/domain/access';
import type { ApprovalEventType, ApprovalStatus, Decided } from '@/lib/domain/approval';
import { canonicalJson } from '@/lib/domain/audit';
import { newId } from '@/lib/platform/crypto';
import type { Bundle, CreationEvent, DecisionWrite } from '@/lib/platform/db';

/** Who an event says acted: what the history shows, and the credential that really did. */
export interface EventActor {
  actor: string;
  actor_type: 'session' | 'api_key' | 'job' | 'policy';
  actor_id: string;
  actor_name: string;
}

export const POLICY: EventActor = { actor: 'policy', actor_type: 'policy', actor_id: 'policy', actor_name: 'Policy' };
export const EXPIRY: EventActor = { actor: 'expiry', actor_type: 'job', actor_id: 'expiry', actor_name: 'Expiry' };
export const ESCALATION_WORKER: EventActor = {
  actor: 'escalation_worker',
  actor_type: 'job',
  actor_id: 'escalation_worker',
  actor_name: 'Escalation',
};

/** The credential as the history names it: the person where there is one, else the key. */
export function toEventActor(actor: Pick<Actor, 'userId' | 'keyId' | 'name' | 'via'>): EventActor {
  const id = credentialId(actor);
  return {
    actor: id,
    actor_type: actor.via === 'job' ? 'job' : actor.via,
    actor_id: actor.keyId ?? id,
    actor_name: actor.name,
  };
}

/** A person whose decision a bridge brought: it is theirs, and the credential that really acted is the bridge's. */
export function onBehalfOf(
  person: { userId: string; name: string },
  bridge: Pick<Actor, 'keyId' | 'userId' | 'name' | 'via'>,
): EventActor {
  return { ...toEventActor(bridge), actor: person.userId, actor_name: person.name };
}

/** Every field of an event but its time and its place in the chain. */
export interface EventFields extends EventActor {
  event_id: string;
  tenant_id: string;
  subject_id: string;
  subject_kind: 'request';
  seq: number;
  type: ApprovalEventType;
  version: number;
  from_status: ApprovalStatus | null;
  to_status: ApprovalStatus;
  reason: string | null;
  data: Record<string, unknown>;
  trace_id: string | null;
}

/** The text that is hashed into the chain: RFC 8785 JSON of every field but the time. The verifier compares it with the columns. */
export function canonicalEvent(fields: EventFields): string {
  return canonicalJson(fields);
}

/** An event of a creation, ready for `insertRequest`. */
export function toCreationEvent(fields: Omit<EventFields, 'event_id' | 'subject_kind'>): CreationEvent {
  const whole: EventFields = { ...fields, event_id: newId('event'), subject_kind: 'request' };
  return { ...whole, canonical: canonicalEvent(whole) };
}

/** A vote's particulars that the decision itself does not know. */
export interface VoteDetails {
  userId: string;
  memberId: string;
  keyId: string | null;
  /** The bridge that brought it, by name; null for one's own. */
  bridge: string | null;
  approvalData: Record<string, unknown> | null;
}

/**
 * A decision, ready for the writer. `who` is what the event says acted; `vote` is there when the decision records one. Used by commands
 * and sweeps alike, so that every event is built in one place.
 */
export function toDecisionWrite(
  bundle: Bundle,
  decided: Decided,
  who: EventActor,
  options: { vote?: VoteDetails | null; traceId?: string | null } = {},
): DecisionWrite {
  const { request } = bundle;
  const { vote = null, traceId = null } = options;
  const note = decided.event === 'approval.commented';
  const resolves = decided.from !== decided.to && decided.to !== 'escalated';
  const data = {
    ...(decided.review === null ? {} : { decision: decided.review.decision, level: decided.review.level }),
    ...(note ? {} : { current_level: decided.currentLevel, approvals_count: decided.approvalsCount }),
    ...(decided.event === 'approval.escalated'
      ? { required_level: decided.requiredLevel, escalate_to: decided.escalation?.to ?? null }
      : {}),
    ...(vote?.bridge == null ? {} : { on_behalf: true, bridge: vote.bridge }),
    ...(vote?.approvalData ? { approval_data: vote.approvalData } : {}),
  };
  const fields: EventFields = {
    ...who,
    event_id: newId('event'),
    tenant_id: request.tenantId,
    subject_id: request.id,
    subject_kind: 'request',
    seq: request.seq + 1,
    type: decided.event,
    version: request.version,
    from_status: decided.from,
    to_status: decided.to,
    reason: decided.reason,
    data,
    trace_id: traceId,
  };
  return {
    ...who,
    request_id: request.id,
    tenant_id: request.tenantId,
    seq: request.seq,
    version: request.version,
    timing: decided.timing,
    from_status: decided.from,
    to_status: decided.to,
    resolves,
    approves: decided.review?.decision === 'approve',
    required_level: note ? null : decided.requiredLevel,
    current_level: note ? null : decided.currentLevel,
    approvals_count: note ? null : decided.approvalsCount,
    escalate_then:
      decided.escalation?.ahead.map(({ afterSeconds, to, level }) => ({ after_seconds: afterSeconds, to, level })) ??
      null,
    // What a form asks for is signed by everybody who approves, so it is there for the second to see.
    approval_data: resolves || request.inputsSchema !== null ? (vote?.approvalData ?? null) : null,
    event_id: fields.event_id,
    event_type: decided.event,
    reason: decided.reason,
    data,
    trace_id: traceId,
    canonical: canonicalEvent(fields),
    review:
      decided.review === null || vote === null
        ? null
        : {
            user_id: vote.userId,
            member_id: vote.memberId,
            decision: decided.review.decision,
            level: decided.review.level,
            notes: decided.reason,
            key_id: vote.keyId,
            on_behalf: vote.bridge !== null,
          },
  };
}
