import type { ApprovalStatus } from '@/lib/domain/approval';
import type { RunStatusName, StepStatus } from '@/lib/domain/run';
import { type DatabaseRole, runHot } from '../client';
import { Prisma } from '../generated/client';
import { type IdempotencyWrite, idempotencyPart } from './idempotency';

/** One task of a run, with the request that somebody decides for it. */
export interface StepRow {
  task_id: string;
  type: 'workflow' | 'checkpoint';
  workflow_ref: string | null;
  status: Exclude<StepStatus, 'pending'>;
  skipped_by: 'condition' | 'rejection' | null;
  attempts: number;
  params: Record<string, unknown>;
  output: Record<string, unknown> | null;
  error: string | null;
  fence: string;
  request_id: string | null;
  /** RFC 3339, UTC, milliseconds, as every time here. */
  started_at: string;
  next_attempt_at: string | null;
  leased_until: string | null;
  times_out_at: string | null;
  finished_at: string | null;
  request: {
    status: ApprovalStatus;
    approval_data: Record<string, unknown> | null;
    resolved_by: string | null;
    /** What its last event says. */
    reason: string | null;
  } | null;
}

/** A run with its steps, as one statement saw them. */
export interface RunRow {
  run_id: string;
  tenant_id: string;
  dag_name: string;
  dag_version: number | null;
  definition: unknown;
  params: Record<string, unknown>;
  status: RunStatusName;
  reason: string | null;
  seq: number;
  requested_by: string | null;
  requester_user_id: string | null;
  requester_key_id: string | null;
  requester_key_issuer_id: string | null;
  requester_name: string;
  trace_id: string | null;
  created_at: Date;
  updated_at: Date;
  finished_at: Date | null;
  /** The database's clock when it was read. */
  at: Date;
  steps: StepRow[];
}

const STEPS = Prisma.sql`coalesce((
  SELECT jsonb_agg(jsonb_build_object('task_id', s.task_id, 'type', s.type, 'workflow_ref', s.workflow_ref, 'status', s.status,
    'skipped_by', s.skipped_by, 'attempts', s.attempts, 'params', s.params, 'output', s.output, 'error', s.error,
    'fence', s.fence::text, 'request_id', s.request_id, 'started_at', rfc3339_ms(s.started_at), 'next_attempt_at', rfc3339_ms(s.next_attempt_at),
    'leased_until', rfc3339_ms(s.leased_until), 'times_out_at', rfc3339_ms(s.times_out_at), 'finished_at', rfc3339_ms(s.finished_at),
    'request', CASE WHEN q.id IS NOT NULL THEN jsonb_build_object('status', q.status, 'approval_data', q.approval_data,
      'resolved_by', q.resolved_by, 'reason', (
        SELECT e.reason FROM events e WHERE e.subject_id = q.id AND e.tenant_id = q.tenant_id AND e.seq = q.seq)) END)
    ORDER BY s.started_at, s.task_id)
  FROM dag_steps s LEFT JOIN approval_requests q ON q.id = s.request_id AND q.tenant_id = s.tenant_id
  WHERE s.run_id = r.run_id AND s.tenant_id = r.tenant_id), '[]'::jsonb)`;

/** Everything of a run, of `dag_runs r`. */
const RUN_COLUMNS = Prisma.sql`r.run_id, r.tenant_id, r.dag_name, r.dag_version, r.definition, r.params, r.status, r.reason, r.seq,
  r.requested_by, r.requester_user_id, r.requester_key_id, r.requester_key_issuer_id, r.requester_name, r.trace_id, r.created_at,
  r.updated_at, r.finished_at, now_ms() AS at, ${STEPS} AS steps`;

/** A run of one tenant; null when it is missing or another tenant's. */
export async function findRun(role: DatabaseRole, tenantId: string, runId: string): Promise<RunRow | null> {
  const rows = await runHot<RunRow>(
    role,
    Prisma.sql`
    SELECT ${RUN_COLUMNS} FROM dag_runs r WHERE r.run_id = ${runId} AND r.tenant_id = ${tenantId}`,
  );
  return rows[0] ?? null;
}

/**
 * The request of a checkpoint, by its place; null where nobody has asked yet. One that was withdrawn with its run is asked again (the
 * predicate is that of the unique index).
 */
export async function findCheckpointRequest(tenantId: string, runId: string, taskId: string): Promise<string | null> {
  const rows = await runHot<{ id: string }>(
    'countersign_hot',
    Prisma.sql`
    SELECT q.id FROM approval_requests q
    WHERE q.run_id = ${runId} AND q.task_id = ${taskId} AND q.tenant_id = ${tenantId} AND q.kind = 'checkpoint'
      AND NOT (q.status = 'cancelled' AND q.resolved_by IS NOT DISTINCT FROM 'runner')`,
  );
  return rows[0]?.id ?? null;
}

/** The requests of a run that are open. */
export async function listOpenRequestsOf(tenantId: string, runId: string): Promise<string[]> {
  const rows = await runHot<{ id: string }>(
    'countersign_hot',
    Prisma.sql`
    SELECT q.id FROM approval_requests q
    WHERE q.run_id = ${runId} AND q.tenant_id = ${tenantId} AND q.status IN ('pending', 'escalated')`,
  );
  return rows.map(({ id }) => id);
}

/** A run, ready to be written: nothing of it has begun. */
export interface RunInsert {
  runId: string;
  tenantId: string;
  dagName: string;
  dagVersion: number | null;
  definition: string;
  params: string;
  requesterUserId: string | null;
  requesterKeyId: string | null;
  requesterKeyIssuerId: string | null;
  requesterName: string;
  traceId: string | null;
  event: {
    event_id: string;
    type: string;
    actor: string;
    actor_type: string;
    actor_id: string;
    actor_name: string;
    data: Record<string, unknown>;
    canonical: string;
  };
  idempotency: IdempotencyWrite | null;
}

/**
 * Writes a new run with its first event, the outbox and the idempotency row, in one statement. Null when there is no such tenant, its
 * emergency stop is on, or the key that starts it was revoked: nothing was written then.
 * @throws the database's faults; a repeated Idempotency-Key is 23505 with the constraint's name.
 */
export async function insertRun(insert: RunInsert): Promise<{ at: Date } | null> {
  const { event, idempotency } = insert;
  const rows = await runHot<{ at: Date }>(
    'countersign_hot',
    Prisma.sql`
    WITH start AS MATERIALIZED (
      SELECT t.tenant_id, c.at, chain_hash('', ${event.canonical}::text, c.at) AS hash
      FROM tenants t, LATERAL (SELECT now_ms() AS at WHERE t.tenant_id IS NOT NULL) c
      WHERE t.tenant_id = ${insert.tenantId} AND NOT t.emergency_stop
        AND (${insert.requesterKeyId}::text IS NULL OR EXISTS (
          SELECT FROM api_keys k WHERE k.key_id = ${insert.requesterKeyId} AND (k.tenant_id = t.tenant_id OR k.all_tenants)
            AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > c.at)))
    ), run AS (
      INSERT INTO dag_runs (run_id, tenant_id, dag_name, dag_version, definition, params, status, seq, last_hash, requester_user_id,
        requester_key_id, requester_key_issuer_id, requester_name, trace_id, created_at, updated_at)
      SELECT ${insert.runId}, start.tenant_id, ${insert.dagName}, ${insert.dagVersion}::int, ${insert.definition}::jsonb,
        ${insert.params}::jsonb, 'running', 1, start.hash, ${insert.requesterUserId}, ${insert.requesterKeyId},
        ${insert.requesterKeyIssuerId}, ${insert.requesterName}, ${insert.traceId}, start.at, start.at
      FROM start RETURNING tenant_id
    ), history AS (
      INSERT INTO events (subject_id, seq, event_id, tenant_id, subject_kind, type, version, from_status, to_status, actor, actor_type,
        actor_id, actor_name, reason, data, trace_id, timestamp, canonical, prev_hash, hash)
      SELECT ${insert.runId}, 1, ${event.event_id}, start.tenant_id, 'run', ${event.type}, 1, NULL, 'running', ${event.actor},
        ${event.actor_type}, ${event.actor_id}, ${event.actor_name}, NULL, ${JSON.stringify(event.data)}::jsonb, ${insert.traceId}, start.at,
        ${event.canonical}, '', start.hash
      FROM start
    )${idempotencyPart(idempotency, Prisma.sql`SELECT run.tenant_id, ${insert.runId}::text FROM run`)}
    SELECT start.at FROM start, run`,
  );
  return rows[0] ?? null;
}
