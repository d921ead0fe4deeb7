import type { EvaluateBody, EvaluationResource, PolicyExplanation } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { evaluatePolicy, type PolicyAnswer, type PolicyType } from '@/lib/domain/policy';
import { nowMs } from '@/lib/platform/clock';
import type { PolicyConfig } from '@/lib/platform/db';
import { getPolicyConfig } from './config-cache';

/** What a caller asks policy about: the part that evaluation and creation have in common. */
export interface Asked {
  policy_type: PolicyType;
  skill_id: string;
  agent_id?: string | null | undefined;
  payload: Record<string, unknown>;
  required_level?: number | null | undefined;
  min_approvals?: number | null | undefined;
}

export interface Evaluated {
  answer: PolicyAnswer;
  costCents: number | null;
  explanation: PolicyExplanation;
}

/** Asks the one policy function about something, under one configuration. Pure but for its name. */
export function evaluateAsked(asked: Asked, config: PolicyConfig): Evaluated {
  const costCents = countIn(asked.payload, 'amount_cents');
  const answer = evaluatePolicy(
    {
      policyType: asked.policy_type,
      skillId: asked.skill_id,
      agentId: asked.agent_id ?? null,
      costCents,
      tokens: countIn(asked.payload, 'tokens'),
      requiredLevel: asked.required_level ?? null,
      minApprovals: asked.min_approvals ?? null,
    },
    config,
  );
  const version = `${config.tenantId}@${config.configVersion}`;
  const explanation = {
    decision: answer.decision,
    reasons: answer.reasons,
    matched_rules: [],
    policy_version: version,
  };
  return { answer, costCents, explanation };
}

/** A non-negative safe integer of the payload; anything else is unknown, and the unknown approves nothing. */
function countIn(payload: Record<string, unknown>, name: string): number | null {
  const value = Object.hasOwn(payload, name) ? payload[name] : null;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/**
 * What policy would answer; changes nothing.
 * @throws AppError `tenant/not-found`.
 */
export async function evaluate(actor: Actor, body: EvaluateBody): Promise<EvaluationResource> {
  const config = await getPolicyConfig(actor.tenantId);
  if (config === null) throw new AppError('tenant/not-found');
  const { answer, costCents, explanation } = evaluateAsked(body, config);
  const needsPerson = answer.decision === 'requires_approval';
  return {
    ...explanation,
    violations: config.emergencyStop.active
      ? [{ type: 'EmergencyStop', policy: 'emergency_stop', message: explanation.reasons[0] ?? '', details: {} }]
      : [],
    errors: [],
    approval_level_required: needsPerson ? answer.level : null,
    min_approvals: answer.minApprovals,
    simulated_cost_cents: costCents,
    timestamp: new Date(nowMs()).toISOString(),
  };
}
