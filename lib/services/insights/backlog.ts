import type { Backlog } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { inTenant, type Tx } from '@/lib/platform/db';
import { countWaiting } from '../requests';
import { DURATION_BOUNDS_MS, toDistribution } from './durations';

interface Group {
  level: number | null;
  bar: number | null;
  grouping: number;
  open: number;
  escalated: number;
  oldest: string | null;
}

const BY_LEVEL = 0b01;
const BY_BAR = 0b10;
const OVERALL = 0b11;

/** What waits for people now, how long it has been waiting, and at which level. */
export async function getBacklog(actor: Pick<Actor, 'tenantId'>): Promise<Backlog> {
  const { runs } = await countWaiting(actor);
  return inTenant(actor, async (tx) => {
    const { at, groups } = await readOpen(tx, actor.tenantId);
    const overall = groups.find(({ grouping }) => grouping === OVERALL);
    return {
      at,
      open: overall?.open ?? 0,
      escalated: overall?.escalated ?? 0,
      runs_waiting: runs,
      oldest_created_at: overall?.oldest ?? null,
      ages: toDistribution(
        groups.filter(({ grouping }) => grouping === BY_BAR).map((row) => ({ bar: row.bar ?? 0, count: row.open })),
      ).map(({ up_to_seconds, count }) => ({ up_to_seconds, open: count })),
      by_level: groups
        .filter(({ grouping }) => grouping === BY_LEVEL)
        .map((row) => ({ level: row.level ?? 0, open: row.open, oldest_created_at: row.oldest ?? at }))
        .sort((a, b) => a.level - b.level),
    };
  });
}

/** All groups in one pass over what is open, and the clock they were measured by. */
async function readOpen(tx: Tx, tenantId: string): Promise<{ at: string; groups: Group[] }> {
  const [clock] = await tx.$queryRaw<[{ at: string }]>`SELECT rfc3339_ms(now_ms()) AS at`;
  const groups = await tx.$queryRaw<Group[]>`
    WITH waiting AS (
      SELECT r.required_level AS level, r.status, r.created_at,
        width_bucket(round(extract(epoch FROM ${clock.at}::timestamptz - r.created_at) * 1000)::bigint - 1,
          ${DURATION_BOUNDS_MS}::bigint[]) AS bar
      FROM approval_requests r WHERE r.tenant_id = ${tenantId} AND r.status IN ('pending', 'escalated')
    )
    SELECT level::int, bar, grouping(level, bar) AS grouping, count(*)::int AS open,
      count(*) FILTER (WHERE status = 'escalated')::int AS escalated, rfc3339_ms(min(created_at)) AS oldest
    FROM waiting GROUP BY GROUPING SETS ((), (level), (bar))`;
  return { at: clock.at, groups };
}
