import type { ApprovalRequestResource, OutcomeResource, PolicyExplanation } from '@/lib/contracts';
import { eligibleReviewers, type Reviewer } from '@/lib/domain/approval';
import { siblingId } from '@/lib/domain/ids';
import type { ResourceRow } from '@/lib/platform/db';
import { toForm } from './form';

const iso = (at: Date): string => at.toISOString();
const isoOrNull = (at: Date | null): string | null => at?.toISOString() ?? null;

/** A stored request as every endpoint returns it. `people` are the tenant's reviewers now. */
export function toRequestResource(row: ResourceRow, people: readonly Reviewer[]): ApprovalRequestResource {
  const requester = {
    requesterUserId: row.requester_user_id,
    requesterKeyIssuerId: row.requester_key_issuer_id,
    requestedBy: row.requested_by,
    agentId: row.agent_id,
    signers: row.checkpoint?.required_signers ?? [],
  };
  return {
    request_id: row.id,
    correlation_id: row.correlation_id,
    kind: row.kind,
    status: row.status,
    version: row.version,
    seq: row.seq,
    status_history: row.history.map(({ type, at, ...event }) => ({
      ...event,
      actor_type: event.actor_type as ApprovalRequestResource['status_history'][number]['actor_type'],
      event: type,
      timestamp: at,
    })),
    policy_type: row.policy_type,
    skill_id: row.skill_id,
    tenant_id: row.tenant_id,
    agent_id: row.agent_id,
    payload: row.payload as ApprovalRequestResource['payload'],
    payload_digest: row.payload_digest,
    requested_by: row.requested_by,
    justification: row.justification,
    title: row.title,
    links: row.links,
    required_level: row.required_level,
    current_level: row.current_level,
    min_approvals: row.min_approvals,
    min_reject_level: row.min_reject_level,
    approvals_count: row.approvals_count,
    approvers: row.votes.map((vote) => ({
      approver_id: vote.user_id,
      name: vote.name,
      level: vote.level,
      decision: vote.decision,
      notes: vote.notes,
      stale: vote.version !== row.version,
      on_behalf: vote.on_behalf,
      at: vote.at,
    })),
    eligible_approvers_count: eligibleReviewers(requester, people).length,
    policy: toExplanation(row.policy),
    evaluation_id: row.kind === 'policy' ? siblingId('evaluation', row.id) : null,
    simulated_cost_cents: row.simulated_cost_cents === null ? null : Number(row.simulated_cost_cents),
    escalate_to: row.escalate_to,
    escalates_at: isoOrNull(row.escalates_at),
    expires_at: iso(row.expires_at),
    webhook_attempts: row.deliveries.attempts,
    last_webhook_status: row.deliveries.last_status ?? 'none',
    approval_data: row.approval_data as ApprovalRequestResource['approval_data'],
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
    resolved_at: isoOrNull(row.resolved_at),
    resolved_by: row.resolved_by,
    outcome: toOutcomeResource(row.outcome),
    run: toRunPlace(row),
    checkpoint: toCheckpointResource(row),
  };
}

function toCheckpointResource({ checkpoint, run_id, task_id }: ResourceRow): ApprovalRequestResource['checkpoint'] {
  if (checkpoint === null || run_id === null || task_id === null) return null;
  const { inputs_schema: form, ...asked } = checkpoint;
  return { run_id, task_id, ...asked, inputs_schema: form === null ? null : toForm(form) };
}

function toRunPlace({ run_id, task_id, dag_name }: ResourceRow): ApprovalRequestResource['run'] {
  if (run_id === null || task_id === null || dag_name === null) return null;
  return { run_id, task_id, dag_name };
}

function toOutcomeResource(outcome: ResourceRow['outcome']): OutcomeResource | null {
  if (outcome === null) return null;
  const { estimated_cents, ...rest } = outcome;
  return { ...rest, estimated_cost_cents: estimated_cents };
}

/** What was stored before there were violations has none. */
function toExplanation(stored: unknown): PolicyExplanation {
  const explanation = stored as Omit<PolicyExplanation, 'violations'> & Partial<PolicyExplanation>;
  return { ...explanation, violations: explanation.violations ?? [] };
}
