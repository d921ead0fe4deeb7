import { RUN_WEBHOOK_TYPES, type RunEventType, type StepStatus } from '@/lib/domain/run';
import { type DatabaseRole, runHot } from '../client';
import { Prisma } from '../generated/client';
import { type IdempotencyWrite, idempotencyPart } from './idempotency';
import { withRetries } from './retry';

/** An event of a run, ready to be written; its text of everything but the time is hashed into the run's chain. */
export interface RunEventWrite {
  event_id: string;
  type: RunEventType;
  from_status: string | null;
  to_status: string;
  actor: string;
  actor_type: string;
  actor_id: string;
  actor_name: string;
  reason: string | null;
  data: Record<string, unknown>;
  trace_id: string | null;
  canonical: string;
}

/** Where a task is from now on. Times are seconds from the moment of writing. */
export interface StepWrite {
  task_id: string;
  type: 'workflow' | 'checkpoint';
  workflow_ref: string | null;
  status: Exclude<StepStatus, 'pending'>;
  skipped_by: 'condition' | 'rejection' | null;
  attempts: number;
  params: Record<string, unknown>;
  output: Record<string, unknown> | null;
  error: string | null;
  request_id: string | null;
  due_in_seconds: number | null;
  times_out_in_seconds: number | null;
  /** The lease under which this result was made; null where none is asked for. */
  fence: string | null;
  finishes: boolean;
}

export interface RunWrite {
  run_id: string;
  tenant_id: string;
  /** The position that was read; anything since makes the write do nothing. */
  seq: number;
  status: string;
  reason: string | null;
  finishes: boolean;
  /** Whether the run has been advanced up to the last of these events. */
  advanced: boolean;
  steps: readonly StepWrite[];
  events: readonly RunEventWrite[];
}

export interface RunWritten {
  seq: number;
  at: Date;
}

/**
 * The one writer of runs: what becomes of a run and its steps, with the events that say so, in one statement. It locks the run, then
 * looks at the clock, and does nothing if anything happened to the run since `seq`, or if a result comes under a lease that has passed to
 * somebody else. A step that is over is never written again (the database refuses it).
 * @returns null when nothing was written: read and decide again.
 */
export async function writeRun(
  role: DatabaseRole,
  write: RunWrite,
  idempotency: IdempotencyWrite | null = null,
): Promise<RunWritten | null> {
  const statement = Prisma.sql`
    WITH RECURSIVE steps AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(write.steps)}::jsonb) AS s (
        task_id text, type text, workflow_ref text, status text, skipped_by text, attempts int, params jsonb, output jsonb, error text,
        request_id text, due_in_seconds float8, times_out_in_seconds float8, fence bigint, finishes boolean)
    ), run AS MATERIALIZED (
      SELECT r.run_id, r.tenant_id, r.seq, r.last_hash FROM dag_runs r
      WHERE r.run_id = ${write.run_id} AND r.tenant_id = ${write.tenant_id} AND r.seq = ${write.seq}::int
        AND NOT EXISTS (
          SELECT FROM steps s JOIN dag_steps d ON d.run_id = r.run_id AND d.task_id = s.task_id
          WHERE s.fence IS NOT NULL AND d.fence <> s.fence)
      FOR UPDATE OF r
    ), clock AS MATERIALIZED (
      SELECT now_ms() AS at FROM run
    ), given AS MATERIALIZED (
      SELECT e.value, e.ordinality::int AS n FROM jsonb_array_elements(${JSON.stringify(write.events)}::jsonb) WITH ORDINALITY e
    ), chain AS (
      SELECT 0 AS n, run.last_hash AS hash, ''::text AS prev_hash FROM run
      UNION ALL
      SELECT given.n, chain_hash(chain.hash, given.value ->> 'canonical', clock.at), chain.hash
      FROM chain JOIN given ON given.n = chain.n + 1, clock
    ), upd AS (
      UPDATE dag_runs r SET status = ${write.status}, reason = ${write.reason}, seq = r.seq + ${write.events.length}::int,
        last_hash = (SELECT c.hash FROM chain c ORDER BY c.n DESC LIMIT 1),
        advanced_seq = CASE WHEN ${write.advanced} THEN r.seq + ${write.events.length}::int ELSE r.advanced_seq END,
        updated_at = clock.at, finished_at = CASE WHEN ${write.finishes} THEN clock.at END
      FROM run, clock WHERE r.run_id = run.run_id AND r.tenant_id = run.tenant_id
      RETURNING r.run_id, r.tenant_id, r.seq, clock.at
    ), placed AS (
      INSERT INTO dag_steps (run_id, tenant_id, task_id, type, workflow_ref, status, skipped_by, attempts, params, output, error, request_id,
        next_attempt_at, started_at, times_out_at, finished_at)
      SELECT u.run_id, u.tenant_id, s.task_id, s.type, s.workflow_ref, s.status, s.skipped_by, s.attempts, s.params, s.output, s.error,
        s.request_id, u.at + make_interval(secs => s.due_in_seconds), u.at, u.at + make_interval(secs => s.times_out_in_seconds),
        CASE WHEN s.finishes THEN u.at END
      FROM upd u, steps s
      ON CONFLICT (run_id, task_id) DO UPDATE SET status = EXCLUDED.status, skipped_by = EXCLUDED.skipped_by,
        attempts = EXCLUDED.attempts, params = EXCLUDED.params, output = EXCLUDED.output, error = EXCLUDED.error,
        request_id = EXCLUDED.request_id, next_attempt_at = EXCLUDED.next_attempt_at, leased_until = NULL, leased_by = NULL,
        times_out_at = coalesce(EXCLUDED.times_out_at, dag_steps.times_out_at), finished_at = EXCLUDED.finished_at
    ), history AS (
      INSERT INTO events (subject_id, seq, event_id, tenant_id, subject_kind, type, version, from_status, to_status, actor, actor_type,
        actor_id, actor_name, reason, data, trace_id, timestamp, canonical, prev_hash, hash)
      SELECT run.run_id, run.seq + g.n, e.event_id, run.tenant_id, 'run', e.type, 1, e.from_status, e.to_status, e.actor, e.actor_type,
        e.actor_id, e.actor_name, e.reason, e.data, e.trace_id, upd.at, e.canonical, chain.prev_hash, chain.hash
      FROM upd, run, given g JOIN chain ON chain.n = g.n, LATERAL jsonb_to_record(g.value) AS e (event_id text, type text, from_status text,
        to_status text, actor text, actor_type text, actor_id text, actor_name text, reason text, data jsonb, trace_id text, canonical text)
    ), outbox AS (
      INSERT INTO event_outbox (event_id, tenant_id, subject_id, type)
      SELECT g.value ->> 'event_id', upd.tenant_id, upd.run_id, g.value ->> 'type' FROM upd, given g
      WHERE g.value ->> 'type' = ANY (${[...RUN_WEBHOOK_TYPES]}) ORDER BY g.n
    )${idempotencyPart(idempotency, Prisma.sql`SELECT upd.tenant_id, upd.run_id FROM upd`)}
    SELECT upd.seq, upd.at FROM upd`;
  const rows = await withRetries(() => runHot<RunWritten>(role, statement));
  return rows[0] ?? null;
}
