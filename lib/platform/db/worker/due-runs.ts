import { prismaAs } from '../client';
import { Prisma } from '../generated/client';

export interface DueRun {
  run_id: string;
  tenant_id: string;
}

/**
 * The runs that somebody must look at: something happened to them since they were advanced, what they waited for is decided, or the time
 * of one of their tasks is over. Their cost follows what is open, not what has ever been. While a tenant's emergency stop is on, its runs
 * are left where they are, and so are the runs that `resting` names; they take nobody's place: they are left out before it is counted how many
 * there are.
 */
export function listDueRuns(limit: number, resting: readonly string[] = []): Promise<DueRun[]> {
  return prismaAs('countersign_worker').$queryRaw<DueRun[]>(Prisma.sql`
    WITH stopped AS MATERIALIZED (SELECT tenant_id FROM tenants WHERE emergency_stop),
      resting AS MATERIALIZED (SELECT unnest(${resting}::text[]) AS run_id)
    (SELECT r.run_id, r.tenant_id FROM dag_runs r
      WHERE r.status IN ('running', 'paused') AND r.advanced_seq < r.seq AND r.tenant_id NOT IN (SELECT tenant_id FROM stopped)
        AND r.run_id NOT IN (SELECT run_id FROM resting)
      ORDER BY r.updated_at LIMIT ${limit})
    UNION
    (SELECT s.run_id, s.tenant_id FROM dag_steps s
      WHERE s.status = 'waiting' AND s.decided_at IS NOT NULL AND s.tenant_id NOT IN (SELECT tenant_id FROM stopped)
        AND s.run_id NOT IN (SELECT run_id FROM resting)
      ORDER BY s.decided_at LIMIT ${limit})
    UNION
    (SELECT s.run_id, s.tenant_id FROM dag_steps s
      WHERE s.status = 'running' AND s.times_out_at IS NOT NULL AND s.times_out_at <= now_ms()
        AND s.tenant_id NOT IN (SELECT tenant_id FROM stopped) AND s.run_id NOT IN (SELECT run_id FROM resting)
      ORDER BY s.times_out_at LIMIT ${limit})
    LIMIT ${limit}`);
}

/** The open requests of runs that are over: there is nothing left to decide. */
export function listOrphanedRequests(limit: number): Promise<{ id: string }[]> {
  return prismaAs('countersign_worker').$queryRaw<{ id: string }[]>(Prisma.sql`
    SELECT q.id FROM approval_requests q JOIN dag_runs r ON r.run_id = q.run_id AND r.tenant_id = q.tenant_id
    WHERE q.run_id IS NOT NULL AND q.status IN ('pending', 'escalated') AND r.status IN ('succeeded', 'failed', 'cancelled')
    LIMIT ${limit}`);
}
