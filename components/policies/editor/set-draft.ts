import type { CodeFault } from '@/components/code/code-mirror';
import { readJsonObject } from '@/components/code/json-text';
import { formatWait, NOT_A_WAIT, parseWait } from '@/components/settings/waits';
import { MISSING, toSentence } from '@/components/ui/form-problem';
import { newKey } from '@/components/ui/new-key';
import { type PolicySetBody, RuleBody, RuleExample } from '@/lib/contracts';
import type { PolicyType, RuleEffect } from '@/lib/domain/policy';
import { readTags, toTagsText } from './tags-text';

/** An example of a rule as its fields hold it. */
export interface ExampleDraft {
  key: string;
  name: string;
  /** JSON: what is asked for, and the `flags` and the `history` that are as they are in it. */
  request: string;
  expect: boolean;
}

/** A rule as its fields hold it; numbers are texts, and empty where nothing is said. */
export interface RuleDraft {
  /** Which rule it is while it is edited; nobody else sees it. */
  key: string;
  ruleId: string;
  effect: RuleEffect;
  level: string;
  minApprovals: string;
  /** "30 min": as it is typed. */
  expiresIn: string;
  reason: string;
  policyType: PolicyType | '';
  priority: string;
  tags: string;
  when: string;
  examples: ExampleDraft[];
}

export interface SetDraft {
  description: string;
  defaultEffect: 'require_approval' | 'deny';
  defaultLevel: number;
  rules: RuleDraft[];
}

/** What is wrong with a rule, by field: the API's names, and `examples/0` for an example. */
export type RuleFaults = Readonly<Record<string, string>>;

export function emptyRule(): RuleDraft {
  return {
    key: newKey(),
    ruleId: '',
    effect: 'require_approval',
    level: '',
    minApprovals: '',
    expiresIn: '',
    reason: '',
    policyType: '',
    priority: '0',
    tags: '',
    when: '',
    examples: [],
  };
}

export function emptyExample(payload: Record<string, unknown> = {}): ExampleDraft {
  const request = { skill_id: 'payments.transfer', payload };
  return { key: newKey(), name: '', request: JSON.stringify(request, null, 2), expect: true };
}

/** An editor's contents for a set as it was written, or for a new one. */
export function toSetDraft(set: Pick<PolicySetBody, 'description' | 'default' | 'rules'> | null): SetDraft {
  if (set === null) return { description: '', defaultEffect: 'require_approval', defaultLevel: 1, rules: [] };
  return {
    description: set.description ?? '',
    defaultEffect: set.default.effect,
    defaultLevel: set.default.level,
    rules: set.rules.map(toRuleDraft),
  };
}

/** A rule as it was written, in fields. */
export function toRuleDraft(rule: RuleBody): RuleDraft {
  return {
    key: newKey(),
    ruleId: rule.rule_id,
    effect: rule.effect,
    level: toText(rule.level),
    minApprovals: toText(rule.min_approvals),
    expiresIn: rule.expires_in_seconds == null ? '' : formatWait(rule.expires_in_seconds),
    reason: rule.reason,
    policyType: rule.policy_type ?? '',
    priority: String(rule.priority),
    tags: toTagsText(rule.tags),
    when: rule.when,
    examples: rule.examples.map(({ name, request, flags, history, expect }) => ({
      key: newKey(),
      name,
      request: JSON.stringify(
        {
          ...withoutNulls(request),
          ...(flags === undefined ? {} : { flags }),
          ...(history === undefined ? {} : { history }),
        },
        null,
        2,
      ),
      expect,
    })),
  };
}

function toText(value: number | null | undefined): string {
  return value == null ? '' : String(value);
}

function withoutNulls(request: Example['request']): Record<string, unknown> {
  return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== null));
}

type Example = RuleBody['examples'][number];

/** A copy to change: everything but what says which rule it is. */
export function duplicateRule(rule: RuleDraft, taken: readonly string[]): RuleDraft {
  const examples = rule.examples.map((example) => ({ ...example, key: newKey() }));
  return { ...rule, key: newKey(), ruleId: freeId(`${rule.ruleId || 'rule'}-copy`, taken), examples };
}

/** The id, or one like it that no rule has. */
export function freeId(wanted: string, taken: readonly string[]): string {
  if (!taken.includes(wanted)) return wanted;
  for (let count = 2; ; count++) {
    if (!taken.includes(`${wanted}-${count}`)) return `${wanted}-${count}`;
  }
}

/** The rule that the fields say, or all that is wrong with it before anybody is asked. */
export function readRule(draft: RuleDraft): { rule: RuleBody } | { faults: RuleFaults } {
  const faults: Record<string, string> = {};
  const examples: unknown[] = [];
  for (const [index, example] of draft.examples.entries()) {
    const read = readExample(example, index);
    if ('fault' in read) faults[`examples/${index}`] = read.fault.message;
    else examples.push(read.example);
  }
  const asksPeople = draft.effect === 'require_approval';
  const parsed = RuleBody.safeParse({
    rule_id: draft.ruleId.trim(),
    priority: readNumber(draft.priority) ?? 0,
    policy_type: draft.policyType === '' ? null : draft.policyType,
    // Untrimmed, so that a position in it is one in what is seen.
    when: draft.when.trim() === '' ? '' : draft.when,
    effect: draft.effect,
    level: asksPeople ? readNumber(draft.level) : null,
    min_approvals: asksPeople ? readNumber(draft.minApprovals) : null,
    expires_in_seconds: asksPeople ? readWait(draft.expiresIn) : null,
    reason: draft.reason,
    tags: readTags(draft.tags),
    examples,
  });
  for (const { path, message } of parsed.error?.issues ?? []) {
    const field = String(path[0]);
    if (field === 'examples') continue;
    faults[field] ??= describeFault(draft, field, message);
  }
  return parsed.success && Object.keys(faults).length === 0 ? { rule: parsed.data } : { faults };
}

function describeFault(draft: RuleDraft, field: string, message: string): string {
  const typed = {
    rule_id: draft.ruleId,
    when: draft.when,
    reason: draft.reason,
    priority: draft.priority,
    min_approvals: draft.minApprovals,
  }[field];
  if (typed?.trim() === '') return MISSING;
  if (field === 'expires_in_seconds' && parseWait(draft.expiresIn) === null) return NOT_A_WAIT;
  const isNumber = field === 'priority' || field === 'min_approvals';
  return isNumber && !Number.isInteger(Number(typed)) ? 'This is not a whole number.' : toSentence(message);
}

/** A number as it was typed; null for none, and NaN, which the contract refuses, for what is none. */
function readNumber(text: string): number | null {
  return text.trim() === '' ? null : Number(text);
}

function readWait(text: string): number | null {
  return text.trim() === '' ? null : (parseWait(text) ?? Number.NaN);
}

/** The example that the fields say, or what is wrong with it, where in the request that can be shown. */
export function readExample(draft: ExampleDraft, index: number): { example: Example } | { fault: CodeFault } {
  const whole = { start: 0, end: draft.request.length, severity: 'error' } as const;
  const read = readJsonObject(draft.request);
  if ('fault' in read) return { fault: { ...read.fault, severity: 'error' } };
  const { flags, history, ...request } = read.value;
  const parsed = RuleExample.safeParse({
    name: draft.name.trim() || nameOfExample(index),
    request,
    flags,
    history,
    expect: draft.expect,
  });
  if (parsed.success) return { example: parsed.data };
  const [issue] = parsed.error.issues;
  const place =
    issue?.code === 'unrecognized_keys'
      ? issue.keys.join(', ')
      : issue?.path.filter((step) => step !== 'request').join('.');
  const detail = issue?.code === 'unrecognized_keys' ? 'Nobody knows this field.' : toSentence(issue?.message ?? '');
  return { fault: { ...whole, message: place ? `${place}: ${detail}` : detail } };
}

/** What an example is called that nobody has named. */
export function nameOfExample(index: number): string {
  return `Example ${index + 1}`;
}

/** The payloads of all examples of a set: what the editor knows of the fields that there are. */
export function payloadsOf(rules: readonly RuleDraft[]): unknown[] {
  return rules.flatMap(({ examples }) =>
    examples.flatMap(({ request }) => {
      const read = readJsonObject(request);
      return 'value' in read ? [read.value.payload] : [];
    }),
  );
}

/** The set that the fields say, or what is wrong with its rules, by their keys. */
export function readSet(
  draft: SetDraft,
): { set: Omit<PolicySetBody, 'tenant_id'> } | { faults: Map<string, RuleFaults> } {
  const faults = new Map<string, RuleFaults>();
  const rules: RuleBody[] = [];
  const seen = new Set<string>();
  for (const draftRule of draft.rules) {
    const read = readRule(draftRule);
    const found = 'faults' in read ? { ...read.faults } : {};
    const id = draftRule.ruleId.trim();
    if (id !== '' && seen.has(id)) found.rule_id = 'Another rule has this id already.';
    seen.add(id);
    if (Object.keys(found).length > 0) faults.set(draftRule.key, found);
    else if ('rule' in read) rules.push(read.rule);
  }
  if (faults.size > 0) return { faults };
  const { description, defaultEffect: effect, defaultLevel: level } = draft;
  return { set: { description: description.trim() || null, default: { effect, level }, rules } };
}

const RULE_POINTER = /^\/rules\/(\d+)\/([^/]+)(?:\/(\d+))?/;

/** What the server found, at its rule and field; `rest` is what belongs to no rule. A detail carries its place in the condition along. */
export function sortFaults(
  errors: readonly { pointer: string; detail: string; position?: { start: number; end: number } }[],
  rules: readonly RuleDraft[],
): { byRule: Map<string, { faults: RuleFaults; conditions: CodeFault[] }>; rest: string[] } {
  const byRule = new Map<string, { faults: Record<string, string>; conditions: CodeFault[] }>();
  const rest: string[] = [];
  for (const { pointer, detail, position } of errors) {
    const [, place, field, index] = RULE_POINTER.exec(pointer) ?? [];
    const rule = place === undefined ? undefined : rules[Number(place)];
    if (rule === undefined || field === undefined) {
      rest.push(`${pointer}: ${detail}`);
      continue;
    }
    const found = byRule.get(rule.key) ?? { faults: {}, conditions: [] };
    byRule.set(rule.key, found);
    found.faults[field === 'examples' && index !== undefined ? `examples/${index}` : field] ??= toSentence(detail);
    if (position !== undefined) found.conditions.push({ ...position, message: detail, severity: 'error' });
  }
  return { byRule, rest };
}
