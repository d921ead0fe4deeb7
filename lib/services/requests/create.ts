import type { ApprovalRequestResource, CreateRequestBody, PolicyViolation } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { type ApprovalStatus, eligibleReviewers, reachability, TRANSITIONS } from '@/lib/domain/approval';
import { canonicalJson } from '@/lib/domain/audit';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { siblingId } from '@/lib/domain/ids';
import { newId, sha256Hex } from '@/lib/platform/crypto';
import {
  type Created,
  type CreationEvent,
  findIdempotencyKey,
  guardHolds,
  insertRequest,
  type NamedReviewer,
  type People,
  type PolicyConfig,
  type RequestInsert,
  toIdempotencyWrite,
} from '@/lib/platform/db';
import { metrics } from '@/lib/platform/metrics';
import { wakeDispatcher } from '@/lib/platform/notify';
import {
  type Evaluated,
  evaluateAsked,
  getPeople,
  getPolicyConfig,
  noteRequest,
  noteSpending,
  readPeople,
  readPolicyConfig,
  toKeptEvaluation,
} from '../policy';
import { sealInlineWebhook } from '../webhooks';
import { findRepeated } from './correlation';
import { type EventActor, POLICY, toCreationEvent, toEventActor } from './event';
import { countDenials } from './funding';

/** How often a creation follows a configuration, or people, that change under it. */
const MAX_ATTEMPTS = 5;

export interface CreateResult {
  request: ApprovalRequestResource;
  /** False when the correlation id had been used for the same question before. */
  created: boolean;
}

/**
 * Creates a request: policy answers first, and what it does not allow or deny at once waits for a person. Request, history and outbox
 * are written in one statement; nothing leaves the process before it commits.
 * `id` is the request's where somebody has written it down already: an id that was made for it and names nothing yet.
 * @throws AppError `tenant/not-found`, `request/correlation-conflict`, `auth/invalid-key` when the key was revoked meanwhile.
 */
export async function createRequest(
  actor: Actor,
  body: CreateRequestBody,
  call: Call,
  id = newId('request'),
): Promise<CreateResult> {
  let config = await getPolicyConfig(actor.tenantId);
  const webhook = readWebhook(actor, body);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    if (config === null) throw new AppError('tenant/not-found');
    let evaluated = evaluateAsked(body, config, actor);
    if (evaluated.explanation.violations.some(isBudgets)) {
      // What is cached may be half a second old; a denial is for good.
      config = await readPolicyConfig(actor.tenantId);
      if (config === null) throw new AppError('tenant/not-found');
      evaluated = evaluateAsked(body, config, actor);
    }
    const people = await peopleFor(actor, body, evaluated);
    const plan = planRequest(id, actor, body, config, evaluated, people, webhook, call);
    let created: Created | null;
    try {
      created = await insertRequest(plan.insert, toIdempotencyWrite(actor, call));
    } catch (error) {
      return { request: await findEarlier(actor, body, call, error), created: false };
    }
    if (created !== null) {
      afterCreation(plan);
      return { request: toCreatedResource(plan, created), created: true };
    }
    config = await assertStillAllowed(actor, config, people, plan.insert);
  }
  throw new AppError('service/unavailable', { detail: 'The configuration keeps changing.', retryAfterSeconds: 1 });
}

const isBudgets = ({ type }: PolicyViolation): boolean => type === 'BudgetExceeded';

/** What a creation tells this process once it is there. */
function afterCreation({ insert, events, evaluated }: Plan): void {
  wakeDispatcher();
  if (insert.drawsFromBudgets) noteSpending(insert.tenantId);
  const { tenantId, skillId, status, costCents, agentId, requesterKeyId: keyId, requesterUserId: userId } = insert;
  noteRequest({ tenantId, skillId, status, costCents, agentId, keyId, userId });
  countDenials(evaluated.explanation.violations);
  for (const event of events) metrics().decisions.inc({ event: event.type });
}

/**
 * The request that a repeated correlation id stands for.
 * @throws the fault itself where it is about something else, or where a twin with the same Idempotency-Key made that request: the answer is
 * the twin's then.
 */
async function findEarlier(
  actor: Actor,
  body: CreateRequestBody,
  call: Call,
  fault: unknown,
): Promise<ApprovalRequestResource> {
  const write = toIdempotencyWrite(actor, call);
  if (write !== null) {
    const twin = await findIdempotencyKey(actor.tenantId, write.credential, write.operation, write.key);
    if (twin !== null) throw fault;
  }
  const repeated = await findRepeated(actor, body, fault);
  if (repeated === null) throw fault;
  return repeated;
}

/**
 * Why a creation wrote nothing: the configuration or the people moved, or a budget was drawn from (their new state is the answer), or the
 * key is gone.
 */
async function assertStillAllowed(
  actor: Actor,
  config: PolicyConfig,
  people: People,
  { drawsFromBudgets, tenantId }: RequestInsert,
): Promise<PolicyConfig | null> {
  const now = await readPolicyConfig(tenantId);
  const peopleNow = await readPeople(tenantId);
  const isSame = now?.configVersion === config.configVersion && peopleNow.version === people.version;
  if (!isSame) return now;
  const holds =
    drawsFromBudgets && (await guardHolds({ tenantId, user: null, keyId: actor.keyId, onBehalfOf: null, voters: [] }));
  if (!holds) throw new AppError('auth/invalid-key');
  return now;
}

/** The people who may decide, from the cache; read again before it is said that nobody can finish this. */
async function peopleFor(actor: Actor, body: CreateRequestBody, { answer }: Evaluated): Promise<People> {
  const people = await getPeople(actor.tenantId);
  const requester = requesterOf(actor, body);
  const verdict = reachability(
    { ...requester, requiredLevel: answer.level, minApprovals: answer.minApprovals },
    people.reviewers,
  );
  return verdict.reachable ? people : readPeople(actor.tenantId);
}

function requesterOf(actor: Actor, body: CreateRequestBody) {
  return {
    requesterUserId: actor.via === 'api_key' ? actor.keyOwnerUserId : actor.userId,
    requesterKeyIssuerId: actor.keyIssuerUserId,
    requestedBy: body.requested_by ?? null,
    agentId: body.agent_id ?? null,
  };
}

function readWebhook(actor: Actor, body: CreateRequestBody): RequestInsert['webhook'] {
  const { webhook_url: url, webhook_secret: secret } = body;
  if (url == null && secret == null) return null;
  if (url == null)
    throw new AppError('input/invalid', { errors: [{ pointer: '/webhook_url', detail: 'A secret needs a URL' }] });
  if (secret == null) {
    const detail = 'A URL needs a secret of at least 16 characters';
    throw new AppError('input/invalid', { errors: [{ pointer: '/webhook_secret', detail }] });
  }
  return sealInlineWebhook(actor.tenantId, url, secret);
}

interface Plan {
  insert: RequestInsert;
  events: CreationEvent[];
  body: CreateRequestBody;
  evaluated: Evaluated;
  eligible: number;
}

function planRequest(
  id: string,
  actor: Actor,
  body: CreateRequestBody,
  config: PolicyConfig,
  evaluated: Evaluated,
  { version: peopleVersion, reviewers: people }: People,
  webhook: RequestInsert['webhook'],
  call: Call,
): Plan {
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
      ...requester,
      requesterKeyId: actor.keyId,
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
      expiresInSeconds: body.expires_in_seconds ?? answer.expiresInSeconds,
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

function toCreatedResource(
  { insert, events, body, evaluated, eligible }: Plan,
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
    checkpoint: null,
  };
}
