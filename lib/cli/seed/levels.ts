import type { LevelRow } from '@/lib/contracts';

const HOUR = 3600;

/** Who must approve what, and how long they have. */
export const LEVELS: LevelRow[] = [
  { level: 3, min_approvals: 1, escalate_after_seconds: HOUR, escalate_to: 'Duty lead', expires_in_seconds: 24 * HOUR },
  {
    skill_id: 'payments.transfer',
    level: 4,
    min_approvals: 1,
    auto_approve_max_cost_cents: 10_000,
    escalate_after_seconds: 2 * HOUR,
    escalate_to: 'Finance leads',
    escalate_then: [{ after_seconds: 4 * HOUR, to: 'Managing directors', level: 5 }],
    expires_in_seconds: 48 * HOUR,
  },
  {
    skill_id: 'payments.refund',
    level: 2,
    min_approvals: 1,
    auto_approve_max_cost_cents: 2_500,
    escalate_after_seconds: HOUR,
    escalate_to: 'Customer care leads',
    expires_in_seconds: 24 * HOUR,
  },
  {
    skill_id: 'deploy.production',
    level: 3,
    min_approvals: 2,
    escalate_after_seconds: HOUR / 3,
    escalate_to: 'Platform on call',
    expires_in_seconds: 6 * HOUR,
    min_reject_level: 2,
  },
  {
    skill_id: 'data.export',
    policy_type: 'capability',
    level: 4,
    min_approvals: 2,
    escalate_after_seconds: 5 * HOUR,
    escalate_to: 'Data protection',
    expires_in_seconds: 72 * HOUR,
    min_reject_level: 3,
  },
  {
    skill_id: 'access.grant',
    level: 3,
    min_approvals: 1,
    escalate_after_seconds: 1.5 * HOUR,
    escalate_to: 'Platform on call',
    expires_in_seconds: 24 * HOUR,
  },
  {
    skill_id: 'agent.tool_call',
    policy_type: 'rate_limit',
    level: 1,
    min_approvals: 1,
    escalate_after_seconds: HOUR / 4,
    escalate_to: 'Customer care leads',
    escalate_level: 2,
    expires_in_seconds: 2 * HOUR,
  },
];
