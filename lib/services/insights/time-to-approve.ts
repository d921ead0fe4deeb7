import type { InsightQuery, TimeToApprove } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { inTenant, Prisma, type Tx } from '@/lib/platform/db';
import { DURATION_BOUNDS_MS, toDistribution } from './durations';
import { bucketOf, type InsightRange, listBucketStarts, openRange, requestsIn } from './range';

/** One group of approvals: all of them, those of a bucket, of a level, or of a bar of the distribution. */
interface GroupRow {
  start: string | null;
  level: number | null;
  bar: number | null;
  /** Which of the three it was grouped by, as bits (see GROUPING in SQL): 7 is none of them. */
  grouping: number;
  approved: number;
  /** Seconds at 0.5, 0.9 and 0.95; null for an empty group. */
  percentiles: [number, number, number] | null;
}

const BY_BUCKET = 0b011;
const BY_LEVEL = 0b101;
const BY_BAR = 0b110;
const OVERALL = 0b111;

/**
 * How long approvals took, from the request to the decision, of the requests that were made in the range and that people approved: what
 * policy approved by itself took no time and would hide the waiting. Percentiles interpolate (SQL's `percentile_cont`), in seconds.
 * @throws AppError `input/invalid` for a range that makes no sense.
 */
export function getTimeToApprove(actor: Pick<Actor, 'tenantId'>, query: InsightQuery): Promise<TimeToApprove> {
  return inTenant(actor, async (tx) => {
    const range = await openRange(tx, query);
    const groups = await readGroups(tx, actor.tenantId, range, query);
    const starts = await listBucketStarts(tx, range);
    const overall = groups.find(({ grouping }) => grouping === OVERALL);
    const byStart = new Map(groups.filter(({ grouping }) => grouping === BY_BUCKET).map((row) => [row.start, row]));
    return {
      ...range,
      overall: {
        approved: overall?.approved ?? 0,
        p50_seconds: overall?.percentiles?.[0] ?? null,
        p90_seconds: overall?.percentiles?.[1] ?? null,
        p95_seconds: overall?.percentiles?.[2] ?? null,
      },
      buckets: starts.map((start) => ({ start, ...shortly(byStart.get(start)) })),
      distribution: toDistribution(
        groups.filter(({ grouping }) => grouping === BY_BAR).map((row) => ({ bar: row.bar ?? 0, count: row.approved })),
      ).map(({ up_to_seconds, count }) => ({ up_to_seconds, approved: count })),
      by_level: groups
        .filter(({ grouping }) => grouping === BY_LEVEL)
        .map((row) => ({ level: row.level ?? 0, ...shortly(row) }))
        .sort((a, b) => a.level - b.level),
    };
  });
}

function shortly(row: GroupRow | undefined): {
  approved: number;
  p50_seconds: number | null;
  p95_seconds: number | null;
} {
  return {
    approved: row?.approved ?? 0,
    p50_seconds: row?.percentiles?.[0] ?? null,
    p95_seconds: row?.percentiles?.[2] ?? null,
  };
}

/** All groups in one pass over the range. */
function readGroups(tx: Tx, tenantId: string, range: InsightRange, query: InsightQuery): Promise<GroupRow[]> {
  return tx.$queryRaw<GroupRow[]>(Prisma.sql`
    WITH approvals AS (
      SELECT ${bucketOf(range)} AS start, r.required_level AS level,
        round(extract(epoch FROM r.resolved_at - r.created_at) * 1000)::bigint AS ms
      FROM approval_requests r
      WHERE ${requestsIn(tenantId, range, query)} AND r.status = 'approved' AND r.resolved_by <> 'policy'
    ), barred AS (
      SELECT a.*, width_bucket(a.ms - 1, ${DURATION_BOUNDS_MS}::bigint[]) AS bar FROM approvals a
    )
    SELECT to_char(start, 'YYYY-MM-DD') AS start, level::int, bar, grouping(start, level, bar) AS grouping, count(*)::int AS approved,
      percentile_cont(ARRAY[0.5, 0.9, 0.95]) WITHIN GROUP (ORDER BY ms / 1000.0) AS percentiles
    FROM barred GROUP BY GROUPING SETS ((), (start), (level), (bar))`);
}
