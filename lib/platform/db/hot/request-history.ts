import { historyKey, type RequestHistory } from '@/lib/domain/policy';
import { prismaAs } from '../client';

/** A tenant that asks for more in a day has no history: counting it again and again would take the database's time from everybody. */
export const MAX_COUNTED_REQUESTS = 20_000;

interface HistoryRow {
  skillId: string;
  agentId: string | null;
  keyId: string | null;
  userId: string | null;
  counts: RequestHistory;
}

/**
 * What was asked for in a tenant in the last day, by skill and asker, from the newest requests by an index; null where there are more than
 * `MAX_COUNTED_REQUESTS`, because a part of them would say that less was asked for than was.
 */
export async function findHistories(tenantId: string): Promise<Map<string, RequestHistory> | null> {
  const rows = await prismaAs('countersign_hot').$queryRaw<HistoryRow[]>`
    SELECT skill_id AS "skillId", agent_id AS "agentId", key_id AS "keyId", user_id AS "userId",
      jsonb_build_object('requests_last_hour', count(*) FILTER (WHERE created_at > now_ms() - interval '1 hour'),
        'requests_last_day', count(*), 'approved_last_day', count(*) FILTER (WHERE status = 'approved'),
        'rejected_last_day', count(*) FILTER (WHERE status = 'rejected'),
        'spent_last_day_cents', LEAST(coalesce(sum(simulated_cost_cents) FILTER (WHERE status = 'approved'), 0), 9007199254740991)) AS counts
    FROM (
      SELECT created_at, skill_id, agent_id, status, simulated_cost_cents,
        CASE WHEN agent_id IS NULL THEN requester_key_id END AS key_id,
        CASE WHEN agent_id IS NULL AND requester_key_id IS NULL THEN requester_user_id END AS user_id
      FROM approval_requests WHERE tenant_id = ${tenantId} AND created_at > now_ms() - interval '1 day'
      ORDER BY created_at DESC LIMIT ${MAX_COUNTED_REQUESTS + 1}) newest
    GROUP BY 1, 2, 3, 4`;
  const total = rows.reduce((sum, { counts }) => sum + counts.requests_last_day, 0);
  if (total > MAX_COUNTED_REQUESTS) return null;
  return new Map(rows.map(({ skillId, counts, ...asker }) => [historyKey(skillId, asker), counts]));
}
