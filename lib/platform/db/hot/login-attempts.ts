import { prismaAs } from '../client';

/** So many failures within so many seconds, then a wait until the oldest of them is that long ago. */
export interface AttemptLimit {
  failures: number;
  withinSeconds: number;
}

export interface AttemptLimits {
  account: readonly AttemptLimit[];
  address: readonly AttemptLimit[];
}

/** An attempt that may go on, or how long to wait for the next. */
export type Attempt = { attemptId: bigint; at: Date } | { retryAfterSeconds: number };

/** An address from which somebody got in stays known for them this long; attempts must be kept at least as long. */
const KNOWN_FOR = '30 days';

/**
 * Counts what failed and takes down the next attempt as failed, before anything is verified: whoever guesses a thousand at once gets
 * through as often as whoever guesses one after the other. Two advisory locks (account, then address) put attempts in a row.
 *
 * An account's failures count since its last success. From an address where it succeeded before, only that address's failures count, so
 * that a stranger who guesses cannot lock a person out. An unknown address (null) has no limit of its own. A refused attempt leaves
 * no row, so the table grows with the limits and not with the storm.
 */
export function beginAttempt(accountHash: string, address: string | null, limits: AttemptLimits): Promise<Attempt> {
  const place = address ?? '';
  const accountLimits = JSON.stringify(limits.account);
  const addressLimits = JSON.stringify(address === null ? [] : limits.address);
  return prismaAs('countersign_hot').$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(7201, hashtext(${accountHash}))`;
    if (address !== null) await tx.$executeRaw`SELECT pg_advisory_xact_lock(7202, hashtext(${place}))`;
    const [{ wait }] = await tx.$queryRaw<[{ wait: number | null }]>`
      WITH clock AS MATERIALIZED (SELECT now_ms() AS at), known AS MATERIALIZED (
        SELECT max(s.at) AS succeeded, bool_or(s.address = ${place} AND s.at > clock.at - ${KNOWN_FOR}::interval) AS here
        FROM clock, login_attempts s WHERE s.account_hash = ${accountHash} AND s.succeeded
      ), account AS (
        SELECT f.at + l."withinSeconds" * interval '1 second' AS free_at
        FROM clock, known, jsonb_to_recordset(${accountLimits}::jsonb) AS l (failures int, "withinSeconds" int), LATERAL (
          SELECT t.at FROM login_attempts t
          WHERE t.account_hash = ${accountHash} AND NOT t.succeeded AND t.at > clock.at - l."withinSeconds" * interval '1 second'
            AND t.at > coalesce(known.succeeded, '-infinity') AND (known.here IS NOT TRUE OR t.address = ${place})
          ORDER BY t.at DESC OFFSET l.failures - 1 LIMIT 1) f
      ), place AS (
        SELECT f.at + l."withinSeconds" * interval '1 second' AS free_at
        FROM clock, jsonb_to_recordset(${addressLimits}::jsonb) AS l (failures int, "withinSeconds" int), LATERAL (
          SELECT t.at FROM login_attempts t
          WHERE t.address = ${place} AND NOT t.succeeded AND t.at > clock.at - l."withinSeconds" * interval '1 second'
          ORDER BY t.at DESC OFFSET l.failures - 1 LIMIT 1) f
      )
      SELECT ceil(extract(epoch FROM max(free_at) - (SELECT at FROM clock)))::int AS wait
      FROM (SELECT free_at FROM account UNION ALL SELECT free_at FROM place) w`;
    if (wait !== null) return { retryAfterSeconds: Math.max(1, wait) };
    const [attempt] = await tx.$queryRaw<[{ attemptId: bigint; at: Date }]>`
      INSERT INTO login_attempts (account_hash, address, succeeded) VALUES (${accountHash}, ${place}, false)
      RETURNING attempt_id AS "attemptId", at`;
    return attempt;
  });
}

/** The attempt was good after all. */
export async function markAttemptSucceeded(attemptId: bigint): Promise<void> {
  await prismaAs('countersign_hot').$executeRaw`
    UPDATE login_attempts SET succeeded = true WHERE attempt_id = ${attemptId}`;
}
