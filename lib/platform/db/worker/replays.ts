import type { MeasuredDecisions, MeasuredWait, PolicyDecision, PolicyQuestion, Tally } from '@/lib/domain/policy';
import { runInIndexOrder } from '../client';
import { toDatabaseFault } from '../errors';
import { Prisma } from '../generated/client';
import { asWorker } from '../tenant';

/** Beyond it nobody wants to wait for the counting. */
const MAX_TOTAL = 1_000_000;
/** In how many even steps a distribution of waiting times is kept. */
const QUANTILES = 100;
/** What people have done lately: this long before the end of the period. */
const MEASURED_DAYS = 90;

/** A replay that this worker holds, as long as its fence is the last one. */
export interface ClaimedReplay {
  replayId: string;
  tenantId: string;
  version: bigint;
  from: Date;
  to: Date;
  fence: number;
  attempts: number;
  /** What has been counted under which configuration, and up to which record; null at the beginning. */
  progress: { configVersion: bigint; total: number | null; position: Position; tally: Tally } | null;
}

export interface Position {
  at: Date;
  evaluationId: string;
}

interface ClaimedRow extends Omit<ClaimedReplay, 'progress'> {
  configVersion: bigint | null;
  total: number | null;
  positionAt: Date | null;
  positionId: string | null;
  tally: Tally | null;
}

/** Replays that a worker may take: given back or left behind by one, or next in their tenant. `q` is the replay. */
const CLAIMABLE = Prisma.sql`q.status IN ('queued', 'running') AND CASE q.status WHEN 'running' THEN q.leased_until <= now_ms()
  ELSE NOT EXISTS (SELECT FROM policy_replays r WHERE r.tenant_id = q.tenant_id AND r.status = 'running') END`;

/**
 * Takes the next replay of the tenant that was worked for the longest time ago, or never: one that was given back, one whose worker has not been
 * heard of in time, or the one that was asked for first. Null when there is none.
 */
export async function claimReplay(leaseSeconds: number): Promise<ClaimedReplay | null> {
  let rows: ClaimedRow[];
  try {
    rows = await asWorker().$queryRaw<ClaimedRow[]>`
      UPDATE policy_replays p SET status = 'running', fence = p.fence + 1, attempts = p.attempts + 1,
        leased_until = now_ms() + make_interval(secs => ${leaseSeconds}::int), started_at = coalesce(p.started_at, now_ms())
      WHERE p.replay_id = (
        SELECT q.replay_id FROM policy_replays q WHERE ${CLAIMABLE}
        ORDER BY (
          -- Those of a tenant are begun in the order in which they were asked for, so the last one says when it was worked for.
          SELECT coalesce(w.finished_at, w.leased_until) FROM policy_replays w
          WHERE w.tenant_id = q.tenant_id AND w.started_at IS NOT NULL ORDER BY w.created_at DESC, w.replay_id DESC LIMIT 1
        ) NULLS FIRST, q.created_at, q.replay_id LIMIT 1 FOR UPDATE OF q SKIP LOCKED)
      RETURNING p.replay_id AS "replayId", p.tenant_id AS "tenantId", p.version, p.from_at AS "from", p.to_at AS "to", p.fence, p.attempts,
        p.config_version AS "configVersion", p.total, p.position_at AS "positionAt", p.position_id AS "positionId", p.tally`;
  } catch (error) {
    // Another worker has taken another one of the same tenant in the same moment.
    if (toDatabaseFault(error)?.sqlState === '23505') return null;
    throw error;
  }
  const [row] = rows;
  if (row === undefined) return null;
  const { configVersion, total, positionAt, positionId, tally, ...claimed } = row;
  const isBegun = configVersion !== null && positionAt !== null && positionId !== null && tally !== null;
  return {
    ...claimed,
    progress: isBegun ? { configVersion, total, position: { at: positionAt, evaluationId: positionId }, tally } : null,
  };
}

/** Whether a replay of another tenant waits for a worker. */
export async function isOtherReplayWaiting({ tenantId }: Pick<ClaimedReplay, 'tenantId'>): Promise<boolean> {
  const [row] = await asWorker().$queryRaw<[{ waits: boolean }]>`
    SELECT EXISTS (SELECT FROM policy_replays q WHERE q.tenant_id <> ${tenantId} AND ${CLAIMABLE}) AS waits`;
  return row.waits;
}

/** How many records there are in the period; null when there are more than a million. */
export async function countRecords({
  tenantId,
  from,
  to,
}: Pick<ClaimedReplay, 'tenantId' | 'from' | 'to'>): Promise<number | null> {
  const [row] = await asWorker().$queryRaw<[{ count: number }]>`
    SELECT count(*)::int AS count FROM (SELECT 1 FROM policy_evaluations e
      WHERE e.tenant_id = ${tenantId} AND e.at >= ${from} AND e.at < ${to} LIMIT ${MAX_TOTAL + 1}::int) AS found`;
  return row.count > MAX_TOTAL ? null : row.count;
}

/** A record, as far as it is judged again and shown. */
export interface RecordedEvaluation {
  evaluationId: string;
  requestId: string | null;
  at: Date;
  question: PolicyQuestion;
  facts: unknown;
  decision: PolicyDecision;
  level: number | null;
  minApprovals: number;
  overridden: boolean;
}

/** The records of the period that follow a position, in order. */
export function listRecords(
  { tenantId, from, to }: Pick<ClaimedReplay, 'tenantId' | 'from' | 'to'>,
  after: Position | null,
  limit: number,
): Promise<RecordedEvaluation[]> {
  const behind =
    after === null
      ? Prisma.sql`e.at >= ${from}::timestamptz`
      : Prisma.sql`(e.at, e.evaluation_id) > (${after.at}::timestamptz, ${after.evaluationId})`;
  // Through the driver itself: it is read hundreds of times in a replay.
  const statement = Prisma.sql`
    SELECT e.evaluation_id AS "evaluationId", e.request_id AS "requestId", e.at, e.question, e.facts, e.decision, e.level,
      e.min_approvals AS "minApprovals", e.violations <> '[]'::jsonb AS overridden
    FROM policy_evaluations e WHERE e.tenant_id = ${tenantId} AND ${behind} AND e.at < ${to}::timestamptz
    ORDER BY e.at, e.evaluation_id LIMIT ${limit}::int`;
  return runInIndexOrder<RecordedEvaluation>('countersign_worker', statement);
}

/**
 * Writes down what has been counted, and up to where, and holds the replay longer. False when it is somebody else's by now, or cancelled:
 * then nothing was written.
 */
export async function saveReplay(
  { replayId, fence }: ClaimedReplay,
  leaseSeconds: number,
  progress: NonNullable<ClaimedReplay['progress']>,
): Promise<boolean> {
  const { configVersion, total, position, tally } = progress;
  const saved = await asWorker().$executeRaw`
    UPDATE policy_replays SET config_version = ${configVersion}::bigint, total = ${total}::int, evaluated = ${tally.evaluated}::int,
      position_at = ${position.at}, position_id = ${position.evaluationId}, tally = ${JSON.stringify(tally)}::jsonb,
      leased_until = now_ms() + make_interval(secs => ${leaseSeconds}::int)
    WHERE replay_id = ${replayId} AND fence = ${fence}::int AND status = 'running'`;
  return saved === 1;
}

/** Ends a replay with its report, or with what went wrong. False when it is not this worker's any more. */
export async function finishReplay(
  { replayId, fence }: ClaimedReplay,
  result: { report: object; tally: Tally } | { error: string },
): Promise<boolean> {
  const [status, report, error] =
    'report' in result
      ? (['done', JSON.stringify(result.report), null] as const)
      : (['failed', null, result.error] as const);
  const evaluated = 'report' in result ? result.tally.evaluated : null;
  const finished = await asWorker().$executeRaw`
    UPDATE policy_replays SET status = ${status}, report = ${report}::jsonb, error = ${error}, tally = NULL, leased_until = NULL,
      finished_at = now_ms(), evaluated = coalesce(${evaluated}::int, evaluated), total = coalesce(total, ${evaluated}::int)
    WHERE replay_id = ${replayId} AND fence = ${fence}::int AND status = 'running'`;
  return finished === 1;
}

/** Gives a replay back, for whoever has time to go on at once. */
export async function releaseReplay({ replayId, fence }: ClaimedReplay): Promise<void> {
  await asWorker().$executeRaw`
    UPDATE policy_replays SET leased_until = now_ms(), attempts = greatest(attempts - 1, 0)
    WHERE replay_id = ${replayId} AND fence = ${fence}::int AND status = 'running'`;
}

/** How long requests of each level waited for a person's decision, in the months before a moment. */
export function measureWaits(tenantId: string, until: Date): Promise<MeasuredWait[]> {
  const steps = Array.from({ length: QUANTILES }, (_, n) => (n + 0.5) / QUANTILES);
  return asWorker().$queryRaw<MeasuredWait[]>`
    SELECT r.required_level::int AS level, count(*)::int AS requests,
      percentile_cont(${steps}::float8[]) WITHIN GROUP (ORDER BY extract(epoch FROM r.resolved_at - r.created_at)::float8) AS quantiles
    FROM approval_requests r
    WHERE r.tenant_id = ${tenantId} AND r.created_at < ${until} AND r.created_at >= ${until}::timestamptz - make_interval(days => ${MEASURED_DAYS}::int)
      AND r.status IN ('approved', 'rejected') AND r.resolved_by <> 'policy'
    GROUP BY 1 ORDER BY 1`;
}

/**
 * How many decisions the members of now, with the authority that they have now, made of requests at each level, in the months before a moment. An
 * approval below the level of a request that one person finishes decided nothing.
 */
export function measureDecisions(tenantId: string, until: Date): Promise<MeasuredDecisions[]> {
  return asWorker().$queryRaw<MeasuredDecisions[]>`
    SELECT v.user_id AS "userId", u.name, r.required_level::int AS level, count(*)::int AS decisions
    FROM approval_requests r JOIN approval_reviews v ON v.request_id = r.id AND v.tenant_id = r.tenant_id JOIN users u ON u.user_id = v.user_id
    WHERE r.tenant_id = ${tenantId} AND r.created_at < ${until} AND r.created_at >= ${until}::timestamptz - make_interval(days => ${MEASURED_DAYS}::int)
      AND (v.decision = 'reject' OR r.min_approvals > 1 OR v.level >= r.required_level)
      AND EXISTS (SELECT FROM memberships m WHERE m.tenant_id = r.tenant_id AND m.user_id = v.user_id AND m.removed_at IS NULL
        AND m.level >= v.level)
    GROUP BY 1, 2, 3 ORDER BY 1, 3`;
}
