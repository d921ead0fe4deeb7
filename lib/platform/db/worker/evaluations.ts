import { asWorker } from '../tenant';

/** Rows that one statement writes or removes, so that none of them takes long. */
const BATCH = 1000;
/** What the payloads and evaluations of a batch take on disk at most; compressed, they may be some ninety times as large in memory. */
const BATCH_BYTES = 1024 * 1024;
/** A creation may commit this long after the moment that it bears; its statement is ended long before. */
const LATE_SECONDS = 30;

/**
 * Writes the records of evaluations that led to a request and have none yet, a batch of them. Whatever ended before this time, the request
 * is there, so nothing is lost; the id is the request's, so nothing is written twice.
 * @returns how many were written, and whether there may be more.
 */
export async function recordOfRequests(): Promise<{ written: number; more: boolean }> {
  const [row] = await asWorker().$queryRaw<[{ written: number; more: boolean }]>`
    WITH start AS MATERIALIZED (SELECT now_ms() AS at), found AS MATERIALIZED (
      SELECT r.* FROM approval_requests r
      WHERE r.created_at >= (SELECT recorded_until - make_interval(secs => ${LATE_SECONDS}::int) FROM evaluation_upkeep)
        AND r.evaluation IS NOT NULL AND NOT EXISTS (
          SELECT FROM policy_evaluations e WHERE e.tenant_id = r.tenant_id AND e.evaluation_id = 'evl_' || substr(r.id, 5))
      ORDER BY r.created_at, r.id LIMIT ${BATCH}::int
    ), due AS MATERIALIZED (
      SELECT * FROM (
        SELECT f.*, coalesce(sum(pg_column_size(f.payload) + pg_column_size(f.evaluation)) OVER (
          ORDER BY f.created_at, f.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bytes_before
        FROM found f) sized
      WHERE bytes_before < ${BATCH_BYTES}::int
    ), size AS MATERIALIZED (
      SELECT (SELECT count(*) FROM found) = ${BATCH}::int OR (SELECT count(*) FROM due) < (SELECT count(*) FROM found) AS more
    ), written AS (
      INSERT INTO policy_evaluations (evaluation_id, tenant_id, at, source, request_id, policy_type, skill_id, agent_id, question, facts,
        decision, level, min_approvals, reasons, matched_rules, errors, violations, cost_cents, policy_version, shadow_version,
        shadow_decision, shadow_level, shadow_min_approvals, shadow)
      SELECT 'evl_' || substr(d.id, 5), d.tenant_id, d.created_at, 'request', d.id, d.policy_type, d.skill_id, d.agent_id,
        d.evaluation->'question', d.evaluation->'facts' || jsonb_build_object('request', jsonb_build_object('policy_type', d.policy_type,
          'skill_id', d.skill_id, 'agent_id', coalesce(d.agent_id, ''), 'payload', d.payload)),
        d.policy->>'decision', (d.evaluation->>'level')::smallint, (d.evaluation->>'min_approvals')::smallint, d.policy->'reasons',
        d.policy->'matched_rules', d.evaluation->'errors', d.evaluation->'violations', d.simulated_cost_cents, d.policy->>'policy_version',
        split_part(d.evaluation->'shadow'->>'policy_version', '@', 2)::bigint, d.evaluation->'shadow'->>'decision',
        (d.evaluation->'shadow'->>'approval_level_required')::smallint, (d.evaluation->'shadow'->>'min_approvals')::smallint,
        nullif(d.evaluation->'shadow', 'null'::jsonb)
      FROM due d
      ON CONFLICT DO NOTHING
      RETURNING 1
    ), moved AS (
      UPDATE evaluation_upkeep u SET recorded_until = greatest(u.recorded_until,
        CASE WHEN size.more THEN (SELECT max(created_at) FROM due) ELSE start.at END)
      FROM start, size
    )
    SELECT (SELECT count(*) FROM written)::int AS written, more FROM size`;
  return row;
}

/** Removes the records that their tenants do not keep any more, a batch at a time; by the index, so that its cost follows what is old. */
export async function removeOldEvaluations(defaultRetainDays: number): Promise<number> {
  let removed = 0;
  for (;;) {
    const batch = await asWorker().$executeRaw`
      WITH ends AS MATERIALIZED (
        SELECT t.tenant_id, now_ms() - make_interval(days => coalesce(p.retain_days, ${defaultRetainDays}::int)) AS at
        FROM tenants t LEFT JOIN policy_recording p ON p.tenant_id = t.tenant_id
      )
      DELETE FROM policy_evaluations WHERE ctid = ANY (ARRAY(
        SELECT old.ctid FROM ends, LATERAL (
          SELECT e.ctid FROM policy_evaluations e WHERE e.tenant_id = ends.tenant_id AND e.at < ends.at LIMIT ${BATCH}::int) old
        LIMIT ${BATCH}::int))`;
    removed += batch;
    if (batch < BATCH) return removed;
  }
}
