import type {
  EvaluateBody,
  EvaluationBatch,
  EvaluationResource,
  PolicyExplanation,
  PolicyViolation,
} from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { type Budget, budgetsFor, type CostBand, type PolicyAnswer, type PolicyType } from '@/lib/domain/policy';
import { nowMs } from '@/lib/platform/clock';
import { newId } from '@/lib/platform/crypto';
import { findRuleSet, type PolicyConfig, type RuleSet } from '@/lib/platform/db';
import { getPolicyConfig } from './config-cache';
import { type CostEstimate, countIn, estimateCost } from './cost';
import { type Judged, judgeFacts, toExplanation } from './judge';
import { recordAsked } from './record';
import { toRuleInput } from './rule-input';
import { readSetName } from './set-name';
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
  /** What was judged: whoever judges it again, under other rules, compares like with like. */
  judged: Judged;
  answer: PolicyAnswer;
  cost: CostEstimate;
  violations: PolicyViolation[];
  /** The budgets that speak for it, as they were read. */
  budgets: Budget[];
  explanation: PolicyExplanation;
  /** The rules whose conditions failed. */
  errors: EvaluationResource['errors'];
}

/** Asks the one policy function about something, under one configuration and its active set or another one. No query. */
export function evaluateAsked(asked: Asked, config: PolicyConfig, actor: Actor, set = config.active): Evaluated {
  const cost = estimateCost(asked, config);
  const budgets = budgetsFor(config.budgets, { agentId: asked.agent_id ?? null, skillId: asked.skill_id });
  const violations = violationsOf(config, budgets, cost.estimateCents);
  const judged: Judged = {
    facts: toRuleInput(asked, cost, actor, config, nowMs()),
    question: {
      policyType: asked.policy_type,
      skillId: asked.skill_id,
      agentId: asked.agent_id ?? null,
      costCents: cost.estimateCents,
      costP95Cents: cost.band?.p95Cents ?? null,
      costDistrust: cost.distrust,
      tokens: countIn(asked.payload, 'tokens'),
      requiredLevel: asked.required_level ?? null,
      minApprovals: asked.min_approvals ?? null,
    },
  };
  const { answer, verdict } = judgeFacts(judged, config, set);
  const { explanation, errors } = toExplanation(answer, verdict, config, set);
  const kept = { ...explanation, violations, cost: toKeptCost(cost) };
  return { judged, answer, cost, budgets, violations, explanation: kept, errors };
}

/**
 * What policy would answer, with the active rules or the version that is named; changes nothing. What software asks is recorded; a try
 * is not.
 * @throws AppError `tenant/not-found`, `policy-set/not-found`.
 */
export async function evaluate(actor: Actor, body: EvaluateBody): Promise<EvaluationResource> {
  const config = await getPolicyConfig(actor.tenantId);
  if (config === null) throw new AppError('tenant/not-found');
  return answerAsked(actor, body, config, await findNamedSet(actor, body.policy_version, config));
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
  return { data: items.map((item) => answerAsked(actor, item, config, sets.get(item.policy_version ?? null) ?? null)) };
}

function answerAsked(actor: Actor, body: EvaluateBody, config: PolicyConfig, set: RuleSet | null): EvaluationResource {
  const evaluationId = newId('evaluation');
  const evaluated = evaluateAsked(body, config, actor, set);
  if (!isTry(actor, body)) recordAsked(evaluationId, evaluated, config);
  return toEvaluation(evaluationId, evaluated, body);
}

/** Whether it is about the rules and not about the world: it names a version, or a person asks in the console. */
function isTry({ via }: Actor, { policy_version: name }: EvaluateBody): boolean {
  return name != null || via === 'session';
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

/** What was expected when it was asked, as a request keeps it; null when nobody knew. */
function toKeptCost({ band, modelVersion, modelCents }: CostEstimate): PolicyExplanation['cost'] {
  if (band === null) return null;
  return { ...toBandResource(band, modelVersion), model_cents: modelCents };
}

function toBandResource({ p50Cents, p95Cents, confidence }: CostBand, modelVersion: number | null) {
  return { p50_cents: p50Cents, p95_cents: p95Cents, confidence, model_version: modelVersion };
}

/** The answer; its figures are left out where the caller does not want them, and the decision is the same. */
function toEvaluation(
  evaluationId: string,
  { judged, answer, cost, explanation, errors }: Evaluated,
  { simulate_cost: simulate = true }: Pick<EvaluateBody, 'simulate_cost'>,
): EvaluationResource {
  const { band, modelVersion } = cost;
  const needsPerson = answer.decision === 'requires_approval';
  return {
    ...explanation,
    errors,
    approval_level_required: needsPerson ? answer.level : null,
    min_approvals: answer.minApprovals,
    simulated_cost_cents: simulate ? cost.estimateCents : null,
    cost: simulate && band !== null ? toBandResource(band, modelVersion) : null,
    evaluation_id: evaluationId,
    timestamp: new Date(judged.facts.now).toISOString(),
  };
}
