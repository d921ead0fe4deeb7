import { combineRules, type PolicyType, type Rule, type RuleVerdict, rulesFor } from '@/lib/domain/policy';
import { type Condition, compileCondition, type RuleInput, readsVariable, toBindings } from '@/lib/platform/cel';
import type { RuleSet } from '@/lib/platform/db';

/** A set's rules with their conditions, compiled once for as long as the set is remembered. */
const plans = new WeakMap<RuleSet, Map<string, PlannedRule>>();

interface PlannedRule {
  condition: Condition;
  /** Whether its condition looks at the cost, on whatever path. */
  readsCost: boolean;
}

/** What a set says to a question; no query, no clock. */
export function judge(set: RuleSet, policyType: PolicyType, input: RuleInput): RuleVerdict {
  const plan = plans.get(set) ?? compileSet(set);
  const bindings = toBindings(input);
  const outcomes = rulesFor(set.rules, policyType).map((rule) => {
    const planned = plan.get(rule.ruleId);
    if (planned === undefined) return { rule, outcome: { error: 'The rule is not compiled' } };
    return { rule, outcome: planned.condition(bindings), readsCost: planned.readsCost };
  });
  return combineRules(outcomes, set.fallback);
}

function compileSet(set: RuleSet): Map<string, PlannedRule> {
  const plan = new Map(set.rules.map((rule) => [rule.ruleId, compileSafely(rule)]));
  plans.set(set, plan);
  return plan;
}

/** A condition was compiled when it was saved; if this build refuses it, the rule fails closed and says so. */
function compileSafely(rule: Rule): PlannedRule {
  try {
    return { condition: compileCondition(rule.when), readsCost: readsVariable(rule.when, 'cost') };
  } catch (error) {
    const outcome = { error: error instanceof Error ? error.message : String(error) };
    return { condition: () => outcome, readsCost: true };
  }
}
