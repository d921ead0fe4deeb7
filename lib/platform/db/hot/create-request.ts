import type { ApprovalEventType, ApprovalStatus, RequestKind } from '@/lib/domain/approval';
import type { EscalationStep } from '@/lib/domain/policy';
import { runHot } from '../client';
import { Prisma } from '../generated/client';
import type { StoredCheckpoint } from '../resource-rows';
import { holdBudgets } from './budget-usage';
import { toEscalationStepJson } from './escalation-step';
import { type IdempotencyWrite, idempotencyPart } from './idempotency';
import { withRetries } from './retry';

/** An event of a creation: one, or two where it ends (or escalates) at once. */
export interface CreationEvent {
  event_id: string;
  type: ApprovalEventType;
  from_status: ApprovalStatus | null;
  to_status: ApprovalStatus;
  actor: string;
  actor_type: string;
  actor_id: string;
  actor_name: string;
  reason: string | null;
  data: Record<string, unknown>;
  canonical: string;
}

export interface RequestInsert {
  id: string;
  tenantId: string;
  configVersion: bigint;
  /** The people who were counted. */
  peopleVersion: bigint;
  correlationId: string;
  kind: RequestKind;
  status: ApprovalStatus;
  policyType: string;
  skillId: string;
  agentId: string | null;
  payload: string;
  payloadDigest: string;
  requestedBy: string | null;
  requesterUserId: string | null;
  requesterKeyId: string | null;
  requesterKeyIssuerId: string | null;
  /** The key that must still hold when it is written; null where none is asked for. */
  guardKeyId: string | null;
  /** The task of a run that it is for; null: none. */
  place: { runId: string; taskId: string; dagName: string; checkpoint: StoredCheckpoint | null } | null;
  title: string;
  justification: string | null;
  links: string;
  policy: string;
  /** What was judged and answered beside `policy`: the record of the evaluation is made of it. */
  evaluation: string | null;
  costCents: number | null;
  /** Whether it is approved at once and budgets must pay for it. */
  drawsFromBudgets: boolean;
  requiredLevel: number;
  minApprovals: number;
  minRejectLevel: number;
  escalateTo: string | null;
  escalateLevel: number | null;
  escalateThen: readonly EscalationStep[];
  escalateAfterSeconds: number | null;
  expiresInSeconds: number;
  resolvedBy: string | null;
  traceId: string | null;
  first: CreationEvent;
  second: CreationEvent | null;
  webhook: { endpointId: string; url: string; sealed: Uint8Array<ArrayBuffer>; fingerprint: string } | null;
}

export interface Created {
  at: Date;
  escalatesAt: Date | null;
  expiresAt: Date;
  firstHash: string;
  secondHash: string | null;
}

/**
 * Writes a new request, its inline endpoint, its history, the outbox and the idempotency row in one statement. Null when the tenant is
 * missing, its configuration or its people are not at the version given any more, the key that asks was revoked, or a budget has not enough
 * left for what is approved at once: nothing was written then.
 * @throws the database's faults; a repeated correlation id or Idempotency-Key is 23505 with the constraint's name.
 */
export async function insertRequest(
  insert: RequestInsert,
  idempotency: IdempotencyWrite | null,
): Promise<Created | null> {
  const statement = insertStatement(insert, idempotency);
  const rows = await withRetries(() => runHot<Created>('countersign_hot', statement));
  return rows[0] ?? null;
}

/**
 * Only what this creation needs is in its statement: a plain one, which most are, is planned and run without the parts for an inline
 * endpoint, a second event, an Idempotency-Key and budgets.
 */
function insertStatement(insert: RequestInsert, idempotency: IdempotencyWrite | null): Prisma.Sql {
  const { first, second, webhook } = insert;
  const hash2 =
    second === null ? Prisma.sql`NULL::text` : Prisma.sql`chain_hash(start.hash1, ${second.canonical}::text, start.at)`;
  const budgets = insert.drawsFromBudgets ? budgetParts(insert) : null;
  return Prisma.sql`
    WITH ${budgets?.held ?? Prisma.empty} start AS MATERIALIZED (
      SELECT t.tenant_id, c.at, chain_hash('', ${first.canonical}::text, c.at) AS hash1
      FROM tenants t, LATERAL (SELECT now_ms() AS at ${budgets?.isHeld ?? Prisma.empty} WHERE t.tenant_id IS NOT NULL) c
      WHERE t.tenant_id = ${insert.tenantId} AND t.config_version = ${insert.configVersion}::bigint
        AND t.people_version = ${insert.peopleVersion}::bigint
        AND (${insert.guardKeyId}::text IS NULL OR EXISTS (
          SELECT FROM api_keys k WHERE k.key_id = ${insert.guardKeyId} AND (k.tenant_id = t.tenant_id OR k.all_tenants)
            AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > c.at)))
    )${budgets?.funded ?? Prisma.empty}, chain AS MATERIALIZED (
      SELECT start.*, ${hash2} AS hash2 FROM ${budgets?.isFunded ?? Prisma.sql`start`}
    )${webhook === null ? Prisma.empty : endpointParts(webhook)}, request AS (
      INSERT INTO approval_requests (id, tenant_id, correlation_id, kind, status, version, seq, last_hash, policy_type, skill_id, agent_id,
        payload, payload_digest, requested_by, requester_user_id, requester_key_id, requester_key_issuer_id, title, justification,
        links, policy, evaluation, simulated_cost_cents, required_level, min_approvals, min_reject_level, escalate_to, escalate_level, escalate_then, webhook_endpoint_id, run_id,
        task_id, checkpoint,
        created_at, updated_at, escalates_at, expires_at, resolved_at, resolved_by)
      SELECT ${insert.id}, chain.tenant_id, ${insert.correlationId}, ${insert.kind}, ${insert.status}, 1, ${second === null ? 1 : 2}::int,
        coalesce(chain.hash2, chain.hash1), ${insert.policyType}, ${insert.skillId}, ${insert.agentId}, ${insert.payload}::jsonb,
        ${insert.payloadDigest}, ${insert.requestedBy}, ${insert.requesterUserId}, ${insert.requesterKeyId},
        ${insert.requesterKeyIssuerId}, ${insert.title},
        ${insert.justification}, ${insert.links}::jsonb, ${insert.policy}::jsonb, ${insert.evaluation}::jsonb, ${insert.costCents}::bigint,
        ${insert.requiredLevel}::smallint, ${insert.minApprovals}::smallint, ${insert.minRejectLevel}::smallint, ${insert.escalateTo},
        ${insert.escalateLevel}::smallint, ${JSON.stringify(insert.escalateThen.map(toEscalationStepJson))}::jsonb,
        ${webhook?.endpointId ?? null}, ${insert.place?.runId ?? null}, ${insert.place?.taskId ?? null},
        ${insert.place?.checkpoint ? JSON.stringify(insert.place.checkpoint) : null}::jsonb, chain.at, chain.at,
        CASE WHEN ${insert.escalateAfterSeconds}::int < ${insert.expiresInSeconds}::int
          THEN chain.at + make_interval(secs => ${insert.escalateAfterSeconds}::int) END,
        chain.at + make_interval(secs => ${insert.expiresInSeconds}::int),
        CASE WHEN ${insert.resolvedBy}::text IS NOT NULL THEN chain.at END, ${insert.resolvedBy}
      FROM chain
      RETURNING tenant_id, created_at, escalates_at, expires_at
    ), history AS (
      INSERT INTO events (subject_id, seq, event_id, tenant_id, subject_kind, type, version, from_status, to_status, actor, actor_type,
        actor_id, actor_name, reason, data, trace_id, timestamp, canonical, prev_hash, hash)
      ${eventRow(insert, first, 1)} ${second === null ? Prisma.empty : Prisma.sql`UNION ALL ${eventRow(insert, second, 2)}`}
    ), outbox AS (
      INSERT INTO event_outbox (event_id, tenant_id, subject_id, type)
      SELECT e.event_id, chain.tenant_id, ${insert.id}, e.type
      FROM chain, (VALUES ${Prisma.join(
        (second === null ? [first] : [first, second]).map(
          (event, n) => Prisma.sql`(${n}::int, ${event.event_id}, ${event.type})`,
        ),
      )}) AS e (n, event_id, type)
      ORDER BY e.n
    )${idempotencyPart(idempotency, Prisma.sql`SELECT chain.tenant_id, ${insert.id}::text FROM chain`)}
    SELECT request.created_at AS at, request.escalates_at AS "escalatesAt", request.expires_at AS "expiresAt", chain.hash1 AS "firstHash",
      chain.hash2 AS "secondHash"
    FROM request, chain`;
}

function eventRow(insert: RequestInsert, event: CreationEvent, seq: 1 | 2): Prisma.Sql {
  const hashes = seq === 1 ? Prisma.sql`'', chain.hash1` : Prisma.sql`chain.hash1, chain.hash2`;
  return Prisma.sql`
    SELECT ${insert.id}, ${seq}::int, ${event.event_id}, chain.tenant_id, 'request', ${event.type}, 1, ${event.from_status},
      ${event.to_status}, ${event.actor}, ${event.actor_type}, ${event.actor_id}, ${event.actor_name}, ${event.reason},
      ${JSON.stringify(event.data)}::jsonb, ${insert.traceId}, chain.at, ${event.canonical}, ${hashes}
    FROM chain`;
}

function endpointParts({ endpointId, url, sealed, fingerprint }: NonNullable<RequestInsert['webhook']>): Prisma.Sql {
  return Prisma.sql`, endpoint AS (
      INSERT INTO webhook_endpoints (endpoint_id, tenant_id, kind, url)
      SELECT ${endpointId}, chain.tenant_id, 'inline', ${url} FROM chain
    ), secret AS (
      INSERT INTO webhook_secrets (endpoint_id, tenant_id, version, sealed, fingerprint)
      SELECT ${endpointId}, chain.tenant_id, 1, ${sealed}::bytea, ${fingerprint} FROM chain
    )`;
}

/**
 * The parts by which a creation that is approved at once draws from budgets: they are held before the clock is read, the configuration is
 * looked at again since that may have taken a while, and the money is taken when nothing else is in the way.
 */
function budgetParts({ id, tenantId, configVersion, skillId, agentId, costCents }: RequestInsert) {
  const asked = Prisma.sql`(VALUES (${tenantId}, ${skillId}, ${agentId}::text)) AS asked (tenant_id, skill_id, agent_id)`;
  return {
    held: Prisma.sql`held AS MATERIALIZED (${holdBudgets(asked)}),`,
    isHeld: Prisma.sql`FROM held`,
    funded: Prisma.sql`, funded AS MATERIALIZED (
      SELECT start.*, reserve_budgets(start.tenant_id, ${id}, ${skillId}, ${agentId}, ${costCents}::bigint, start.at) AS is_funded
      FROM start WHERE config_version_now(start.tenant_id) = ${configVersion}::bigint
    )`,
    isFunded: Prisma.sql`funded start WHERE start.is_funded`,
  };
}
