import type { EvaluateBody, EvaluationBatch, EvaluationResource, PolicyExplanation } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { evaluatePolicy, type PolicyAnswer, type PolicyType, type RuleVerdict } from '@/lib/domain/policy';
import { nowMs } from '@/lib/platform/clock';
import { findRuleSet, type PolicyConfig, type RuleSet } from '@/lib/platform/db';
import { getPolicyConfig } from './config-cache';
import { type CostEstimate, countIn, estimateCost } from './cost';
import { toRuleInput } from './rule-input';
import { judge, judgeDraft } from './rule-plan';
import { readSetName, setName } from './set-name';
import { type Violation, violationsOf } from './violations';

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
  violations: Violation[];
  explanation: PolicyExplanation;
  /** The rules whose conditions failed. */
  errors: EvaluationResource['errors'];
}

/**
 * Asks the one policy function about something, under one configuration and its active set or another one; of that other one the verdict is
 * given where it was judged elsewhere (`judgeDraft`). No query.
 */
export function evaluateAsked(
  asked: Asked,
  config: PolicyConfig,
  actor: Actor,
  set = config.active,
  given?: RuleVerdict,
): Evaluated {
  const cost = estimateCost(asked);
  const violations = violationsOf(config);
  const verdict = set === null ? null : (given ?? judge(set, asked.policy_type, inputOf(asked, config, actor)));
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
    matched_rules: (verdict?.matched ?? []).map(({ ruleId, ...rule }) => ({ rule_id: ruleId, ...rule })),
    policy_version: version,
  };
  const errors = (verdict?.errors ?? []).map(({ ruleId, message }) => ({ rule_id: ruleId, message }));
  return { answer, cost, violations, explanation, errors };
}

/**
 * What policy would answer, with the active rules or the version that is named; changes nothing.
 * @throws AppError `tenant/not-found`, `policy-set/not-found`; `policy-set/too-slow` when a version that does not decide takes too long, and
 * `service/unavailable` when too many of those are being judged.
 */
export async function evaluate(actor: Actor, body: EvaluateBody): Promise<EvaluationResource> {
  const { data } = await evaluateBatch(actor, [body]);
  const [only] = data;
  if (only === undefined) throw new Error('One question has one answer');
  return only;
}

/**
 * What policy would answer to each, in order, under one state of the configuration. A version that does not decide is judged in a thread of
 * its own.
 * @throws AppError as `evaluate`.
 */
export async function evaluateBatch(actor: Actor, items: readonly EvaluateBody[]): Promise<EvaluationBatch> {
  const config = await getPolicyConfig(actor.tenantId);
  if (config === null) throw new AppError('tenant/not-found');
  const data = new Map<EvaluateBody, EvaluationResource>();
  for (const name of new Set(items.map((item) => item.policy_version ?? null))) {
    const asked = items.filter((item) => (item.policy_version ?? null) === name);
    const set = await findNamedSet(actor, name, config);
    const verdicts = set === null || set === config.active ? [] : await verdictsOnDraft(actor, asked, config, set);
    for (const [index, item] of asked.entries()) {
      data.set(item, toEvaluation(evaluateAsked(item, config, actor, set, verdicts[index])));
    }
  }
  return { data: items.flatMap((item) => data.get(item) ?? []) };
}

function verdictsOnDraft(actor: Actor, asked: readonly Asked[], config: PolicyConfig, set: RuleSet) {
  return judgeDraft(
    actor.tenantId,
    set,
    asked.map((one) => ({ policyType: one.policy_type, input: inputOf(one, config, actor) })),
  );
}

function inputOf(asked: Asked, config: PolicyConfig, actor: Actor) {
  return toRuleInput(asked, estimateCost(asked), actor, config, nowMs());
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

function toEvaluation({ answer, cost, violations, explanation, errors }: Evaluated): EvaluationResource {
  const needsPerson = answer.decision === 'requires_approval';
  return {
    ...explanation,
    violations,
    errors,
    approval_level_required: needsPerson ? answer.level : null,
    min_approvals: answer.minApprovals,
    simulated_cost_cents: cost.estimateCents,
    timestamp: new Date(nowMs()).toISOString(),
  };
}
