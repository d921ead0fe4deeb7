import type { DraftRuleResource } from '@/lib/contracts';

/** Where the editor looks for a rule that was drawn elsewhere. */
const KEY = 'countersign.policy-draft-rule';
export const EDITOR_HREF = '/policies/new?draft=precedents';

/** Leaves a rule for the editor, in this tab alone. */
export function rememberDraft(rule: DraftRuleResource['rule']): void {
  sessionStorage.setItem(KEY, JSON.stringify(rule));
}
