import { type CheckpointLine, fromStoredForm } from '@/lib/contracts';
import { ROLE_BANDS } from '@/lib/domain/access';
import type { ApprovalStatus } from '@/lib/domain/approval';
import { CHECKPOINT_EVENT_TYPES, CHECKPOINT_EVENTS, type CheckpointEventType } from '@/lib/domain/run';
import { Prisma, type Tx } from '@/lib/platform/db';
import { FEED_ORDER, type FeedPosition } from '@/lib/services/audit';
import type { Surface, Wanted } from './surfaces';
import { wantedEvents } from './wanted-events';

type JsonObject = Record<string, never>;

interface CheckpointRow extends FeedPosition {
  event_id: string;
  type: CheckpointEventType;
  timestamp: string;
  to_status: ApprovalStatus;
  actor: string;
  reason: string | null;
  approval_data: JsonObject | null;
  tenant_id: string;
  run_id: string;
  task_id: string;
  checkpoint: {
    prompt: string;
    inputs_schema: Parameters<typeof fromStoredForm>[0] | null;
    required_signers: string[];
  };
  min_approvals: number;
  created_at: string;
  expires_at: string;
  required_level: number;
  approvals: CheckpointLine['approvals'];
}

/** `checkpoints.jsonl`. A line is read from the events up to it, so it is the same whenever it is written. */
export const CHECKPOINTS: Surface<CheckpointRow> = {
  // Forms and approval data can be large.
  batch: 50,
  select,
  toLine,
};

const UP_TO_HERE = Prisma.sql`p.subject_id = e.subject_id AND p.tenant_id = e.tenant_id AND p.seq <= e.seq`;

function select(tx: Tx, wanted: Wanted): Promise<CheckpointRow[]> {
  const run = wanted.runId === undefined ? Prisma.empty : Prisma.sql`AND r.run_id = ${wanted.runId}`;
  return tx.$queryRaw<CheckpointRow[]>`
    WITH page AS MATERIALIZED (
      SELECT e.xid, e.subject_id, e.seq FROM events e JOIN approval_requests r ON r.id = e.subject_id AND r.tenant_id = e.tenant_id
      WHERE ${wantedEvents(wanted, 'request', CHECKPOINT_EVENT_TYPES)} AND r.kind = 'checkpoint' ${run}
      ORDER BY ${FEED_ORDER} LIMIT ${wanted.limit}
    )
    SELECT e.xid::text AS xid, e.subject_id AS subject, e.seq, e.event_id, e.type, rfc3339_ms(e.timestamp) AS timestamp, e.to_status,
      e.actor, e.reason, e.data->'approval_data' AS approval_data, r.tenant_id, r.run_id, r.task_id, r.checkpoint, r.min_approvals,
      rfc3339_ms(r.created_at) AS created_at, rfc3339_ms(r.expires_at) AS expires_at,
      (SELECT (p.data->>'required_level')::int FROM events p
        WHERE ${UP_TO_HERE} AND p.data->'required_level' IS NOT NULL ORDER BY p.seq DESC LIMIT 1) AS required_level,
      (SELECT coalesce(jsonb_agg(jsonb_build_object('user', p.actor, 'name', p.actor_name, 'at', rfc3339_ms(p.timestamp),
          'approval_data', coalesce(p.data->'approval_data', '{}')) ORDER BY p.seq), '[]')
        FROM events p WHERE ${UP_TO_HERE} AND p.data->>'decision' = 'approve') AS approvals
    FROM page JOIN events e ON e.subject_id = page.subject_id AND e.seq = page.seq
    JOIN approval_requests r ON r.id = e.subject_id AND r.tenant_id = e.tenant_id
    WHERE e.tenant_id = ${wanted.tenantId}
    ORDER BY ${FEED_ORDER}`;
}

function toLine(row: CheckpointRow, cursor: string): CheckpointLine {
  const { type, actor, timestamp, reason } = row;
  const approved = type === 'approval.approved';
  const rejected = type === 'approval.rejected';
  return {
    event: CHECKPOINT_EVENTS[type],
    timestamp,
    checkpoint_id: row.subject,
    dag_run_id: row.run_id,
    task_id: row.task_id,
    tenant: row.tenant_id,
    prompt: row.checkpoint.prompt,
    required_role: roleOf(row.required_level),
    required_level: row.required_level,
    inputs: row.checkpoint.inputs_schema === null ? {} : fromStoredForm(row.checkpoint.inputs_schema),
    // For the seed, what goes to somebody else after a while is still pending.
    status: row.to_status === 'escalated' ? 'pending' : row.to_status,
    created_at: row.created_at,
    expires_at: row.expires_at,
    approved_by: approved ? actor : null,
    approved_at: approved ? timestamp : null,
    rejected_by: rejected ? actor : null,
    rejected_at: rejected ? timestamp : null,
    rejection_reason: rejected ? reason : null,
    reject_reason: rejected ? reason : null,
    expired_at: type === 'approval.expired' ? timestamp : null,
    approval_data: approved ? (row.approval_data ?? {}) : null,
    required_signers: row.checkpoint.required_signers,
    min_signatures: row.min_approvals,
    approvals: row.approvals,
    event_id: row.event_id,
    cursor,
  };
}

/** The lowest role whose people can decide at a level, as the seed writes it. */
function roleOf(level: number): CheckpointLine['required_role'] {
  if (level <= ROLE_BANDS.operator.max) return 'Operator';
  return level <= ROLE_BANDS.admin.max ? 'Admin' : 'Owner';
}
