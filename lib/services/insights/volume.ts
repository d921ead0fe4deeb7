import type { InsightQuery, Volume } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { inTenant, Prisma, type Tx } from '@/lib/platform/db';
import { bucketOf, type InsightRange, listBucketStarts, openRange, requestsIn } from './range';

type Outcomes = Omit<Volume['total'], 'escalated'>;

interface OutcomesRow extends Outcomes {
  /** Null for the whole range. */
  start: string | null;
}

const NONE: Outcomes = { approved: 0, approved_by_policy: 0, rejected: 0, expired: 0, cancelled: 0, open: 0 };

/**
 * How many requests were made in the range and what became of them until now. The outcomes are disjoint, so they add up: `approved` is
 * by people, `approved_by_policy` without them.
 * @throws AppError `input/invalid` for a range that makes no sense.
 */
export function getVolume(actor: Pick<Actor, 'tenantId'>, query: InsightQuery): Promise<Volume> {
  return inTenant(actor, async (tx) => {
    const range = await openRange(tx, query);
    const rows = await readOutcomes(tx, actor.tenantId, range, query);
    const escalated = await countEscalated(tx, actor.tenantId, range, query);
    const starts = await listBucketStarts(tx, range);
    const byStart = new Map(rows.map(({ start, ...outcomes }) => [start, outcomes]));
    return {
      ...range,
      total: { ...(byStart.get(null) ?? NONE), escalated },
      buckets: starts.map((start) => ({ start, ...(byStart.get(start) ?? NONE) })),
    };
  });
}

function readOutcomes(tx: Tx, tenantId: string, range: InsightRange, query: InsightQuery): Promise<OutcomesRow[]> {
  return tx.$queryRaw<OutcomesRow[]>(Prisma.sql`
    WITH made AS (
      SELECT ${bucketOf(range)} AS start, r.status, r.resolved_by FROM approval_requests r
      WHERE ${requestsIn(tenantId, range, query)}
    )
    SELECT to_char(start, 'YYYY-MM-DD') AS start,
      count(*) FILTER (WHERE status = 'approved' AND resolved_by <> 'policy')::int AS approved,
      count(*) FILTER (WHERE status = 'approved' AND resolved_by = 'policy')::int AS approved_by_policy,
      count(*) FILTER (WHERE status = 'rejected')::int AS rejected,
      count(*) FILTER (WHERE status = 'expired')::int AS expired,
      count(*) FILTER (WHERE status = 'cancelled')::int AS cancelled,
      count(*) FILTER (WHERE status IN ('pending', 'escalated'))::int AS open
    FROM made GROUP BY GROUPING SETS ((), (start))`);
}

/** Requests of the range that were escalated at some time. It happens after they were made, so only later events are looked at. */
async function countEscalated(tx: Tx, tenantId: string, range: InsightRange, query: InsightQuery): Promise<number> {
  const [row] = await tx.$queryRaw<[{ escalated: number }]>(Prisma.sql`
    SELECT count(DISTINCT e.subject_id)::int AS escalated
    FROM events e JOIN approval_requests r ON r.id = e.subject_id AND r.tenant_id = e.tenant_id
    WHERE e.tenant_id = ${tenantId} AND e.type = 'approval.escalated' AND e.timestamp >= ${range.from}::timestamptz
      AND ${requestsIn(tenantId, range, query)}`);
  return row.escalated;
}
