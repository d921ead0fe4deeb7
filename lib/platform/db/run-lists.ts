import type { RunEventType, RunStatusName } from '@/lib/domain/run';
import { Prisma } from './generated/client';
import { inTenant } from './tenant';

/** A run as lists show it: nothing of what its tasks received or gave, which may be megabytes. */
export interface RunListRow {
  run_id: string;
  tenant_id: string;
  dag_name: string;
  dag_version: number | null;
  status: RunStatusName;
  reason: string | null;
  seq: number;
  requester_name: string;
  created_at: Date;
  updated_at: Date;
  finished_at: Date | null;
  tasks_total: number;
  tasks_done: number;
  waiting_for: { task_id: string; request_id: string }[];
}

/** How many tasks a run has: its first event says so, and the definition need not be read for it. */
const TASKS_TOTAL = Prisma.sql`coalesce(
  (SELECT (e.data ->> 'tasks')::int FROM events e WHERE e.subject_id = r.run_id AND e.seq = 1 AND e.tenant_id = r.tenant_id),
  jsonb_array_length(r.definition -> 'tasks'))`;

/** A page of runs, the newest first, behind a position. */
export function listRunRows(
  actor: { tenantId: string },
  page: {
    status: readonly RunStatusName[] | undefined;
    dagName: string | undefined;
    after: readonly [at: string, id: string] | null;
    limit: number;
  },
): Promise<RunListRow[]> {
  const conditions = [Prisma.sql`r.tenant_id = ${actor.tenantId}`];
  if (page.status !== undefined) conditions.push(Prisma.sql`r.status = ANY (${[...page.status]})`);
  if (page.dagName !== undefined) conditions.push(Prisma.sql`r.dag_name = ${page.dagName}`);
  if (page.after !== null) {
    conditions.push(Prisma.sql`(r.created_at, r.run_id) < (${new Date(page.after[0])}::timestamptz, ${page.after[1]})`);
  }
  return inTenant(
    actor,
    (tx) => tx.$queryRaw<RunListRow[]>`
      SELECT r.run_id, r.tenant_id, r.dag_name, r.dag_version, r.status, r.reason, r.seq, r.requester_name, r.created_at, r.updated_at,
        r.finished_at, ${TASKS_TOTAL} AS tasks_total, s.tasks_done, s.waiting_for
      FROM dag_runs r, LATERAL (
        SELECT count(*) FILTER (WHERE d.status NOT IN ('running', 'waiting'))::int AS tasks_done,
          coalesce(jsonb_agg(jsonb_build_object('task_id', d.task_id, 'request_id', d.request_id) ORDER BY d.started_at, d.task_id)
            FILTER (WHERE d.status = 'waiting'), '[]'::jsonb) AS waiting_for
        FROM dag_steps d WHERE d.run_id = r.run_id AND d.tenant_id = r.tenant_id) s
      WHERE ${Prisma.join(conditions, ' AND ')}
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
