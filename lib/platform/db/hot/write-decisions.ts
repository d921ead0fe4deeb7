import type { ApprovalEventType, ApprovalStatus, Timing } from '@/lib/domain/approval';
import { type DatabaseRole, runHot } from '../client';
import { Prisma } from '../generated/client';
import { holdBudgets } from './budget-usage';
import type { EscalationStepJson } from './escalation-step';
import { type IdempotencyWrite, idempotencyPart } from './idempotency';
import { withRetries } from './retry';

/** One decision, ready to be written: what was decided, at which position of the history, and the words of its event. */
export interface DecisionWrite {
  request_id: string;
  tenant_id: string;
  /** The position that was read; anything since makes the write do nothing. */
  seq: number;
  version: number;
  timing: Timing;
  from_status: ApprovalStatus;
  to_status: ApprovalStatus;
  resolves: boolean;
  /** Approvals are held while the tenant's emergency stop is on. */
  approves: boolean;
  /** Null leaves what is there, as a comment does. */
  required_level: number | null;
  current_level: number | null;
  approvals_count: number | null;
  /** What is ahead of an escalated request, the next step first; null leaves what is there. */
  escalate_then: readonly EscalationStepJson[] | null;
  approval_data: Record<string, unknown> | null;
  event_id: string;
  event_type: ApprovalEventType;
  actor: string;
  actor_type: string;
  actor_id: string;
  actor_name: string;
  reason: string | null;
  data: Record<string, unknown>;
  trace_id: string | null;
  canonical: string;
  review: {
    user_id: string;
    member_id: string;
    decision: 'approve' | 'reject';
    level: number;
    notes: string | null;
    key_id: string | null;
    on_behalf: boolean;
  } | null;
}

/** The credentials that must still hold when the locks are held. Null members are not checked. */
export interface ActorGuard {
  tenantId: string;
  /** Whose session or key it is: checked for being active, with this session version, in this membership, at this level or more. */
  user: (GuardedMember & { sessionVersion: number | null }) | null;
  keyId: string | null;
  /** Who votes, where a bridge speaks for them. */
  onBehalfOf: GuardedMember | null;
  /** Whose earlier votes the decision rests on: they must still be members, at these levels or more. */
  voters: readonly { userId: string; minLevel: number }[];
}

/** A person in one membership, with as much authority as is used. */
export interface GuardedMember {
  userId: string;
  memberId: string;
  minLevel: number;
}

export interface Written {
  requestId: string;
  seq: number;
  at: Date;
  hash: string;
}

/** Whether a decision sets free what was asked, so that budgets must pay for it. */
const APPROVING = Prisma.sql`resolves AND to_status = 'approved'`;

/**
 * The parts by which approvals draw from budgets: the budgets are held before the clock is read, and the money is taken once everything
 * else is certain. Only where something is approved: sweeps, rejections and votes that do not decide never look at a budget.
 */
const BUDGETS = {
  held: Prisma.sql`, held AS MATERIALIZED (
      ${holdBudgets(Prisma.sql`req WHERE ${APPROVING}`)}
    )`,
  isHeld: Prisma.sql`, held`,
  funded: Prisma.sql`, funded AS MATERIALIZED (
      SELECT timely.*, CASE WHEN ${APPROVING}
        THEN reserve_budgets(tenant_id, request_id, skill_id, agent_id, simulated_cost_cents, at) ELSE true END AS is_funded
      FROM timely
    )`,
  isFunded: Prisma.sql`funded d WHERE d.is_funded AND`,
};
const NO_BUDGETS = {
  held: Prisma.empty,
  isHeld: Prisma.empty,
  funded: Prisma.empty,
  isFunded: Prisma.sql`timely d WHERE`,
};

const NOBODY: ActorGuard = { tenantId: '', user: null, keyId: null, onBehalfOf: null, voters: [] };

/**
 * The one writer: every change of a request goes through this statement, one or many at a time.
 *
 * It locks user, then membership, then key, then the requests (by id), and only then looks at the clock; a decision lands only if the
 * request is still at the `seq` that was read, the credential and the votes it rests on still hold, the clock agrees with `timing` and,
 * for an approval, the emergency stop is off by then and every budget that speaks for it has enough left. The reservations, votes, events,
 * outbox rows and the idempotency row are written by the same statement, so either all of a decision is there or nothing is.
 *
 * @returns one row per decision that landed; what is missing changed meanwhile and must be read and decided again.
 * @throws the database's faults; 40P01 and 40001 are retried first.
 */
export async function writeDecisions(
  role: DatabaseRole,
  writes: readonly DecisionWrite[],
  options: { guard?: ActorGuard; idempotency?: IdempotencyWrite | null; skipLocked?: boolean } = {},
): Promise<Written[]> {
  const guard = options.guard ?? NOBODY;
  const people = [guard.user, guard.onBehalfOf, ...guard.voters].filter((person) => person !== null);
  const idempotency = options.idempotency ?? null;
  const budgets = writes.some(({ resolves, to_status }) => resolves && to_status === 'approved') ? BUDGETS : NO_BUDGETS;
  const input = JSON.stringify(writes);
  const statement = Prisma.sql`
    WITH input AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${input}::jsonb) AS i (
        request_id text, tenant_id text, seq int, version int, timing text, from_status text, to_status text, resolves boolean,
        approves boolean, required_level int, current_level int, approvals_count int, escalate_then jsonb, approval_data jsonb,
        event_id text, event_type text, actor text, actor_type text, actor_id text, actor_name text, reason text, data jsonb,
        trace_id text, canonical text, review jsonb)
    ), guarded AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(people)}::jsonb) AS g (
        "userId" text, "memberId" text, "minLevel" int, "sessionVersion" int)
    ), people AS MATERIALIZED (
      SELECT u.user_id FROM users u JOIN guarded g ON g."userId" = u.user_id
      WHERE u.disabled_at IS NULL AND (g."sessionVersion" IS NULL OR u.session_version = g."sessionVersion")
      ORDER BY u.user_id FOR SHARE OF u
    ), members AS MATERIALIZED (
      SELECT m.member_id FROM memberships m JOIN guarded g ON g."userId" = m.user_id
      WHERE m.tenant_id = ${guard.tenantId} AND m.removed_at IS NULL AND m.level >= g."minLevel"
        AND m.member_id = coalesce(g."memberId", m.member_id)
        AND (SELECT count(*) FROM people) = ${people.length}::int
      ORDER BY m.member_id FOR SHARE OF m
    ), keys AS MATERIALIZED (
      SELECT k.key_id FROM api_keys k
      WHERE k.key_id = ${guard.keyId} AND (k.tenant_id = ${guard.tenantId} OR k.all_tenants)
        AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > clock_timestamp())
        AND (SELECT count(*) FROM members) = ${people.length}::int
      FOR SHARE
    ), actor AS MATERIALIZED (
      SELECT 1 WHERE (SELECT count(*) FROM members) = ${people.length}::int
        AND (${guard.keyId}::text IS NULL OR EXISTS (SELECT FROM keys))
    ), req AS MATERIALIZED (
      SELECT i.*, r.expires_at, r.escalates_at, r.last_hash AS prev_hash, r.approval_data AS old_data, r.skill_id, r.agent_id,
        r.simulated_cost_cents
      FROM approval_requests r JOIN input i ON r.id = i.request_id AND r.tenant_id = i.tenant_id
      WHERE r.seq = i.seq AND EXISTS (SELECT FROM actor)
      ORDER BY r.id FOR UPDATE OF r ${options.skipLocked ? Prisma.raw('SKIP LOCKED') : Prisma.empty}
    )${budgets.held}, clock AS MATERIALIZED (
      SELECT now_ms() AS at FROM (SELECT count(*) AS n FROM req) locked ${budgets.isHeld} WHERE locked.n > 0
    ), timely AS MATERIALIZED (
      SELECT req.*, clock.at, chain_hash(req.prev_hash, req.canonical, clock.at) AS hash,
        jsonb_typeof(req.escalate_then) = 'array' AS escalates,
        -- A step at or after the expiry is dropped, and with it all that follow.
        CASE WHEN clock.at + make_interval(secs => (req.escalate_then -> 0 ->> 'after_seconds')::int) < req.expires_at
          THEN req.escalate_then -> 0 END AS next_step
      FROM req, clock
      WHERE CASE req.timing WHEN 'before_expiry' THEN clock.at < req.expires_at
        WHEN 'at_expiry' THEN clock.at >= req.expires_at
        WHEN 'at_escalation' THEN clock.at >= req.escalates_at AND clock.at < req.expires_at
        ELSE true END
        AND NOT (req.approves AND emergency_stop_on(req.tenant_id))
    )${budgets.funded}, upd AS (
      UPDATE approval_requests r SET status = d.to_status, seq = d.seq + 1, last_hash = d.hash, updated_at = d.at,
        required_level = coalesce(d.required_level, r.required_level), current_level = coalesce(d.current_level, r.current_level),
        approvals_count = coalesce(d.approvals_count, r.approvals_count),
        approval_data = coalesce(d.approval_data, d.old_data),
        escalates_at = CASE WHEN NOT coalesce(d.escalates, false) THEN r.escalates_at
          ELSE d.at + make_interval(secs => (d.next_step ->> 'after_seconds')::int) END,
        escalate_to = CASE WHEN d.next_step IS NULL THEN r.escalate_to ELSE d.next_step ->> 'to' END,
        escalate_level = CASE WHEN d.next_step IS NULL THEN r.escalate_level ELSE (d.next_step ->> 'level')::smallint END,
        escalate_then = CASE WHEN NOT coalesce(d.escalates, false) THEN r.escalate_then
          WHEN d.next_step IS NULL THEN '[]'::jsonb ELSE d.escalate_then - 0 END,
        resolved_at = CASE WHEN d.resolves THEN d.at ELSE r.resolved_at END,
        resolved_by = CASE WHEN d.resolves THEN d.actor ELSE r.resolved_by END
      FROM ${budgets.isFunded} r.id = d.request_id AND r.tenant_id = d.tenant_id AND r.seq = d.seq
      -- All of the decision comes along: joining it again would cost the square of a batch.
      RETURNING d.*, r.seq AS new_seq
    ), voted AS (
      INSERT INTO approval_reviews (request_id, tenant_id, user_id, version, member_id, decision, level, notes, approval_data, key_id,
        on_behalf, at)
      SELECT d.request_id, d.tenant_id, v.user_id, d.version, v.member_id, v.decision, v.level, v.notes, d.approval_data, v.key_id,
        v.on_behalf, d.at
      FROM upd d, LATERAL jsonb_to_record(d.review) AS v (user_id text, member_id text, decision text, level smallint, notes text, key_id text,
          on_behalf boolean)
      WHERE jsonb_typeof(d.review) = 'object'
    ), history AS (
      INSERT INTO events (subject_id, seq, event_id, tenant_id, subject_kind, type, version, from_status, to_status, actor, actor_type,
        actor_id, actor_name, reason, data, trace_id, timestamp, canonical, prev_hash, hash)
      SELECT d.request_id, d.new_seq, d.event_id, d.tenant_id, 'request', d.event_type, d.version, d.from_status, d.to_status, d.actor,
        d.actor_type, d.actor_id, d.actor_name, d.reason, d.data, d.trace_id, d.at, d.canonical, d.prev_hash, d.hash
      FROM upd d
    ), outbox AS (
      INSERT INTO event_outbox (event_id, tenant_id, subject_id, type)
      SELECT d.event_id, d.tenant_id, d.request_id, d.event_type FROM upd d ORDER BY d.request_id
    ) ${idempotencyPart(idempotency, Prisma.sql`SELECT upd.tenant_id, upd.request_id FROM upd`)}
    SELECT upd.request_id AS "requestId", upd.new_seq AS seq, upd.at, upd.hash FROM upd`;
  return withRetries(() => runHot<Written>(role, statement));
}
