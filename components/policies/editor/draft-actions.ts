import { freeId, type RuleDraft, type SetDraft } from './set-draft';

/** What can be done to a draft. `at` and `by` count places. */
export type DraftAction =
  | { type: 'describe'; part: Partial<Omit<SetDraft, 'rules'>> }
  | { type: 'change'; key: string; part: Partial<RuleDraft> }
  | { type: 'insert'; rule: RuleDraft; at: number }
  /** Puts in at the end a rule that knows nothing of the others: its id becomes one that none of them has. */
  | { type: 'add'; rule: RuleDraft }
  | { type: 'remove'; key: string }
  | { type: 'move'; key: string; by: -1 | 1 }
  | { type: 'replace'; draft: SetDraft };

/** The draft after an action; the rules that it does not touch stay the very same objects. */
export function changeDraft(draft: SetDraft, action: DraftAction): SetDraft {
  switch (action.type) {
    case 'describe':
      return { ...draft, ...action.part };
    case 'change':
      return {
        ...draft,
        rules: draft.rules.map((rule) => (rule.key === action.key ? { ...rule, ...action.part } : rule)),
      };
    case 'insert':
      return { ...draft, rules: draft.rules.toSpliced(action.at, 0, action.rule) };
    case 'add': {
      const ruleId = freeId(
        action.rule.ruleId,
        draft.rules.map((rule) => rule.ruleId),
      );
      return { ...draft, rules: [...draft.rules, { ...action.rule, ruleId }] };
    }
    case 'remove':
      return { ...draft, rules: draft.rules.filter(({ key }) => key !== action.key) };
    case 'move':
      return { ...draft, rules: moved(draft.rules, action.key, action.by) };
    case 'replace':
      return action.draft;
  }
}

function moved(rules: RuleDraft[], key: string, by: -1 | 1): RuleDraft[] {
  const from = rules.findIndex((rule) => rule.key === key);
  const to = from + by;
  const [rule, other] = [rules[from], rules[to]];
  return rule === undefined || other === undefined ? rules : rules.with(to, rule).with(from, other);
}
