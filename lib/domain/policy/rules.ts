import type { PolicyType } from './levels';

export const RULE_EFFECTS = ['allow', 'deny', 'require_approval'] as const;
export type RuleEffect = (typeof RULE_EFFECTS)[number];

/** One rule of a set. Its condition is an expression (CEL); everything else is data. */
export interface Rule {
  ruleId: string;
  /** Higher is told first. It decides nothing: combination does not depend on order. */
  priority: number;
  /** What it speaks for; null for every type. */
  policyType: PolicyType | null;
  when: string;
  effect: RuleEffect;
  /** For `require_approval`; null leaves it to the level configuration. */
  level: number | null;
  minApprovals: number | null;
  expiresInSeconds: number | null;
  reason: string;
  tags: readonly string[];
}

/** What a set answers when none of its rules matches. It can be stricter than this, never an allow. */
export interface RuleDefault {
  effect: 'require_approval' | 'deny';
  level: number;
}

/** What became of a rule's condition: true, false, or an error with its message. */
export type RuleOutcome = boolean | { error: string };

export interface MatchedRule {
  ruleId: string;
  effect: RuleEffect;
  level: number | null;
  reason: string;
}

/**
 * What the matched rules that require approval ask for: the most that any of them says, and whether one leaves it open, in which case the
 * level configuration has a say too.
 */
export interface Demand {
  atLeast: number | null;
  isOpen: boolean;
}

export interface RuleVerdict {
  effect: RuleEffect;
  /** The rules that matched, errors that count as a match included, by priority and then by id. */
  matched: MatchedRule[];
  errors: { ruleId: string; message: string }[];
  level: Demand;
  minApprovals: Demand;
  /** The shortest that a matched rule sets. */
  expiresInSeconds: number | null;
  /** Whether nothing matched and the set's default answered. */
  isDefault: boolean;
  /** Whether it is allowed, and only by rules that look at the cost. */
  restsOnCost: boolean;
}

/**
 * Combines what became of every rule: any deny wins, else require approval at the highest level, else allow; nothing matched → the
 * default. Fails closed: a condition that errs counts as matched where the rule denies or requires approval, as unmatched where it
 * allows. The answer does not depend on the order of the rules, and another deny never allows more.
 */
export function combineRules(
  outcomes: readonly { rule: Rule; outcome: RuleOutcome; readsCost?: boolean }[],
  fallback: RuleDefault,
): RuleVerdict {
  const errors = outcomes.flatMap(({ rule, outcome }) =>
    typeof outcome === 'object' ? [{ ruleId: rule.ruleId, message: outcome.error }] : [],
  );
  const matches = outcomes.filter(({ rule, outcome }) => isMatch(rule, outcome));
  const matched = matches.map(({ rule }) => rule);
  const asking = matched.filter((rule) => rule.effect === 'require_approval');
  const denies = matched.some((rule) => rule.effect === 'deny');
  const isDefault = matched.length === 0;
  return {
    effect: isDefault ? fallback.effect : denies ? 'deny' : asking.length > 0 ? 'require_approval' : 'allow',
    matched: matched.sort(byPriority).map(({ ruleId, effect, level, reason }) => ({ ruleId, effect, level, reason })),
    errors: errors.sort((a, b) => compare(a.ruleId, b.ruleId)),
    level: isDefault ? { atLeast: fallback.level, isOpen: false } : demand(asking.map((rule) => rule.level)),
    minApprovals: isDefault ? { atLeast: null, isOpen: true } : demand(asking.map((rule) => rule.minApprovals)),
    expiresInSeconds: lowest(asking.map((rule) => rule.expiresInSeconds)),
    isDefault,
    restsOnCost: !isDefault && matches.every(({ rule, readsCost }) => rule.effect === 'allow' && readsCost === true),
  };
}

/** Whether a rule speaks for a type of policy. */
export function speaksFor(rule: Pick<Rule, 'policyType'>, policyType: PolicyType): boolean {
  return rule.policyType === null || rule.policyType === policyType;
}

function isMatch(rule: Rule, outcome: RuleOutcome): boolean {
  return typeof outcome === 'boolean' ? outcome : rule.effect !== 'allow';
}

function byPriority(a: Rule, b: Rule): number {
  return b.priority - a.priority || compare(a.ruleId, b.ruleId);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function demand(values: readonly (number | null)[]): Demand {
  const said = values.filter((value) => value !== null);
  return { atLeast: said.length === 0 ? null : Math.max(...said), isOpen: said.length < values.length };
}

function lowest(values: readonly (number | null)[]): number | null {
  const said = values.filter((value) => value !== null);
  return said.length === 0 ? null : Math.min(...said);
}
