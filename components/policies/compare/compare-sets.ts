import type { PolicySetResource, RuleBody } from '@/lib/contracts';

/** A part of a rule that two versions say differently; `words` where it is worth comparing word by word. */
export interface FieldChange {
  label: string;
  before: string;
  after: string;
  words: boolean;
}

export interface RuleChange {
  ruleId: string;
  before: RuleBody;
  after: RuleBody;
  fields: FieldChange[];
}

export interface SetComparison {
  /** What the two say besides their rules. */
  fields: FieldChange[];
  added: RuleBody[];
  removed: RuleBody[];
  changed: RuleChange[];
  /** How many rules are the same in both. */
  unchanged: number;
}

type Compared = Pick<PolicySetResource, 'description' | 'default' | 'rules'>;

/** What differs from version `a` to version `b`. Rules are the same by their ids; the order, which decides nothing, is no difference. */
export function compareSets(a: Compared, b: Compared): SetComparison {
  const [before, after] = [a, b].map(({ rules }) => new Map(rules.map((rule) => [rule.rule_id, rule])));
  const changed: RuleChange[] = [];
  let unchanged = 0;
  for (const rule of b.rules) {
    const old = before?.get(rule.rule_id);
    if (old === undefined) continue;
    const fields = changesOf(ruleFields(old), ruleFields(rule));
    if (fields.length === 0) unchanged++;
    else changed.push({ ruleId: rule.rule_id, before: old, after: rule, fields });
  }
  return {
    fields: changesOf(setFields(a), setFields(b)),
    added: b.rules.filter(({ rule_id: id }) => !before?.has(id)),
    removed: a.rules.filter(({ rule_id: id }) => !after?.has(id)),
    changed,
    unchanged,
  };
}

interface Field {
  label: string;
  text: string;
  words?: boolean;
}

function changesOf(before: readonly Field[], after: readonly Field[]): FieldChange[] {
  return before.flatMap(({ label, text, words = false }, index) => {
    const now = after[index]?.text ?? '';
    return now === text ? [] : [{ label, before: text, after: now, words }];
  });
}

function setFields({ description, default: { effect, level } }: Compared): Field[] {
  return [
    { label: 'Description', text: description ?? '', words: true },
    { label: 'Where no rule matches', text: effect === 'deny' ? 'deny' : `approval at level ${level}` },
  ];
}

/** Every field of a rule, always in this order. */
function ruleFields(rule: RuleBody): Field[] {
  return [
    { label: 'Effect', text: rule.effect.replace('_', ' ') },
    { label: 'Level', text: rule.level == null ? 'as configured' : `level ${rule.level}` },
    { label: 'People', text: rule.min_approvals == null ? 'as configured' : String(rule.min_approvals) },
    {
      label: 'Expires after',
      text: rule.expires_in_seconds == null ? 'as configured' : `${rule.expires_in_seconds} s`,
    },
    { label: 'Policy type', text: rule.policy_type ?? 'every type' },
    { label: 'Priority', text: String(rule.priority) },
    { label: 'Reason', text: rule.reason, words: true },
    { label: 'Condition', text: rule.when, words: true },
    { label: 'Tags', text: rule.tags.join(', ') },
    { label: 'Examples', text: rule.examples.map(describeExample).join('\n'), words: true },
  ];
}

function describeExample({ name, request, expect }: RuleBody['examples'][number]): string {
  const asked = Object.fromEntries(Object.entries(request).filter(([, value]) => value != null));
  return `${name}: ${JSON.stringify(asked)} ${expect ? 'matches' : 'does not match'}`;
}

/** "2 rules added, 1 changed, 20 as they were". */
export function describeComparison({ fields, added, removed, changed, unchanged }: SetComparison): string {
  const parts = [
    [added.length, 'added'],
    [removed.length, 'removed'],
    [changed.length, 'changed'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  if (said.length === 0 && fields.length === 0) return 'Both say the same.';
  const rules = said.length === 0 ? 'No rule is different' : `Rules: ${said.join(', ')}`;
  return `${rules}, ${unchanged} as ${unchanged === 1 ? 'it was' : 'they were'}.`;
}
