import { Prisma } from '../generated/client';
import { asWorker, type Tx } from '../tenant';

/** A delivery that this worker may attempt until its lease ends, with everything the attempt needs. */
export interface ClaimedDelivery {
  delivery_id: string;
  tenant_id: string;
  endpoint_id: string;
  lane: string;
  /** Rises with every claim; a result under an older one is refused. */
  fence: string;
  webhook_id: string;
  event_type: string;
  body: string;
  trace_id: string | null;
  round_attempts: number;
  endpoint: {
    url: string;
    status: 'enabled' | 'disabled';
    deleted: boolean;
    disabled_reason: string | null;
    retry_schedule_seconds: number[];
    secret_version: number;
  };
  /** The current secret and, during an overlap, the ones before it; newest first. */
  secrets: { version: number; sealed: string }[];
}

interface ClaimRow {
  next_due_ms: number | null;
  delivery: ClaimedDelivery | null;
}

/**
 * As long as less than this is due, its lanes are all that is looked at, and what waits for later costs nothing. A crowd may hide lanes
 * behind it, so then every lane is walked.
 */
const CROWD = 2000;

/** What is said of an attempt whose worker ended before it could record the answer. */
const LOST = 'The worker ended before it recorded an answer';

/**
 * Takes what is due, fairly: at most `perLane` at once in each lane (`inFlight` says how many this worker has), the longest waiting of
 * each lane first, at most `limit` in all. The lease is the new `next_attempt_at`, so that what a dead worker held becomes due again by
 * itself; its lost attempt is put on record then.
 * @returns what was claimed and in how many milliseconds something else becomes due (null: nothing will by itself).
 */
export async function claimDeliveries(options: {
  limit: number;
  perLane: number;
  inFlight: Record<string, number>;
  leaseMs: number;
}): Promise<{ claimed: ClaimedDelivery[]; nextDueMs: number | null }> {
  const { limit, perLane, inFlight, leaseMs } = options;
  const rows = await asWorker().$queryRaw<ClaimRow[]>(Prisma.sql`
    WITH RECURSIVE clock AS MATERIALIZED (
      SELECT now_ms() AS at, now_ms() + make_interval(secs => ${leaseMs / 1000}::float8) AS lease_end
    ), earliest AS MATERIALIZED (
      SELECT x.lane FROM clock, LATERAL (
        SELECT d.lane FROM webhook_deliveries d WHERE d.status IN ('pending', 'failed') AND d.next_attempt_at <= clock.at
        ORDER BY d.next_attempt_at LIMIT ${CROWD}) x
    ), walked AS (
      (SELECT d.lane FROM webhook_deliveries d WHERE d.status IN ('pending', 'failed')
        AND (SELECT count(*) FROM earliest) = ${CROWD} ORDER BY d.lane LIMIT 1)
      UNION ALL
      SELECT (SELECT d.lane FROM webhook_deliveries d WHERE d.status IN ('pending', 'failed') AND d.lane > w.lane
        ORDER BY d.lane LIMIT 1)
      FROM walked w WHERE w.lane IS NOT NULL
    ), room AS MATERIALIZED (
      SELECT l.lane, greatest(${perLane}::int - coalesce((${JSON.stringify(inFlight)}::jsonb ->> l.lane)::int, 0), 0) AS free
      FROM (SELECT lane FROM earliest UNION SELECT lane FROM walked WHERE lane IS NOT NULL) l
    ), due AS MATERIALIZED (
      SELECT x.delivery_id, x.lane, x.next_attempt_at, x.leased_until
      FROM room, clock, LATERAL (
        SELECT d.delivery_id, d.lane, d.next_attempt_at, d.leased_until FROM webhook_deliveries d
        WHERE d.lane = room.lane AND d.status IN ('pending', 'failed') AND d.next_attempt_at <= clock.at
        ORDER BY d.next_attempt_at LIMIT room.free FOR UPDATE SKIP LOCKED) x
    ), picked AS MATERIALIZED (
      SELECT due.delivery_id, due.leased_until, row_number() OVER (PARTITION BY due.lane ORDER BY due.next_attempt_at) AS turn
      FROM due ORDER BY turn, due.next_attempt_at LIMIT ${limit}
    ), upd AS (
      UPDATE webhook_deliveries d SET fence = d.fence + 1, leased_until = clock.lease_end, next_attempt_at = clock.lease_end,
        attempts = d.attempts + (picked.leased_until IS NOT NULL)::int, updated_at = clock.at
      FROM picked, clock WHERE d.delivery_id = picked.delivery_id
      RETURNING d.*, picked.leased_until AS lost_lease, picked.turn
    ), lost AS (
      INSERT INTO webhook_attempts (delivery_id, tenant_id, attempt, at, latency_ms, error, key_version)
      SELECT upd.delivery_id, upd.tenant_id, upd.attempts, upd.lost_lease, 0, ${LOST}, e.secret_version
      FROM upd JOIN webhook_endpoints e ON e.endpoint_id = upd.endpoint_id WHERE upd.lost_lease IS NOT NULL
    ), upcoming AS (
      SELECT (SELECT d.next_attempt_at FROM webhook_deliveries d
        WHERE d.status IN ('pending', 'failed') AND d.next_attempt_at > clock.at ORDER BY d.next_attempt_at LIMIT 1) AS at
      FROM clock
    )
    SELECT (extract(epoch FROM upcoming.at - clock.at) * 1000)::float8 AS next_due_ms,
      CASE WHEN upd.delivery_id IS NOT NULL THEN jsonb_build_object('delivery_id', upd.delivery_id, 'tenant_id', upd.tenant_id,
        'endpoint_id', upd.endpoint_id, 'lane', upd.lane, 'fence', upd.fence::text, 'webhook_id', upd.webhook_id,
        'event_type', upd.event_type, 'body', upd.body, 'trace_id', upd.trace_id, 'round_attempts', upd.round_attempts,
        'endpoint', jsonb_build_object('url', e.url, 'status', e.status, 'deleted', e.deleted_at IS NOT NULL,
          'disabled_reason', e.disabled_reason, 'retry_schedule_seconds', e.retry_schedule_seconds,
          'secret_version', e.secret_version),
        'secrets', coalesce((SELECT jsonb_agg(jsonb_build_object('version', s.version, 'sealed', encode(s.sealed, 'base64'))
            ORDER BY s.version DESC) FROM webhook_secrets s
          WHERE s.endpoint_id = upd.endpoint_id AND (s.expires_at IS NULL OR s.expires_at > clock.at)), '[]'::jsonb)) END AS delivery
    FROM clock CROSS JOIN upcoming LEFT JOIN upd ON true LEFT JOIN webhook_endpoints e ON e.endpoint_id = upd.endpoint_id
    ORDER BY upd.turn, upd.created_at`);
  return { claimed: rows.flatMap(({ delivery }) => delivery ?? []), nextDueMs: rows[0]?.next_due_ms ?? null };
}

/** The result of a delivery's attempt, or its end without one. */
export interface AttemptResult {
  delivery_id: string;
  fence: string;
  status: 'delivered' | 'failed' | 'dead';
  /** When the next attempt is due, from the end of this one; null when none is. */
  next_in_seconds: number | null;
  error: string | null;
  /** Null when nothing was sent (the endpoint is gone): no attempt is recorded then. */
  attempt: {
    /** From its start until now. */
    elapsed_ms: number;
    latency_ms: number;
    status_code: number | null;
    response_head: string | null;
    key_version: number;
  } | null;
}

/**
 * Records what came of a claim, if it still holds: a result that comes after somebody else has claimed the delivery changes nothing.
 * @returns whether it was recorded.
 */
export async function recordAttempt(result: AttemptResult, db: Tx = asWorker()): Promise<boolean> {
  const { attempt } = result;
  const rows = await db.$queryRaw<{ delivery_id: string }[]>(Prisma.sql`
    WITH clock AS MATERIALIZED (
      SELECT now_ms() AS at
    ), done AS (
      UPDATE webhook_deliveries d SET status = ${result.status}, leased_until = NULL, updated_at = clock.at,
        attempts = d.attempts + ${attempt === null ? 0 : 1}::int, round_attempts = d.round_attempts + ${attempt === null ? 0 : 1}::int,
        next_attempt_at = clock.at + make_interval(secs => ${result.next_in_seconds}::float8),
        last_status_code = ${attempt?.status_code ?? null}::int, last_error = ${result.error},
        delivered_at = CASE WHEN ${result.status} = 'delivered' THEN clock.at END
      FROM clock
      WHERE d.delivery_id = ${result.delivery_id} AND d.fence = ${result.fence}::bigint AND d.status IN ('pending', 'failed')
      RETURNING d.delivery_id, d.tenant_id, d.attempts, clock.at
    ), logged AS (
      INSERT INTO webhook_attempts (delivery_id, tenant_id, attempt, at, latency_ms, status_code, error, response_head, key_version)
      SELECT done.delivery_id, done.tenant_id, done.attempts,
        date_trunc('milliseconds', done.at - make_interval(secs => ${(attempt?.elapsed_ms ?? 0) / 1000}::float8)),
        ${attempt?.latency_ms ?? 0}::int, ${attempt?.status_code ?? null}::int, ${result.error}, ${attempt?.response_head ?? null},
        ${attempt?.key_version ?? 0}::int
      FROM done WHERE ${attempt !== null}::boolean
    )
    SELECT done.delivery_id FROM done`);
  return rows.length > 0;
}

/**
 * Records the attempt that an endpoint answered with 410 Gone, and disables the endpoint with that reason; `alsoDo` runs in the same
 * transaction if this is what disabled it.
 * @returns whether the attempt was recorded.
 */
export function recordGone(
  result: AttemptResult,
  endpointId: string,
  reason: string,
  alsoDo: (tx: Tx) => Promise<void>,
): Promise<boolean> {
  return asWorker().$transaction(async (tx) => {
    if (!(await recordAttempt(result, tx))) return false;
    const disabled = await tx.$executeRaw`
      UPDATE webhook_endpoints SET status = 'disabled', disabled_reason = ${reason}, updated_at = now_ms()
      WHERE endpoint_id = ${endpointId} AND status = 'enabled'`;
    if (disabled > 0) await alsoDo(tx);
    return true;
  });
}

/** Gives claims back at once, as far as they still hold; what was under way counts as a lost attempt when it is claimed again. */
export async function releaseDeliveries(
  claims: readonly Pick<ClaimedDelivery, 'delivery_id' | 'fence'>[],
): Promise<void> {
  await asWorker().$executeRaw`
    UPDATE webhook_deliveries d SET next_attempt_at = now_ms(), leased_until = now_ms(), updated_at = now_ms()
    FROM jsonb_to_recordset(${JSON.stringify(claims)}::jsonb) AS c (delivery_id text, fence bigint)
    WHERE d.delivery_id = c.delivery_id AND d.fence = c.fence AND d.status IN ('pending', 'failed')`;
}
