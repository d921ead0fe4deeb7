import type {
  EvaluateBody,
  EvaluationBatch,
  EvaluationResource,
  PolicyExplanation,
  PolicyViolation,
} from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { AppError, isAppError, problemMembers } from '@/lib/domain/errors';
import {
  type Budget,
  budgetsFor,
  type CostBand,
  type PolicyAnswer,
  type PolicyType,
  type RuleVerdict,
} from '@/lib/domain/policy';
import { mentionsHistory } from '@/lib/platform/cel';
import { inSlices, nowMs } from '@/lib/platform/clock';
import { newId } from '@/lib/platform/crypto';
import { findHistories, findRuleSet, type PolicyConfig, type RuleSet } from '@/lib/platform/db';
import { getPolicyConfig } from './config-cache';
import { type CostEstimate, countIn, estimateCost } from './cost';
import { type Judged, judgeFacts, toExplanation } from './judge';
import { recordAsked } from './record';
import { toRuleInput } from './rule-input';
import { beginJudging, type DraftJudge, type DraftQuestion } from './rule-plan';
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
  return evaluateFacts(factsOf(asked, config, actor), config, set);
}

/** Everything that an answer depends on beside the rules, and what it would cost. */
interface Facts {
  judged: Judged;
  cost: CostEstimate;
  budgets: Budget[];
  violations: PolicyViolation[];
}

function factsOf(asked: Asked, config: PolicyConfig, actor: Actor): Facts {
  const cost = estimateCost(asked, config);
  const budgets = budgetsFor(config.budgets, { agentId: asked.agent_id ?? null, skillId: asked.skill_id });
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
  return { judged, cost, budgets, violations: violationsOf(config, budgets, cost.estimateCents) };
}

/** `given` is what the set says, where that was found out elsewhere. */
function evaluateFacts(facts: Facts, config: PolicyConfig, set: RuleSet | null, given?: RuleVerdict): Evaluated {
  const { answer, verdict } = judgeFacts(facts.judged, config, set, given);
  const { explanation, errors } = toExplanation(answer, verdict, config, set);
  const kept = { ...explanation, violations: facts.violations, cost: toKeptCost(facts.cost) };
  return { ...facts, answer, explanation: kept, errors };
}

/**
 * What policy would answer, with the active rules or the version that is named; changes nothing. What software asks is recorded; a try
 * is not.
 * @throws AppError `tenant/not-found`, `policy-set/not-found`; `policy-set/too-slow` when a version that does not decide takes too long, and
 * `service/unavailable` when too many of those are being judged.
 */
export async function evaluate(actor: Actor, body: EvaluateBody): Promise<EvaluationResource> {
  const [only] = await answerEach(actor, [body]);
  if (only === undefined) throw new Error('One question has one answer');
  if (isAppError(only)) throw only;
  return only;
}

/**
 * What policy would answer to each, in order, under one state of the configuration. Many of them do not hold the event loop. A version that
 * does not decide is judged in a thread of its own; what it cannot answer, or names a version that is not there, has its problem in its
 * place, and the others their answers.
 * @throws AppError `tenant/not-found`; `service/unavailable` when too many versions that do not decide are being judged.
 */
export async function evaluateBatch(actor: Actor, items: readonly EvaluateBody[]): Promise<EvaluationBatch> {
  const answers = await answerEach(actor, items);
  return { data: answers.map((one) => (isAppError(one) ? { problem: problemMembers(one) } : one)) };
}

async function answerEach(actor: Actor, items: readonly EvaluateBody[]): Promise<(EvaluationResource | AppError)[]> {
  const config = await getPolicyConfig(actor.tenantId);
  if (config === null) throw new AppError('tenant/not-found');
  const answers: (EvaluationResource | AppError)[] = [];
  const judging = beginJudging(actor.tenantId);
  for (const name of new Set(items.map((item) => item.policy_version ?? null))) {
    const places = items.flatMap((item, place) => ((item.policy_version ?? null) === name ? [place] : []));
    const bodies = places.flatMap((place) => items[place] ?? []);
    const given = await answerUnder(actor, config, name, bodies, judging);
    for (const [index, answer] of given.entries()) answers[places[index] ?? 0] = answer;
  }
  return answers;
}

/** The answers to questions that name the same version, or none. */
async function answerUnder(
  actor: Actor,
  config: PolicyConfig,
  name: string | null,
  bodies: readonly EvaluateBody[],
  judging: DraftJudge,
): Promise<(EvaluationResource | AppError)[]> {
  const set = name === null ? config.active : await findNamedSet(actor, name, config);
  if (set === null && name !== null) return bodies.map(() => new AppError('policy-set/not-found'));
  const known = await withHistoryFor(set, config);
  const facts: Facts[] = [];
  await inSlices(bodies, (item) => facts.push(factsOf(item, known, actor)));
  const verdicts = set === null || set === config.active ? [] : await judging(set, facts.map(toQuestion));
  const answers: (EvaluationResource | AppError)[] = [];
  await inSlices(facts.entries(), ([index, one]) => {
    const verdict = verdicts[index];
    if (isAppError(verdict)) return answers.push(verdict);
    const evaluationId = newId('evaluation');
    const evaluated = evaluateFacts(one, config, set, verdict);
    if (!isTry(actor, name)) recordAsked(evaluationId, evaluated, config);
    return answers.push(toEvaluation(evaluationId, evaluated, bodies[index]?.simulate_cost ?? true));
  });
  return answers;
}

function toQuestion({ judged }: Facts): DraftQuestion {
  return { policyType: judged.question.policyType, input: judged.facts };
}

/** Whether it is about the rules and not about the world: it names a version, or a person asks in the console. */
function isTry({ via }: Actor, name: string | null): boolean {
  return name !== null || via === 'session';
}

/** The configuration with what was asked for before, where a version that does not decide looks at it and nobody else does. */
async function withHistoryFor(set: RuleSet | null, config: PolicyConfig): Promise<PolicyConfig> {
  if (set === null || set === config.active || config.history || !mentionsHistory(set)) return config;
  return { ...config, history: await findHistories(config.tenantId) };
}

async function findNamedSet(actor: Actor, name: string, config: PolicyConfig): Promise<RuleSet | null> {
  const version = readSetName(actor.tenantId, name);
  if (version === null || version === config.active?.version) return version === null ? null : config.active;
  return findRuleSet(actor.tenantId, version);
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
  simulate: boolean,
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
