import type { ApprovalEventType, ApprovalStatus, RequestKind } from '@/lib/domain/approval';
import type { OutcomeResult, PolicyType } from '@/lib/domain/policy';
import { runHot } from './client';
import { Prisma } from './generated/client';
import type { Tx } from './tenant';

/** What a checkpoint asks for, as its request keeps it. */
export interface StoredCheckpoint {
  prompt: string;
  inputs_schema: Record<string, unknown> | null;
  required_signers: string[];
}

/** A request with everything that its resource shows, as one statement read it. */
export interface ResourceRow {
  id: string;
  tenant_id: string;
  correlation_id: string;
  kind: RequestKind;
  status: ApprovalStatus;
  version: number;
  seq: number;
  policy_type: PolicyType;
  skill_id: string;
  agent_id: string | null;
  payload: Record<string, unknown>;
  payload_digest: string;
  requested_by: string | null;
  requester_user_id: string | null;
  requester_key_id: string | null;
  requester_key_issuer_id: string | null;
  title: string;
  justification: string | null;
  links: { title: string; url: string }[];
  policy: unknown;
  simulated_cost_cents: bigint | null;
  required_level: number;
  min_approvals: number;
  min_reject_level: number;
  current_level: number;
  approvals_count: number;
  approval_data: Record<string, unknown> | null;
  escalate_to: string | null;
  created_at: Date;
  updated_at: Date;
  escalates_at: Date | null;
  expires_at: Date;
  resolved_at: Date | null;
  resolved_by: string | null;
  history: {
    seq: number;
    event_id: string;
    version: number;
    from_status: ApprovalStatus | null;
    to_status: ApprovalStatus;
    actor: string;
    actor_type: string;
    actor_id: string;
    actor_name: string;
    type: ApprovalEventType;
    reason: string | null;
    escalation: { to: string | null; required_level: number } | null;
    at: string;
    hash: string;
  }[];
  votes: {
    user_id: string;
    name: string;
    level: number;
    decision: 'approve' | 'reject';
    notes: string | null;
    version: number;
    on_behalf: boolean;
    at: string;
  }[];
  run_id: string | null;
  task_id: string | null;
  dag_name: string | null;
  checkpoint: StoredCheckpoint | null;
  /** What became of it, where that was reported. */
  outcome: {
    result: OutcomeResult;
    estimated_cents: number | null;
    actual_cost_cents: number | null;
    reported_by: string;
    reported_by_name: string;
    at: string;
  } | null;
  /** `last_status` is the newest delivery's; null when there is none. */
  deliveries: { attempts: number; last_status: 'pending' | 'delivered' | 'failed' | 'dead' | null };
}

const COLUMNS = Prisma.sql`
  r.id, r.tenant_id, r.correlation_id, r.kind, r.status, r.version, r.seq, r.policy_type, r.skill_id, r.agent_id, r.payload,
  r.payload_digest, r.requested_by, r.requester_user_id, r.requester_key_id, r.requester_key_issuer_id, r.title, r.justification, r.links, r.policy,
  r.simulated_cost_cents, r.required_level, r.min_approvals, r.min_reject_level, r.current_level, r.approvals_count, r.approval_data,
  r.escalate_to, r.run_id, r.task_id,
  (SELECT g.dag_name FROM dag_runs g WHERE g.run_id = r.run_id AND g.tenant_id = r.tenant_id) AS dag_name, r.checkpoint, r.created_at, r.updated_at, r.escalates_at, r.expires_at, r.resolved_at, r.resolved_by,
  (SELECT jsonb_agg(jsonb_build_object('seq', e.seq, 'event_id', e.event_id, 'version', e.version, 'from_status', e.from_status,
      'to_status', e.to_status, 'actor', e.actor, 'actor_type', e.actor_type, 'actor_id', e.actor_id, 'actor_name', e.actor_name,
      'type', e.type, 'reason', e.reason,
      'escalation', CASE WHEN e.type = 'approval.escalated' AND e.data ? 'required_level'
        THEN jsonb_build_object('to', e.data -> 'escalate_to', 'required_level', e.data -> 'required_level') END, 'at', rfc3339_ms(e.timestamp), 'hash', e.hash) ORDER BY e.seq)
    FROM events e WHERE e.subject_id = r.id AND e.tenant_id = r.tenant_id) AS history,
  coalesce((SELECT jsonb_agg(jsonb_build_object('user_id', v.user_id, 'name', u.name, 'level', v.level, 'decision', v.decision,
      'notes', v.notes, 'version', v.version, 'on_behalf', v.on_behalf, 'at', rfc3339_ms(v.at)) ORDER BY v.at)
    FROM approval_reviews v JOIN users u ON u.user_id = v.user_id
    WHERE v.request_id = r.id AND v.tenant_id = r.tenant_id), '[]'::jsonb) AS votes,
  (SELECT jsonb_build_object('result', o.result, 'estimated_cents', o.estimated_cents, 'actual_cost_cents', o.actual_cost_cents,
      'reported_by', o.reported_by, 'reported_by_name', o.reported_by_name, 'at', rfc3339_ms(o.at))
    FROM cost_outcomes o WHERE o.request_id = r.id AND o.tenant_id = r.tenant_id) AS outcome,
  (SELECT jsonb_build_object('attempts', coalesce(sum(d.attempts), 0),
      'last_status', (array_agg(d.status ORDER BY d.created_at DESC, d.delivery_id DESC))[1])
    FROM webhook_deliveries d WHERE d.subject_id = r.id AND d.tenant_id = r.tenant_id) AS deliveries`;

/** One request of one tenant; null when it is missing or another tenant's. A hot statement: one round trip, the tenant in its predicate. */
export async function findResourceRow(tenantId: string, requestId: string): Promise<ResourceRow | null> {
  const rows = await runHot<ResourceRow>(
    'countersign_hot',
    Prisma.sql`SELECT ${COLUMNS} FROM approval_requests r WHERE r.id = ${requestId} AND r.tenant_id = ${tenantId}`,
  );
  return rows[0] ?? null;
}

/** The request that has this correlation id in the tenant; null when none has. */
export async function findResourceRowByCorrelation(
  tenantId: string,
  correlationId: string,
): Promise<ResourceRow | null> {
  const rows = await runHot<ResourceRow>(
    'countersign_hot',
    Prisma.sql`SELECT ${COLUMNS} FROM approval_requests r WHERE r.correlation_id = ${correlationId} AND r.tenant_id = ${tenantId}`,
  );
  return rows[0] ?? null;
}

/** A page of requests: conditions and order over `approval_requests r`, inside the tenant's transaction. */
export function listResourceRows(
  tx: Tx,
  where: Prisma.Sql,
  orderBy: Prisma.Sql,
  limit: number,
): Promise<ResourceRow[]> {
  return tx.$queryRaw<ResourceRow[]>(
    Prisma.sql`SELECT ${COLUMNS} FROM approval_requests r WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}`,
  );
}
