import { combineRules, type PolicyType, type Rule, type RuleVerdict, rulesFor } from '@/lib/domain/policy';
import { type Condition, compileCondition, type RuleInput, toBindings } from '@/lib/platform/cel';
import type { RuleSet } from '@/lib/platform/db';

/** A set's rules with their conditions, compiled once for as long as the set is remembered. */
const plans = new WeakMap<RuleSet, Map<string, Condition>>();

/** What a set says to a question; no query, no clock. */
export function judge(set: RuleSet, policyType: PolicyType, input: RuleInput): RuleVerdict {
  const plan = plans.get(set) ?? compileSet(set);
  const bindings = toBindings(input);
  const outcomes = rulesFor(set.rules, policyType).map((rule) => {
    const condition = plan.get(rule.ruleId);
    return { rule, outcome: condition === undefined ? { error: 'The rule is not compiled' } : condition(bindings) };
  });
  return combineRules(outcomes, set.fallback);
}

function compileSet(set: RuleSet): Map<string, Condition> {
  const plan = new Map(set.rules.map((rule) => [rule.ruleId, compileSafely(rule)]));
  plans.set(set, plan);
  return plan;
}

/** A condition was compiled when it was saved; if this build refuses it, the rule fails closed and says so. */
function compileSafely(rule: Rule): Condition {
  try {
    return compileCondition(rule.when);
  } catch (error) {
    const outcome = { error: error instanceof Error ? error.message : String(error) };
    return () => outcome;
  }
}
