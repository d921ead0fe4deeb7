import { type Budget, budgetsFor, describeExceeded, exceededBudgets } from './budgets';
import { formatCents } from './format-cents';
import { type EscalationStep, type LevelConfig, type LevelQuestion, mostSpecific } from './levels';
import type { Demand, RuleVerdict } from './rules';

export const POLICY_DECISIONS = ['allow', 'deny', 'requires_approval'] as const;
export type PolicyDecision = (typeof POLICY_DECISIONS)[number];

/** Where no configuration speaks: level 3, escalation after five minutes, expiry after a day (the seed's defaults). */
export const DEFAULT_LEVEL = 3;
export const DEFAULT_ESCALATE_AFTER_SECONDS = 300;
export const DEFAULT_EXPIRES_IN_SECONDS = 24 * 60 * 60;

export interface PolicyQuestion extends LevelQuestion {
  /** What it would cost in cents, the median: budgets are drawn by it; null when nobody knows, which never approves anything by itself. */
  costCents: number | null;
  /** The cautious end of the same band, at least as much: ceilings look at it. */
  costP95Cents: number | null;
  /** Why nothing is approved by its cost without a person; null when something may be. */
  costDistrust: string | null;
  /** How many tokens it would use; null when unknown. */
  tokens: number | null;
  /** What the caller adds. It can only tighten. */
  requiredLevel: number | null;
  minApprovals: number | null;
}

export interface PolicyAnswer {
  decision: PolicyDecision;
  reasons: string[];
  level: number;
  minApprovals: number;
  minRejectLevel: number;
  escalateAfterSeconds: number;
  escalateTo: string | null;
  escalateLevel: number | null;
  escalateThen: readonly EscalationStep[];
  expiresInSeconds: number;
  /** What a rule sets: who asks can have less, never more. Null where no rule says it. */
  expiresAtMost: number | null;
}

/** Under what a question is answered. `verdict` is the active rule set's; null where no set is active. */
export interface PolicyRules {
  levels: readonly LevelConfig[];
  emergencyStop: { active: boolean; reason: string | null };
  /** The tenant's budgets; those that speak for the question are found here. */
  budgets: readonly Budget[];
  verdict: RuleVerdict | null;
}

/**
 * What policy answers: emergency stop, then budgets, then the rules of the active set, whose gaps the level configuration fills; without an
 * active set the level configuration, then its automatic ceiling. What the caller asks for is combined by maximum and turns an allow into
 * require approval. So does an unknown cost where a budget speaks for it: it cannot be measured, so nothing pays for it by itself.
 */
export function evaluatePolicy(question: PolicyQuestion, config: PolicyRules): PolicyAnswer {
  const row = mostSpecific(config.levels, question);
  const answer: PolicyAnswer = {
    decision: 'requires_approval',
    reasons: [],
    level: Math.max(row?.level ?? DEFAULT_LEVEL, question.requiredLevel ?? 0),
    minApprovals: Math.max(row?.minApprovals ?? 1, question.minApprovals ?? 1),
    minRejectLevel: row?.minRejectLevel ?? 1,
    escalateAfterSeconds: row?.escalateAfterSeconds ?? DEFAULT_ESCALATE_AFTER_SECONDS,
    escalateTo: row?.escalateTo ?? null,
    escalateLevel: row?.escalateLevel ?? null,
    escalateThen: row?.escalateThen ?? [],
    expiresInSeconds: row?.expiresInSeconds ?? DEFAULT_EXPIRES_IN_SECONDS,
    expiresAtMost: null,
  };
  if (config.emergencyStop.active) {
    return { ...answer, decision: 'deny', reasons: [describeStop(config.emergencyStop.reason)] };
  }
  const budgets = budgetsFor(config.budgets, question);
  const cost = question.costCents;
  const exceeded = exceededBudgets(budgets, cost);
  if (cost !== null && exceeded.length > 0) {
    return { ...answer, decision: 'deny', reasons: exceeded.map((budget) => describeExceeded(budget, cost)) };
  }
  const decided =
    config.verdict === null ? byLevels(question, row, answer) : byRules(question, config.verdict, row, answer);
  if (decided.decision !== 'allow' || cost !== null || budgets.length === 0) return decided;
  return { ...decided, decision: 'requires_approval', reasons: [...decided.reasons, UNMEASURED] };
}

const UNMEASURED = 'The cost is unknown and a budget applies, so it is not approved automatically';

/** The level configuration decides, and its automatic ceiling. */
function byLevels(question: PolicyQuestion, row: LevelConfig | null, answer: PolicyAnswer): PolicyAnswer {
  const tightened = question.requiredLevel !== null || question.minApprovals !== null;
  const ceiling = row === null ? null : withinCeiling(row, question);
  if (ceiling !== null && !tightened) return { ...answer, decision: 'allow', reasons: [ceiling] };
  return { ...answer, reasons: [...describe(row, question), ...(tightened ? [describeTightening(question)] : [])] };
}

/** What is said while the emergency stop is on. */
export function describeStop(reason: string | null): string {
  return `The emergency stop is on${reason ? `: ${reason}` : ''}`;
}

/** The rules decide; the level configuration fills in only what they leave open. */
function byRules(
  question: PolicyQuestion,
  verdict: RuleVerdict,
  row: LevelConfig | null,
  answer: PolicyAnswer,
): PolicyAnswer {
  const reasons = describeVerdict(verdict);
  if (verdict.effect === 'deny') return { ...answer, decision: 'deny', reasons };
  const tightened = question.requiredLevel !== null || question.minApprovals !== null;
  if (verdict.effect === 'allow') {
    const distrust = verdict.restsOnCost ? question.costDistrust : null;
    if (!tightened && distrust === null) return { ...answer, decision: 'allow', reasons };
    const held = [distrust, tightened ? describeTightening(question) : null].filter((reason) => reason !== null);
    return { ...answer, reasons: [...reasons, ...held] };
  }
  return {
    ...answer,
    level: Math.max(demanded(verdict.level, row?.level ?? DEFAULT_LEVEL), question.requiredLevel ?? 0),
    minApprovals: Math.max(demanded(verdict.minApprovals, row?.minApprovals ?? 1), question.minApprovals ?? 1),
    expiresInSeconds: verdict.expiresInSeconds ?? answer.expiresInSeconds,
    expiresAtMost: verdict.expiresInSeconds,
    reasons: [...reasons, ...(tightened ? [describeTightening(question)] : [])],
  };
}

/** The most that the rules say, and the configuration's where one of them leaves it open. */
function demanded({ atLeast, isOpen }: Demand, configured: number): number {
  return Math.max(atLeast ?? 0, isOpen ? configured : 0);
}

/** The reasons of the rules that made the answer what it is, then those that failed and were counted. */
function describeVerdict(verdict: RuleVerdict): string[] {
  if (verdict.isDefault) {
    const what = verdict.effect === 'deny' ? 'is denied' : `needs approval at level ${verdict.level.atLeast}`;
    return [`No rule speaks for this, and what no rule speaks for ${what}`];
  }
  const deciding = verdict.matched.filter((rule) => rule.effect === verdict.effect).map((rule) => rule.reason);
  const matched = new Set(verdict.matched.map((rule) => rule.ruleId));
  const failed = verdict.errors.filter(({ ruleId }) => matched.has(ruleId));
  return [
    ...new Set(deciding),
    ...failed.map(({ ruleId, message }) => `Rule ${ruleId} could not be evaluated and counts as matched: ${message}`),
  ];
}

/**
 * Why the configuration's ceilings allow this by themselves; null when they do not. Every ceiling that is set must hold, and what costs
 * nobody knows how much, or by a model that is not trusted, is never approved automatically, whichever ceiling is set.
 */
function withinCeiling(row: LevelConfig, question: PolicyQuestion): string | null {
  const { autoApproveMaxCostCents: maxCost, autoApproveMaxTokens: maxTokens } = row;
  if (maxCost === null && maxTokens === null) return null;
  if (question.costP95Cents === null || question.costDistrust !== null) return null;
  if (maxCost !== null && question.costP95Cents > maxCost) return null;
  if (maxTokens !== null && (question.tokens === null || question.tokens > maxTokens)) return null;
  const limits = [
    maxCost === null ? null : `a cost of at most ${formatCents(maxCost)}`,
    maxTokens === null ? null : `at most ${maxTokens} tokens`,
  ].filter((limit) => limit !== null);
  return `Approved automatically: ${scopeOf(row)} allows ${limits.join(' and ')}`;
}

function describe(row: LevelConfig | null, question: PolicyQuestion): string[] {
  if (row === null) return [`Nothing is configured for ${question.skillId}: the default is level ${DEFAULT_LEVEL}`];
  const people = row.minApprovals > 1 ? ` by ${row.minApprovals} people` : '';
  // A skill's name stays as it is written; a sentence that begins with ours begins with a capital.
  const scope = row.skillId === null ? capitalise(scopeOf(row)) : scopeOf(row);
  return [`${scope} needs approval at level ${row.level}${people}`, ...describeCeilings(row, question)];
}

/** Which of the ceilings that are set kept this from being approved automatically. */
function describeCeilings(row: LevelConfig, question: PolicyQuestion): string[] {
  const { autoApproveMaxCostCents: maxCost, autoApproveMaxTokens: maxTokens } = row;
  if (maxCost === null && maxTokens === null) return [];
  const { costP95Cents: cost, tokens } = question;
  return [
    cost === null ? 'The cost is unknown, so it is not approved automatically' : question.costDistrust,
    cost !== null && maxCost !== null && cost > maxCost
      ? `The cost of ${cost === question.costCents ? '' : 'up to '}${formatCents(cost)} is above the automatic limit of ${formatCents(maxCost)}`
      : null,
    maxTokens !== null && tokens === null
      ? 'The number of tokens is unknown, so it is not approved automatically'
      : null,
    maxTokens !== null && tokens !== null && tokens > maxTokens
      ? `The ${tokens} tokens are above the automatic limit of ${maxTokens}`
      : null,
  ].filter((reason) => reason !== null);
}

function describeTightening(question: PolicyQuestion): string {
  const asked = [
    question.requiredLevel === null ? null : `level ${question.requiredLevel}`,
    question.minApprovals === null
      ? null
      : `${question.minApprovals} approval${question.minApprovals === 1 ? '' : 's'}`,
  ].filter((part) => part !== null);
  return `The caller asked for at least ${asked.join(' and ')}`;
}

function scopeOf(row: LevelConfig): string {
  const parts = [
    row.skillId,
    row.agentId === null ? null : `asked by ${row.agentId}`,
    row.policyType === null ? null : `(${row.policyType.replace('_', ' ')})`,
  ].filter((part) => part !== null);
  return parts.length === 0
    ? 'every request'
    : row.skillId === null
      ? `every request ${parts.join(' ')}`
      : parts.join(' ');
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
