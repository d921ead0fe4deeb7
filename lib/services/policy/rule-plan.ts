import type { Actor } from '@/lib/domain/access';
import { combineRules, type Rule, type RuleVerdict, rulesFor } from '@/lib/domain/policy';
import { type Condition, compileCondition, type RuleInput, toBindings } from '@/lib/platform/cel';
import type { RuleSet } from '@/lib/platform/db';
import type { Asked } from './evaluate';

/** A set's rules with their conditions, compiled once for as long as the set is remembered. */
const plans = new WeakMap<RuleSet, Map<string, Condition>>();

/** What a set says to a question; no query, no clock but `nowMs`. */
export function judge(set: RuleSet, asked: Asked, costCents: number | null, who: Actor, nowMs: number): RuleVerdict {
  const plan = plans.get(set) ?? compileSet(set);
  const bindings = toBindings(toInput(asked, costCents, who, nowMs));
  const outcomes = rulesFor(set.rules, asked.policy_type).map((rule) => {
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

function toInput(asked: Asked, costCents: number | null, who: Actor, nowMs: number): RuleInput {
  return {
    request: {
      policy_type: asked.policy_type,
      skill_id: asked.skill_id,
      agent_id: asked.agent_id ?? '',
      payload: asked.payload,
    },
    cost: costCents === null ? { known: false } : { known: true, estimate_cents: costCents },
    actor: { id: who.userId ?? who.keyId ?? '', name: who.name, role: who.role ?? '', level: who.level, via: who.via },
    tenant: { id: who.tenantId },
    now: nowMs,
  };
}
