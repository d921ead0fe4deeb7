import { runHot } from '../client';
import { Prisma } from '../generated/client';
import { withRetries } from './retry';

/** A task that somebody's own worker has leased. */
export interface LeasedStep {
  run_id: string;
  task_id: string;
  workflow_ref: string;
  params: Record<string, unknown>;
  attempts: number;
  fence: string;
  leased_until: Date;
  dag_name: string;
  /** Null where the definition came with its run. */
  dag_version: number | null;
}

/** Where a task is that somebody says something about. */
export interface StepLease {
  status: string;
  attempts: number;
  fence: string;
  error: string | null;
  output: Record<string, unknown> | null;
  leased_until: Date | null;
  next_attempt_at: Date | null;
}

/**
 * Leases external tasks of one tenant that are due, the longest waiting first, and raises their fence. One whose lease has run out is leased
 * again as another attempt, as long as its definition allows one. Nothing while the tenant's emergency stop is on.
 */
export async function leaseSteps(options: {
  tenantId: string;
  workflowRefs: readonly string[];
  by: string;
  max: number;
  leaseSeconds: number;
}): Promise<LeasedStep[]> {
  const { tenantId, workflowRefs, by, max, leaseSeconds } = options;
  const statement = Prisma.sql`
    WITH clock AS MATERIALIZED (
      SELECT now_ms() AS at
    ), waiting AS MATERIALIZED (
      SELECT x.* FROM clock, unnest(${[...workflowRefs]}::text[]) AS w (name), LATERAL (
        SELECT s.run_id, s.task_id, s.next_attempt_at, r.dag_name, r.dag_version FROM dag_steps s
        JOIN dag_runs r ON r.run_id = s.run_id AND r.tenant_id = s.tenant_id
        WHERE s.tenant_id = ${tenantId} AND s.workflow_ref = w.name AND s.status = 'running' AND s.next_attempt_at <= clock.at
          AND (s.times_out_at IS NULL OR s.times_out_at > clock.at)
          AND (s.leased_until IS NULL OR s.attempts <= coalesce((jsonb_path_query_first(
            r.definition, '$.tasks[*] ? (@.id == $id).retries', jsonb_build_object('id', s.task_id)))::int, 0))
        ORDER BY s.next_attempt_at LIMIT ${max} FOR UPDATE OF s SKIP LOCKED) x
      WHERE NOT EXISTS (SELECT FROM tenants t WHERE t.tenant_id = ${tenantId} AND t.emergency_stop)
    ), due AS MATERIALIZED (
      SELECT * FROM waiting ORDER BY next_attempt_at LIMIT ${max}
    )
    UPDATE dag_steps d SET fence = d.fence + 1, attempts = d.attempts + 1, leased_by = ${by},
      leased_until = least(clock.at + make_interval(secs => ${leaseSeconds}::float8), d.times_out_at),
      next_attempt_at = least(clock.at + make_interval(secs => ${leaseSeconds}::float8), d.times_out_at)
    FROM due, clock WHERE d.run_id = due.run_id AND d.task_id = due.task_id AND d.tenant_id = ${tenantId}
    RETURNING d.run_id, d.task_id, d.workflow_ref, d.params, d.attempts, d.fence::text AS fence, d.leased_until,
      due.dag_name, due.dag_version`;
  return withRetries(() => runHot<LeasedStep>('countersign_hot', statement));
}

/** Extends a lease that nobody has taken over. @returns its new end; null when it holds no more. */
export async function extendLease(
  at: { tenantId: string; runId: string; taskId: string; fence: string },
  leaseSeconds: number,
): Promise<Date | null> {
  const statement = Prisma.sql`
    UPDATE dag_steps d SET leased_until = least(c.lease_end, d.times_out_at), next_attempt_at = least(c.lease_end, d.times_out_at)
    FROM (SELECT now_ms() + make_interval(secs => ${leaseSeconds}::float8) AS lease_end) c
    WHERE d.run_id = ${at.runId} AND d.task_id = ${at.taskId} AND d.tenant_id = ${at.tenantId} AND d.fence = ${at.fence}::bigint
      AND d.status = 'running' AND d.leased_until IS NOT NULL
    RETURNING d.leased_until`;
  const [row] = await withRetries(() => runHot<{ leased_until: Date }>('countersign_hot', statement));
  return row?.leased_until ?? null;
}

/** An external task of a tenant, wherever it is; null where there is none. */
export async function findStepLease(tenantId: string, runId: string, taskId: string): Promise<StepLease | null> {
  const statement = Prisma.sql`
    SELECT status, attempts, fence::text AS fence, error, output, leased_until, next_attempt_at FROM dag_steps
    WHERE run_id = ${runId} AND task_id = ${taskId} AND tenant_id = ${tenantId} AND workflow_ref LIKE 'external:%'`;
  const [row] = await runHot<StepLease>('countersign_hot', statement);
  return row ?? null;
}
