import type { EvaluationResource, PolicyExplanation } from '@/lib/contracts';
import { evaluatePolicy, type PolicyAnswer, type PolicyQuestion, type RuleVerdict } from '@/lib/domain/policy';
import type { RuleInput } from '@/lib/platform/cel';
import type { PolicyConfig, RuleSet } from '@/lib/platform/db';
import { judge } from './rule-plan';
import { setName } from './set-name';

/** Everything that an answer depends on beside the rules and the configuration: plain data, which a record keeps. */
export interface Judged {
  facts: RuleInput;
  question: PolicyQuestion;
}

/**
 * What a set (null: the level configuration alone) answers to what was judged, under a configuration; `given` is what the set says,
 * where that was found out elsewhere. No query, no clock.
 */
export function judgeFacts(
  { facts, question }: Judged,
  config: Pick<PolicyConfig, 'levels' | 'emergencyStop' | 'budgets'>,
  set: RuleSet | null,
  given?: RuleVerdict,
): { answer: PolicyAnswer; verdict: RuleVerdict | null } {
  const verdict = set === null ? null : (given ?? judge(set, question.policyType, facts));
  return { answer: evaluatePolicy(question, { ...config, verdict }), verdict };
}

/** Why an answer is what it is, as it is shown and kept. */
export function toExplanation(
  answer: PolicyAnswer,
  verdict: RuleVerdict | null,
  { tenantId, configVersion }: Pick<PolicyConfig, 'tenantId' | 'configVersion'>,
  set: RuleSet | null,
): { explanation: Omit<PolicyExplanation, 'violations'>; errors: EvaluationResource['errors'] } {
  return {
    explanation: {
      decision: answer.decision,
      reasons: answer.reasons,
      matched_rules: (verdict?.matched ?? []).map(({ ruleId, ...rule }) => ({ rule_id: ruleId, ...rule })),
      policy_version: setName(tenantId, set?.version ?? configVersion),
    },
    errors: (verdict?.errors ?? []).map(({ ruleId, message }) => ({ rule_id: ruleId, message })),
  };
}
