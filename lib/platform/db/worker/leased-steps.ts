import { Prisma } from '../generated/client';
import { asWorker } from '../tenant';

/** A task that this worker may do until its lease ends, with what it needs to know. */
export interface ClaimedStep {
  tenant_id: string;
  run_id: string;
  task_id: string;
  workflow_ref: string;
  /** What it received, upstream outputs included. */
  params: Record<string, unknown>;
  /** What its definition writes. */
  own: Record<string, unknown>;
  attempts: number;
  /** Rises with every lease; a result under an older one is refused. */
  fence: string;
  /** How long it may still take; null where its definition does not say. */
  times_out_in_ms: number | null;
}

/** So many that are due are looked at; among them tenants take turns. */
const CROWD = 1000;

/**
 * Takes tasks of these workflows that are due, fairly: tenants take turns, and none has more than `perTenant` at once (`inFlight` says how
 * many this worker has of each). The lease is the new `next_attempt_at`, so what a dead worker held becomes due again by itself; that is
 * the same attempt, taken up again. Not while a tenant's emergency stop is on.
 */
export async function claimSteps(options: {
  workflows: readonly string[];
  worker: string;
  limit: number;
  perTenant: number;
  inFlight: Record<string, number>;
  leaseSeconds: number;
}): Promise<ClaimedStep[]> {
  const { workflows, worker, limit, perTenant, inFlight, leaseSeconds } = options;
  const full = Object.keys(inFlight).filter((tenant) => (inFlight[tenant] ?? 0) >= perTenant);
  return asWorker().$queryRaw<ClaimedStep[]>(Prisma.sql`
    WITH clock AS MATERIALIZED (
      SELECT now_ms() AS at, now_ms() + make_interval(secs => ${leaseSeconds}::float8) AS lease_end
    ), crowd AS MATERIALIZED (
      SELECT x.* FROM clock, unnest(${[...workflows]}::text[]) AS w (name), LATERAL (
        SELECT s.run_id, s.task_id, s.tenant_id, s.next_attempt_at FROM dag_steps s
        WHERE s.status = 'running' AND s.workflow_ref = w.name AND s.next_attempt_at <= clock.at
          AND (s.times_out_at IS NULL OR s.times_out_at > clock.at) AND s.tenant_id <> ALL (${full}::text[])
          AND NOT EXISTS (SELECT FROM tenants t WHERE t.tenant_id = s.tenant_id AND t.emergency_stop)
        ORDER BY s.next_attempt_at LIMIT ${CROWD}) x
    ), ranked AS MATERIALIZED (
      SELECT c.*, row_number() OVER (PARTITION BY c.tenant_id ORDER BY c.next_attempt_at) AS turn FROM crowd c
    ), due AS MATERIALIZED (
      SELECT s.run_id, s.task_id FROM ranked c JOIN dag_steps s ON s.run_id = c.run_id AND s.task_id = c.task_id, clock
      WHERE s.status = 'running' AND s.next_attempt_at <= clock.at
        AND c.turn <= ${perTenant}::int - coalesce((${JSON.stringify(inFlight)}::jsonb ->> c.tenant_id)::int, 0)
      ORDER BY c.turn, c.next_attempt_at LIMIT ${limit} FOR UPDATE OF s SKIP LOCKED
    ), taken AS (
      UPDATE dag_steps d SET fence = d.fence + 1, attempts = d.attempts + (d.leased_until IS NULL)::int, leased_by = ${worker},
        leased_until = clock.lease_end, next_attempt_at = clock.lease_end
      FROM due, clock WHERE d.run_id = due.run_id AND d.task_id = due.task_id
      RETURNING d.*, clock.at
    )
    SELECT t.tenant_id, t.run_id, t.task_id, t.workflow_ref, t.params, t.attempts, t.fence::text AS fence,
      coalesce(jsonb_path_query_first(r.definition, '$.tasks[*] ? (@.id == $id).params', jsonb_build_object('id', t.task_id)), '{}') AS own,
      (extract(epoch FROM t.times_out_at - t.at) * 1000)::float8 AS times_out_in_ms
    FROM taken t JOIN dag_runs r ON r.run_id = t.run_id AND r.tenant_id = t.tenant_id`);
}

type Claim = Pick<ClaimedStep, 'run_id' | 'task_id' | 'fence'>;

const claimed = (claims: readonly Claim[]) =>
  JSON.stringify(claims.map(({ run_id, task_id, fence }) => ({ run_id, task_id, fence })));

/** Extends leases. @returns those that still held; whatever is not among them has passed to somebody else or is over. */
export async function extendSteps(claims: readonly Claim[], leaseSeconds: number): Promise<Claim[]> {
  return asWorker().$queryRaw<Claim[]>`
    UPDATE dag_steps d SET leased_until = c.lease_end, next_attempt_at = c.lease_end
    FROM (SELECT x.*, now_ms() + make_interval(secs => ${leaseSeconds}::float8) AS lease_end
      FROM jsonb_to_recordset(${claimed(claims)}::jsonb) AS x (run_id text, task_id text, fence bigint)) c
    WHERE d.run_id = c.run_id AND d.task_id = c.task_id AND d.fence = c.fence AND d.status = 'running' AND d.leased_until IS NOT NULL
    RETURNING d.run_id, d.task_id, d.fence::text AS fence`;
}

/** Gives leases back after so many seconds, as far as they still hold: the attempt is made again by whoever takes it up. */
export async function releaseSteps(claims: readonly Claim[], inSeconds: number): Promise<void> {
  await asWorker().$executeRaw`
    UPDATE dag_steps d SET leased_until = c.at, next_attempt_at = c.at
    FROM (SELECT x.*, now_ms() + make_interval(secs => ${inSeconds}::float8) AS at
      FROM jsonb_to_recordset(${claimed(claims)}::jsonb) AS x (run_id text, task_id text, fence bigint)) c
    WHERE d.run_id = c.run_id AND d.task_id = c.task_id AND d.fence = c.fence AND d.status = 'running' AND d.leased_until IS NOT NULL`;
}

export interface LostStep {
  tenant_id: string;
  run_id: string;
  task_id: string;
  fence: string;
}

/**
 * Tasks whose lease has run out for good: an external one that has no retries left, or one of ours that was taken up `maxLeases` times more
 * often than it was attempted.
 */
export async function listLostSteps(maxLeases: number, limit: number): Promise<LostStep[]> {
  return asWorker().$queryRaw<LostStep[]>`
    SELECT s.tenant_id, s.run_id, s.task_id, s.fence::text AS fence
    FROM dag_steps s JOIN dag_runs r ON r.run_id = s.run_id AND r.tenant_id = s.tenant_id
    WHERE s.status = 'running' AND s.leased_until IS NOT NULL AND s.leased_until <= now_ms()
      AND CASE WHEN s.workflow_ref LIKE 'external:%' THEN s.attempts > coalesce(
          (jsonb_path_query_first(r.definition, '$.tasks[*] ? (@.id == $id).retries', jsonb_build_object('id', s.task_id)))::int, 0)
        ELSE s.fence - s.attempts >= ${maxLeases}::int END
    ORDER BY s.leased_until LIMIT ${limit}`;
}

/** A secret of a tenant, sealed; null where it has none of that name. */
export async function findSealedSecret(
  tenantId: string,
  name: string,
): Promise<{ version: number; sealed: Uint8Array; allowed_hosts: string[] } | null> {
  const [row] = await asWorker().$queryRaw<{ version: number; sealed: Uint8Array; allowed_hosts: string[] }[]>`
    SELECT version, sealed, allowed_hosts FROM workflow_secrets WHERE tenant_id = ${tenantId} AND name = ${name}`;
  return row ?? null;
}
