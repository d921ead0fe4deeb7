import type { EvaluateBody, EvaluationBatch, EvaluationResource, PolicyExplanation } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import {
  type Budget,
  budgetsFor,
  evaluatePolicy,
  type PolicyAnswer,
  type PolicyType,
  tightestLeftCents,
} from '@/lib/domain/policy';
import { nowMs } from '@/lib/platform/clock';
import { findRuleSet, type PolicyConfig, type RuleSet } from '@/lib/platform/db';
import { getPolicyConfig } from './config-cache';
import { type CostEstimate, countIn, estimateCost } from './cost';
import { toRuleInput } from './rule-input';
import { judge } from './rule-plan';
import { readSetName, setName } from './set-name';
import { violationsOf } from './violations';

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
  cost: CostEstimate;
  /** The budgets that speak for it, as they were read. */
  budgets: Budget[];
  explanation: PolicyExplanation;
  /** The rules whose conditions failed. */
  errors: EvaluationResource['errors'];
}

/** Asks the one policy function about something, under one configuration and its active set or another one. No query. */
export function evaluateAsked(asked: Asked, config: PolicyConfig, actor: Actor, set = config.active): Evaluated {
  const cost = estimateCost(asked);
  const budgets = budgetsFor(config.budgets, { agentId: asked.agent_id ?? null, skillId: asked.skill_id });
  const violations = violationsOf(config, budgets, cost.estimateCents);
  const input = toRuleInput(asked, { ...cost, budgetLeftCents: tightestLeftCents(budgets) }, actor, nowMs());
  const verdict = set === null ? null : judge(set, asked.policy_type, input);
  const answer = evaluatePolicy(
    {
      policyType: asked.policy_type,
      skillId: asked.skill_id,
      agentId: asked.agent_id ?? null,
      costCents: cost.estimateCents,
      tokens: countIn(asked.payload, 'tokens'),
      requiredLevel: asked.required_level ?? null,
      minApprovals: asked.min_approvals ?? null,
    },
    { ...config, verdict },
  );
  const version = setName(config.tenantId, set?.version ?? config.configVersion);
  const explanation = {
    decision: answer.decision,
    reasons: answer.reasons,
    violations,
    matched_rules: (verdict?.matched ?? []).map(({ ruleId, ...rule }) => ({ rule_id: ruleId, ...rule })),
    policy_version: version,
  };
  const errors = (verdict?.errors ?? []).map(({ ruleId, message }) => ({ rule_id: ruleId, message }));
  return { answer, cost, budgets, explanation, errors };
}

/**
 * What policy would answer, with the active rules or the version that is named; changes nothing.
 * @throws AppError `tenant/not-found`, `policy-set/not-found`.
 */
export async function evaluate(actor: Actor, body: EvaluateBody): Promise<EvaluationResource> {
  const config = await getPolicyConfig(actor.tenantId);
  if (config === null) throw new AppError('tenant/not-found');
  return toEvaluation(evaluateAsked(body, config, actor, await findNamedSet(actor, body.policy_version, config)));
}

/**
 * What policy would answer to each, in order, under one state of the configuration.
 * @throws AppError as `evaluate`.
 */
export async function evaluateBatch(actor: Actor, items: readonly EvaluateBody[]): Promise<EvaluationBatch> {
  const config = await getPolicyConfig(actor.tenantId);
  if (config === null) throw new AppError('tenant/not-found');
  const sets = new Map<string | null, RuleSet | null>();
  for (const { policy_version: name = null } of items) {
    if (!sets.has(name)) sets.set(name, await findNamedSet(actor, name, config));
  }
  const data = items.map((item) => {
    const set = sets.get(item.policy_version ?? null) ?? null;
    return toEvaluation(evaluateAsked(item, config, actor, set));
  });
  return { data };
}

async function findNamedSet(
  actor: Actor,
  name: string | null | undefined,
  config: PolicyConfig,
): Promise<RuleSet | null> {
  if (name == null) return config.active;
  const version = readSetName(actor.tenantId, name);
  if (version !== null && version === config.active?.version) return config.active;
  const set = version === null ? null : await findRuleSet(actor.tenantId, version);
  if (set === null) throw new AppError('policy-set/not-found');
  return set;
}

function toEvaluation({ answer, cost, explanation, errors }: Evaluated): EvaluationResource {
  const needsPerson = answer.decision === 'requires_approval';
  return {
    ...explanation,
    errors,
    approval_level_required: needsPerson ? answer.level : null,
    min_approvals: answer.minApprovals,
    simulated_cost_cents: cost.estimateCents,
    timestamp: new Date(nowMs()).toISOString(),
  };
}
