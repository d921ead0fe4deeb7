import type { ApprovalRequestResource, CreateRequestBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { type ApprovalStatus, eligibleReviewers, reachability, TRANSITIONS } from '@/lib/domain/approval';
import { canonicalJson } from '@/lib/domain/audit';
import type { Call } from '@/lib/domain/call';
import { siblingId } from '@/lib/domain/ids';
import { sha256Hex } from '@/lib/platform/crypto';
import type { Created, CreationEvent, NamedReviewer, People, PolicyConfig, RequestInsert } from '@/lib/platform/db';
import { type Evaluated, toKeptEvaluation } from '../policy';
import { type EventActor, POLICY, toCreationEvent, toEventActor } from './event';

/** Who asks, as far as it excludes from deciding. */
export function requesterOf(actor: Actor, body: CreateRequestBody) {
  return {
    requesterUserId: actor.via === 'api_key' ? actor.keyOwnerUserId : actor.userId,
    requesterKeyIssuerId: actor.keyIssuerUserId,
    requestedBy: body.requested_by ?? null,
    agentId: body.agent_id ?? null,
    signers: [],
  };
}

/** A creation, ready to be written and to be answered. */
export interface CreationPlan {
  insert: RequestInsert;
  events: CreationEvent[];
  body: CreateRequestBody;
  evaluated: Evaluated;
  eligible: number;
}

/** Plans the row of a request and its events from what policy answered; ids and hashes apart, a function of what it is given. */
export function planCreation(
  id: string,
  actor: Actor,
  body: CreateRequestBody,
  config: PolicyConfig,
  evaluated: Evaluated,
  { version: peopleVersion, reviewers: people }: People,
  webhook: RequestInsert['webhook'],
  call: Call,
  place: RequestInsert['place'],
): CreationPlan {
  const { answer } = evaluated;
  const requester = requesterOf(actor, body);
  const who = askerOf(actor, body);
  const common = { tenant_id: actor.tenantId, subject_id: id, version: 1, trace_id: call.traceId };
  const payloadDigest = `sha256:${sha256Hex(canonicalJson(body.payload))}`;
  const title = body.title ?? `${body.skill_id} for ${body.agent_id ?? body.requested_by ?? actor.name}`;
  const first = toCreationEvent({
    ...common,
    ...who,
    seq: 1,
    type: 'approval.created',
    from_status: null,
    to_status: 'pending',
    reason: body.justification ?? null,
    data: {
      title,
      skill_id: body.skill_id,
      policy_type: body.policy_type,
      payload_digest: payloadDigest,
      required_level: answer.level,
      min_approvals: answer.minApprovals,
      policy_version: evaluated.explanation.policy_version,
    },
  });
  const ending = endingOf(evaluated, requester, people);
  const second =
    ending === null
      ? null
      : toCreationEvent({
          ...common,
          ...POLICY,
          seq: 2,
          type: TRANSITIONS[ending.by].event,
          from_status: 'pending',
          to_status: TRANSITIONS[ending.by].to,
          reason: ending.reason,
          data: ending.by === 'escalate' ? { required_level: answer.level, escalate_to: answer.escalateTo } : {},
        });
  const status: ApprovalStatus = ending === null ? 'pending' : TRANSITIONS[ending.by].to;
  return {
    body,
    evaluated,
    events: second === null ? [first] : [first, second],
    eligible: eligibleReviewers(requester, people).length,
    insert: {
      id,
      tenantId: actor.tenantId,
      configVersion: config.configVersion,
      peopleVersion,
      correlationId: body.correlation_id ?? id,
      kind: 'policy',
      status,
      policyType: body.policy_type,
      skillId: body.skill_id,
      payload: JSON.stringify(body.payload),
      payloadDigest,
      requesterUserId: requester.requesterUserId,
      requesterKeyIssuerId: requester.requesterKeyIssuerId,
      requestedBy: requester.requestedBy,
      agentId: requester.agentId,
      requesterKeyId: actor.keyId,
      guardKeyId: actor.keyId,
      place,
      title,
      justification: body.justification ?? null,
      links: JSON.stringify(body.links),
      policy: JSON.stringify(evaluated.explanation),
      evaluation: toKeptEvaluation(evaluated, config),
      costCents: evaluated.cost.estimateCents,
      drawsFromBudgets: ending?.by === 'approve' && evaluated.budgets.length > 0,
      requiredLevel: answer.level,
      minApprovals: answer.minApprovals,
      minRejectLevel: answer.minRejectLevel,
      ...escalationOf(evaluated, ending?.by ?? null),
      expiresInSeconds: Math.min(
        body.expires_in_seconds ?? answer.expiresInSeconds,
        answer.expiresAtMost ?? Number.POSITIVE_INFINITY,
      ),
      resolvedBy: ending !== null && ending.by !== 'escalate' ? POLICY.actor : null,
      traceId: call.traceId,
      first,
      second,
      webhook,
    },
  };
}

/** The steps that are ahead: all of them, all but the first where nobody can finish it and it escalates at once, none when it ends. */
function escalationOf({ answer }: Evaluated, ending: 'approve' | 'reject' | 'escalate' | null) {
  const { escalateAfterSeconds, escalateTo, escalateLevel, escalateThen } = answer;
  if (ending === null) return { escalateAfterSeconds, escalateTo, escalateLevel, escalateThen };
  const [next, ...rest] = ending === 'escalate' ? escalateThen : [];
  if (next === undefined) return { escalateAfterSeconds: null, escalateTo, escalateLevel, escalateThen: [] };
  return {
    escalateAfterSeconds: next.afterSeconds,
    escalateTo: next.to,
    escalateLevel: next.level,
    escalateThen: rest,
  };
}

/** How a creation goes on at once: allowed, denied, or escalated because nobody could ever finish it. Null: it waits. */
function endingOf(
  { answer }: Evaluated,
  requester: ReturnType<typeof requesterOf>,
  people: readonly NamedReviewer[],
): { by: 'approve' | 'reject' | 'escalate'; reason: string } | null {
  if (answer.decision === 'allow') return { by: 'approve', reason: answer.reasons.join('; ') };
  if (answer.decision === 'deny') return { by: 'reject', reason: answer.reasons.join('; ') };
  const verdict = reachability(
    { ...requester, requiredLevel: answer.level, minApprovals: answer.minApprovals },
    people,
  );
  return verdict.reachable ? null : { by: 'escalate', reason: `Nobody can finish this request. ${verdict.missing}` };
}

/** A creation shows who is said to ask; the credential is beside it. */
function askerOf(actor: Actor, body: CreateRequestBody): EventActor {
  const credential = toEventActor(actor);
  if (actor.via !== 'api_key') return credential;
  return { ...credential, actor: body.requested_by ?? body.agent_id ?? credential.actor };
}

/** The request as it was created, without reading it again. */
export function toCreatedResource(
  { insert, events, body, evaluated, eligible }: CreationPlan,
  created: Created,
): ApprovalRequestResource {
  const at = created.at.toISOString();
  const hashes = [created.firstHash, created.secondHash ?? ''];
  return {
    request_id: insert.id,
    correlation_id: insert.correlationId,
    kind: insert.kind,
    status: insert.status,
    version: 1,
    seq: events.length,
    status_history: events.map((event, index) => ({
      seq: index + 1,
      event_id: event.event_id,
      version: 1,
      from_status: event.from_status,
      to_status: event.to_status,
      actor: event.actor,
      actor_type: event.actor_type as EventActor['actor_type'],
      actor_id: event.actor_id,
      actor_name: event.actor_name,
      event: event.type,
      reason: event.reason,
      escalation:
        event.type === 'approval.escalated'
          ? { to: evaluated.answer.escalateTo, required_level: evaluated.answer.level }
          : null,
      timestamp: at,
      hash: hashes[index] ?? '',
    })),
    policy_type: body.policy_type,
    skill_id: body.skill_id,
    tenant_id: insert.tenantId,
    agent_id: insert.agentId,
    payload: body.payload,
    payload_digest: insert.payloadDigest,
    requested_by: insert.requestedBy,
    justification: insert.justification,
    title: insert.title,
    links: body.links,
    required_level: insert.requiredLevel,
    current_level: 0,
    min_approvals: insert.minApprovals,
    min_reject_level: insert.minRejectLevel,
    approvals_count: 0,
    approvers: [],
    eligible_approvers_count: eligible,
    policy: evaluated.explanation,
    evaluation_id: siblingId('evaluation', insert.id),
    simulated_cost_cents: insert.costCents,
    escalate_to: insert.escalateTo,
    escalates_at: created.escalatesAt?.toISOString() ?? null,
    expires_at: created.expiresAt.toISOString(),
    webhook_attempts: 0,
    last_webhook_status: 'none',
    approval_data: null,
    created_at: at,
    updated_at: at,
    resolved_at: insert.resolvedBy === null ? null : at,
    resolved_by: insert.resolvedBy,
    outcome: null,
    run:
      insert.place === null
        ? null
        : { run_id: insert.place.runId, task_id: insert.place.taskId, dag_name: insert.place.dagName },
    checkpoint: null,
  };
}
