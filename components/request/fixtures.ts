import type { ApprovalRequestResource, ApproverItem, EligibleApproversResource, HistoryItem } from '@/lib/contracts';
import { ROLE_PERMISSIONS, type Role } from '@/lib/domain/access';
import type { Viewer } from './viewer';

/** Builders for this folder's tests; the boring request is asked by billing-bot at 09:30 and expires at 10:30. */
export const ASKED_AT = '2026-01-14T09:30:00.000Z';
export const NOW_MS = Date.parse('2026-01-14T09:40:00.000Z');
export const EXPIRES_AT = '2026-01-14T10:30:00.000Z';

export function anEvent(over: Partial<HistoryItem> = {}): HistoryItem {
  return {
    seq: 1,
    event_id: 'evt_1',
    version: 1,
    from_status: null,
    to_status: 'pending',
    actor: 'billing-bot',
    actor_type: 'api_key',
    actor_id: 'key_1',
    actor_name: 'billing',
    event: 'approval.created',
    reason: null,
    escalation: null,
    timestamp: ASKED_AT,
    hash: '0',
    ...over,
  };
}

export function aVote(name: string, over: Partial<ApproverItem> = {}): ApproverItem {
  return {
    approver_id: `usr_${name.toLowerCase()}`,
    name,
    level: 3,
    decision: 'approve',
    notes: null,
    stale: false,
    on_behalf: false,
    at: '2026-01-14T09:35:00.000Z',
    ...over,
  };
}

export function aResource(over: Partial<ApprovalRequestResource> = {}): ApprovalRequestResource {
  return {
    request_id: 'req_1',
    correlation_id: 'req_1',
    kind: 'policy',
    status: 'pending',
    version: 1,
    seq: 1,
    status_history: [anEvent()],
    policy_type: 'cost',
    skill_id: 'payments.transfer',
    tenant_id: 'acme',
    agent_id: 'billing-bot',
    payload: { amount_cents: 250000, currency: 'EUR' },
    payload_digest: 'sha256:1',
    requested_by: null,
    justification: null,
    title: 'Transfer €2,500.00 to Northwind GmbH',
    links: [],
    required_level: 3,
    current_level: 0,
    min_approvals: 1,
    min_reject_level: 1,
    approvals_count: 0,
    approvers: [],
    eligible_approvers_count: 3,
    policy: { decision: 'requires_approval', reasons: [], matched_rules: [], violations: [], policy_version: null },
    evaluation_id: 'evl_1',
    simulated_cost_cents: 250000,
    escalate_to: null,
    escalates_at: null,
    expires_at: EXPIRES_AT,
    webhook_attempts: 0,
    last_webhook_status: 'none',
    approval_data: null,
    created_at: ASKED_AT,
    updated_at: ASKED_AT,
    resolved_at: null,
    resolved_by: null,
    outcome: null,
    run: null,
    checkpoint: null,
    ...over,
  };
}

/** Somebody who looks: `aViewer('Ada', 'admin', 4)` is usr_ada. */
export function aViewer(name: string, role: Role, level: number): Viewer {
  const id = name.toLowerCase();
  return {
    userId: `usr_${id}`,
    memberId: `mem_${id}`,
    email: `${id}@example.com`,
    name,
    role,
    level,
    tenantId: 'acme',
    permissions: ROLE_PERMISSIONS[role],
  };
}

export function eligible(...viewers: Viewer[]): EligibleApproversResource {
  return {
    eligible: viewers.map(({ userId, name, role, level }) => ({ approver_id: userId, name, role, level })),
    required_level: 3,
    current_level: 0,
    min_approvals: 1,
    approvals_count: 0,
    reachable: true,
    missing: null,
  };
}
