/**
 * Lets the feed's numbers go on where a restore has left them. Part of `migrate`, and self-contained like it.
 */
import type pg from 'pg';

/**
 * How far the numbers leap. More transactions than a cluster makes between a backup and its loss, so that every cursor that was given out
 * lies below, also those behind events that the backup does not have; and the 63 bits hold millions of leaps.
 */
const LEAP = 2n ** 40n;

interface Standing {
  /** Which cluster this is, and on which timeline: numbers may have been used twice across either. */
  cluster: string;
  /** What the numbers were last fitted to; null before the first start. */
  home: string | null;
  addend: string;
  /** The oldest transaction still running, and the first that has not begun. */
  xmin: string;
  xmax: string;
  /** The highest number that an event has; 0 without events. */
  highest: string;
}

/**
 * Raises what `feed_number` adds, when the database has come to another cluster or timeline, or its events stand at or above the numbers
 * that come next: old events are settled at once, and new ones come behind every cursor that was ever given out. It never lowers it.
 * To be called in a transaction of the owner that holds the migrations' lock.
 */
export async function fitFeedNumbers(client: pg.Client, log: (line: string) => void): Promise<void> {
  const { rows: tables } = await client.query<{ there: boolean }>(
    `SELECT to_regclass('feed_home') IS NOT NULL AS there`,
  );
  if (tables[0]?.there !== true) return;
  await assertGrants(client);
  const { cluster, home, addend, xmin, xmax, highest } = await findStanding(client);
  const ahead = BigInt(highest) >= BigInt(xmax) + BigInt(addend);
  const moved = home !== null && home !== cluster;
  const wanted = BigInt(highest) + LEAP - BigInt(xmin);
  if ((ahead || moved) && wanted > BigInt(addend)) {
    await raise(client, wanted);
    log(`The events were numbered by another database cluster: their feed goes on behind them (${addend} → ${wanted})`);
  }
  if (home !== cluster) await client.query('UPDATE feed_home SET cluster = $1', [cluster]);
}

/**
 * A dump names the roles and does not make them: restored where they are missing, it has lost every grant and policy.
 * @throws Error that says so.
 */
async function assertGrants(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ role: string }>(
    `SELECT role FROM unnest(ARRAY['countersign_app', 'countersign_hot', 'countersign_worker']) role
     WHERE to_regrole(role) IS NULL OR NOT EXISTS (
       SELECT FROM pg_policy p WHERE p.polrelid = 'events'::regclass AND to_regrole(role)::oid = ANY (p.polroles))
       OR NOT has_table_privilege(to_regrole(role)::oid, 'events', 'SELECT')`,
  );
  if (rows.length === 0) return;
  throw new Error(
    `The database was restored where the roles ${rows.map(({ role }) => role).join(', ')} were missing, so its grants and policies are ` +
      'lost. Make the roles, then restore it again: docs/runbooks/start-and-stop.md.',
  );
}

/** As the worker, who sees every tenant; the owner is behind row-level security too. The highest number takes one look per tenant. */
async function findStanding(client: pg.Client): Promise<Standing> {
  const { rows: homes } = await client.query<Pick<Standing, 'cluster' | 'home'>>(
    `SELECT s.system_identifier || '/' || c.timeline_id AS cluster, h.cluster AS home
     FROM pg_control_system() s, pg_control_checkpoint() c, feed_home h`,
  );
  await client.query('SET LOCAL ROLE countersign_worker');
  const { rows } = await client.query<Omit<Standing, 'cluster' | 'home'>>(
    `SELECT feed_number('0')::text AS addend, pg_snapshot_xmin(pg_current_snapshot())::text AS xmin,
       pg_snapshot_xmax(pg_current_snapshot())::text AS xmax,
       coalesce((SELECT max(last.xid::text::bigint) FROM tenants t, LATERAL (
         SELECT e.xid FROM events e WHERE e.tenant_id = t.tenant_id ORDER BY e.xid DESC LIMIT 1) last), 0)::text AS highest`,
  );
  await client.query('RESET ROLE');
  const [first] = homes;
  const [second] = rows;
  if (first === undefined || second === undefined) throw new Error('The table feed_home has lost its row');
  return { ...first, ...second };
}

/** Waits for those who are writing events, so that nobody's are numbered in the old way while others are already read in the new. */
async function raise(client: pg.Client, addend: bigint): Promise<void> {
  await client.query('LOCK TABLE events IN SHARE ROW EXCLUSIVE MODE');
  await client.query(
    `CREATE OR REPLACE FUNCTION feed_number(xid xid8) RETURNS xid8 LANGUAGE sql STABLE PARALLEL SAFE
     AS $$ SELECT (xid::text::bigint + ${addend})::text::xid8 $$`,
  );
}
