import { type DraftRuleResource, RuleBody } from '@/lib/contracts';

/** Where a rule waits for the editor that was drawn elsewhere. */
const KEY = 'countersign.policy-draft-rule';
export const DRAWN_HREF = '/policies/new?draft=precedents';

/** Leaves a rule for the editor, in this tab alone. */
export function rememberDrawnRule(rule: DraftRuleResource['rule']): void {
  sessionStorage.setItem(KEY, JSON.stringify(rule));
}

/** Takes the rule that was left, if one was; it is then in the editor, which keeps it. */
export function takeDrawnRule(): RuleBody | null {
  try {
    const left: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    sessionStorage.removeItem(KEY);
    return RuleBody.safeParse(left).data ?? null;
  } catch {
    // Storage may be blocked altogether, or hold what somebody else wrote there: there is then no rule.
    return null;
  }
}
