import type { RunEventType, RunStatusName } from '@/lib/domain/run';
import { Prisma } from './generated/client';
import { RUN_COLUMNS, type RunRow } from './hot/run-rows';
import { inTenant } from './tenant';

/** A page of runs, the newest first, behind a position. */
export function listRunRows(
  actor: { tenantId: string },
  page: {
    status: readonly RunStatusName[] | undefined;
    dagName: string | undefined;
    after: readonly [at: string, id: string] | null;
    limit: number;
  },
): Promise<RunRow[]> {
  const conditions = [Prisma.sql`r.tenant_id = ${actor.tenantId}`];
  if (page.status !== undefined) conditions.push(Prisma.sql`r.status = ANY (${[...page.status]})`);
  if (page.dagName !== undefined) conditions.push(Prisma.sql`r.dag_name = ${page.dagName}`);
  if (page.after !== null) {
    conditions.push(Prisma.sql`(r.created_at, r.run_id) < (${new Date(page.after[0])}::timestamptz, ${page.after[1]})`);
  }
  return inTenant(
    actor,
    (tx) => tx.$queryRaw<RunRow[]>`
      SELECT ${RUN_COLUMNS} FROM dag_runs r WHERE ${Prisma.join(conditions, ' AND ')}
      ORDER BY r.created_at DESC, r.run_id DESC LIMIT ${page.limit}`,
  );
}

export interface RunEventRow {
  event_id: string;
  subject_id: string;
  seq: number;
  type: RunEventType;
  from_status: RunStatusName | null;
  to_status: RunStatusName;
  actor: string;
  actor_type: string;
  actor_name: string;
  reason: string | null;
  data: Record<string, unknown>;
  at: string;
  hash: string;
}

/** The events of one run behind a position, oldest first. */
export function listRunEventRows(
  actor: { tenantId: string },
  runId: string,
  after: number,
  limit: number,
): Promise<RunEventRow[]> {
  return inTenant(
    actor,
    (tx) => tx.$queryRaw<RunEventRow[]>`
      SELECT e.event_id, e.subject_id, e.seq, e.type, e.from_status, e.to_status, e.actor, e.actor_type, e.actor_name, e.reason, e.data,
        rfc3339_ms(e.timestamp) AS at, e.hash
      FROM events e WHERE e.subject_id = ${runId} AND e.tenant_id = ${actor.tenantId} AND e.seq > ${after}::int
      ORDER BY e.seq LIMIT ${limit}`,
  );
}
