import type { ApprovalRequestResource } from '@/lib/contracts';

export interface Reason {
  text: string;
  /** What this reason by itself asked for; null where it names no level of its own. What the request needs now may be more. */
  level: number | null;
  ruleId: string | null;
}

/** Every matched rule with its level, then the reasons that no rule gives. */
export function reasonsOf(policy: ApprovalRequestResource['policy']): Reason[] {
  const ruled = policy.matched_rules.map(({ reason, level, rule_id }) => ({ text: reason, level, ruleId: rule_id }));
  const named = new Set(ruled.map(({ text }) => text));
  const others = policy.reasons.filter((text) => !named.has(text)).map((text) => ({ text, level: null, ruleId: null }));
  return [...ruled, ...others];
}
