import type { RunEventLine, StateLine } from '@/lib/contracts';
import {
  dependents,
  downstreamOf,
  inOrder,
  RUN_EVENT_TYPES,
  RUN_EVENTS,
  type RunEventType,
  STATE_EVENT_TYPES,
  STATE_EVENTS,
  type StateEventType,
} from '@/lib/domain/run';
import { Prisma, type Tx } from '@/lib/platform/db';
import { FEED_ORDER, type FeedPosition } from '@/lib/services/audit';
import type { Surface, Wanted } from './surfaces';
import { wantedEvents } from './wanted-events';

interface RunRow<Type extends RunEventType = RunEventType> extends FeedPosition {
  event_id: string;
  type: Type;
  timestamp: string;
  tenant_id: string;
  dag_name: string;
  actor: string;
  reason: string | null;
  data: Record<string, unknown>;
  /** How many tasks the run has, where it begins. */
  task_count: number | null;
  /** The shape of the graph, where what comes after a task is asked for. */
  shape: { id: string; dependsOn: string[] }[] | null;
  /** How the run's tasks stood, and how long it had taken, where it has ended. */
  succeeded: number | null;
  failed: number | null;
  duration: number | null;
}

const ENDINGS = ['run.succeeded', 'run.failed', 'run.cancelled'] as const;
const ENDED = Prisma.sql`e.type IN (${Prisma.join(ENDINGS)})`;
const STATUSES = { 'run.succeeded': 'success', 'run.failed': 'failed', 'run.cancelled': 'cancelled' } as const;

const BATCH = 500;

/** `orchestrator_events.jsonl`. */
export const RUN_EVENT_LINES: Surface<RunRow> = {
  batch: BATCH,
  select: (tx, wanted) => select(tx, wanted, RUN_EVENT_TYPES),
  toLine: toEventLine,
};

/** `orchestrator_state.jsonl`. */
export const RUN_STATE_LINES: Surface<RunRow<StateEventType>> = {
  batch: BATCH,
  select: (tx, wanted) => select(tx, wanted, STATE_EVENT_TYPES),
  toLine: toStateLine,
};

/** First the page, then what is said of each: otherwise a plan may read the runs of all that the page is chosen from. */
function select<Type extends RunEventType>(tx: Tx, wanted: Wanted, types: readonly Type[]): Promise<RunRow<Type>[]> {
  const run = wanted.runId === undefined ? Prisma.empty : Prisma.sql`AND e.subject_id = ${wanted.runId}`;
  return tx.$queryRaw<RunRow<Type>[]>`
    WITH page AS MATERIALIZED (
      SELECT e.xid, e.subject_id, e.seq FROM events e WHERE ${wantedEvents(wanted, 'run', types)} ${run}
      ORDER BY ${FEED_ORDER} LIMIT ${wanted.limit}
    )
    SELECT e.xid::text AS xid, e.subject_id AS subject, e.seq, e.event_id, e.type, rfc3339_ms(e.timestamp) AS timestamp, r.tenant_id,
      r.dag_name, e.actor, e.reason, e.data,
      CASE WHEN e.type = 'run.started' THEN jsonb_array_length(r.definition->'tasks') END AS task_count,
      CASE WHEN e.type = 'run.checkpoint_pending' THEN (
        SELECT jsonb_agg(jsonb_build_object('id', t.task->'id', 'dependsOn', t.task->'dependsOn') ORDER BY t.place)
        FROM jsonb_array_elements(r.definition->'tasks') WITH ORDINALITY t(task, place)) END AS shape,
      ended.succeeded, ended.failed,
      CASE WHEN ${ENDED} THEN extract(epoch FROM e.timestamp - r.created_at)::float8 END AS duration
    FROM page JOIN events e ON e.subject_id = page.subject_id AND e.seq = page.seq
    JOIN dag_runs r ON r.run_id = e.subject_id AND r.tenant_id = e.tenant_id
    LEFT JOIN LATERAL (
      SELECT count(*) FILTER (WHERE last.type = 'run.task_succeeded')::int AS succeeded,
        count(*) FILTER (WHERE last.type = 'run.task_failed')::int AS failed
      FROM (SELECT DISTINCT ON (p.data->>'task_id') p.type FROM events p
        WHERE p.subject_id = e.subject_id AND p.tenant_id = e.tenant_id AND p.seq <= e.seq
          AND p.type IN ('run.task_succeeded', 'run.task_failed')
        ORDER BY p.data->>'task_id', p.seq DESC) last
    ) ended ON ${ENDED}
    WHERE e.tenant_id = ${wanted.tenantId}
    ORDER BY ${FEED_ORDER}`;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function common(row: RunRow, cursor: string) {
  return {
    timestamp: row.timestamp,
    dag_name: row.dag_name,
    dag_run_id: row.subject,
    tenant: row.tenant_id,
    event_id: row.event_id,
    cursor,
  };
}

function toStateLine(row: RunRow<StateEventType>, cursor: string): StateLine {
  const { type, data, reason } = row;
  const task = { checkpoint_id: textOf(data.request_id), task_id: textOf(data.task_id) };
  const rest = common(row, cursor);
  switch (type) {
    case 'run.started':
      return { event: STATE_EVENTS[type], ...rest };
    case 'run.checkpoint_pending':
      return { event: STATE_EVENTS[type], ...task, next_task_id: nextTask(row.shape ?? [], task.task_id), ...rest };
    case 'run.checkpoint_expired':
      return { event: STATE_EVENTS[type], ...task, ...rest };
    default:
      return {
        event: STATE_EVENTS[type],
        status: STATUSES[type],
        error: type === 'run.succeeded' ? null : reason,
        duration_seconds: row.duration ?? 0,
        ...rest,
      };
  }
}

/** What comes after a checkpoint: the first task downstream of it. */
function nextTask(shape: readonly { id: string; dependsOn: string[] }[], taskId: string): string | null {
  const after = downstreamOf(taskId, dependents(shape));
  return inOrder(shape).find((id) => after.has(id)) ?? null;
}

function toEventLine(row: RunRow, cursor: string): RunEventLine {
  const { data } = row;
  return {
    event: RUN_EVENTS[row.type],
    ...(typeof data.task_id === 'string' ? { task_id: data.task_id } : {}),
    ...particulars(row),
    actor: row.actor,
    ...common(row, cursor),
  };
}

/** What the seed says of each kind of event, under its names. */
function particulars({ type, data, reason, ...row }: RunRow): Partial<RunEventLine> {
  const attempt = typeof data.attempts === 'number' ? data.attempts : 1;
  const asked = { checkpoint_id: textOf(data.request_id) };
  const because = reason === null ? {} : { reason };
  switch (type) {
    case 'run.started':
      return { task_count: row.task_count ?? 0 };
    case 'run.task_started':
      return { workflow_ref: textOf(data.workflow_ref) };
    case 'run.task_succeeded':
      return { attempt };
    case 'run.task_retried':
    case 'run.task_failed':
      return { attempt, error: reason ?? '' };
    case 'run.checkpoint_pending':
      return asked;
    case 'run.checkpoint_approved':
      return { ...asked, approved_by: textOf(data.resolved_by) };
    case 'run.checkpoint_rejected':
      return { ...asked, rejected_by: textOf(data.resolved_by), ...because };
    case 'run.checkpoint_expired':
      return { ...asked, ...because };
    case 'run.succeeded':
    case 'run.failed':
    case 'run.cancelled':
      return {
        status: STATUSES[type],
        tasks_succeeded: row.succeeded ?? 0,
        tasks_failed: row.failed ?? 0,
        duration_seconds: row.duration ?? 0,
        ...because,
      };
    default:
      return because;
  }
}
