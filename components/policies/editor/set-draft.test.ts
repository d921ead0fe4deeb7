import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PolicySetBody } from '@/lib/contracts';
import {
  duplicateRule,
  emptyRule,
  payloadsOf,
  type RuleDraft,
  readRule,
  readSet,
  sortFaults,
  toSetDraft,
} from './set-draft';

const STARTER = PolicySetBody.parse(
  JSON.parse(readFileSync(new URL('../../../docs/examples/policy-starter.json', import.meta.url), 'utf8')),
);

const rule = (over: Partial<RuleDraft> = {}): RuleDraft => ({
  ...emptyRule(),
  ruleId: 'large',
  reason: 'Too much',
  when: 'true',
  ...over,
});
const faultsOf = (over: Partial<RuleDraft>) => {
  const read = readRule(rule(over));
  return 'faults' in read ? read.faults : null;
};

test('a set that is opened and saved untouched is the same set', () => {
  const read = readSet(toSetDraft(STARTER));
  if ('faults' in read) throw new Error(JSON.stringify([...read.faults.values()]));
  const { tenant_id, ...starter } = STARTER;
  expect(PolicySetBody.parse({ ...read.set, tenant_id })).toEqual({
    ...starter,
    tenant_id,
    rules: starter.rules.map((given) => ({
      ...given,
      policy_type: given.policy_type ?? null,
      level: given.level ?? null,
      min_approvals: given.min_approvals ?? null,
      expires_in_seconds: given.expires_in_seconds ?? null,
    })),
  });
});

test('an empty rule says all that is missing at once', () => {
  expect(readRule(emptyRule())).toEqual({
    faults: { rule_id: 'This is missing.', when: 'This is missing.', reason: 'This is missing.' },
  });
});

test('what belongs to an approval is sent only with one', () => {
  const read = readRule(rule({ effect: 'deny', level: '4', minApprovals: '2', expiresIn: 'soon' }));
  expect(read).toMatchObject({ rule: { effect: 'deny', level: null, min_approvals: null, expires_in_seconds: null } });
});

test('a number that is none, and an id that is none, are said at their field', () => {
  expect(faultsOf({ priority: 'high' })).toEqual({ priority: 'This is not a whole number.' });
  expect(faultsOf({ minApprovals: '1.5' })).toEqual({ min_approvals: 'This is not a whole number.' });
  expect(faultsOf({ expiresIn: 'soon' })).toEqual({ expires_in_seconds: 'Write 30 s, 5 min or 2 h.' });
  expect(readRule(rule({ expiresIn: '30 min' }))).toMatchObject({ rule: { expires_in_seconds: 1800 } });
  expect(faultsOf({ ruleId: 'Over 1k' })).toEqual({ rule_id: expect.stringMatching(/lower-case letters/i) });
});

test('an example that is no JSON, or asks for what nobody knows, is said at its place', () => {
  const example = (request: string) => ({ key: 'x', name: '', request, expect: true });
  expect(readRule(rule({ examples: [example('{"skill_id": "a", "flags": {"new_limits": true}}')] }))).toMatchObject({
    rule: { examples: [{ request: { skill_id: 'a' }, flags: { new_limits: true } }] },
  });
  expect(
    faultsOf({ examples: [example('{"skill_id": "a"}'), example('{'), example('{"skill_id": "a", "paylod": {}}')] }),
  ).toEqual({
    'examples/1': expect.stringMatching(/^This is not JSON/),
    'examples/2': 'paylod: Nobody knows this field.',
  });
});

test('two rules with one id are told apart before anybody is asked', () => {
  const [one, two] = [rule(), rule()];
  const read = readSet({ ...toSetDraft(null), rules: [one, two] });
  expect('faults' in read && [...read.faults]).toEqual([[two.key, { rule_id: 'Another rule has this id already.' }]]);
});

test('a copy has an id of its own', () => {
  expect(duplicateRule(rule(), ['large']).ruleId).toBe('large-copy');
  expect(duplicateRule(rule(), ['large', 'large-copy', 'large-copy-2']).ruleId).toBe('large-copy-3');
});

test('what the server found is sorted to its rule, field and place', () => {
  const rules = [rule(), rule()];
  const { byRule, rest } = sortFaults(
    [
      { pointer: '/rules/1/when', detail: 'Unknown variable: balance', position: { start: 0, end: 7 } },
      { pointer: '/rules/1/examples/0', detail: 'The example “tiny” should not match, and matches' },
      { pointer: '/rules/0/rule_id', detail: 'Rule 0 has this id already' },
      { pointer: '/description', detail: 'Too long' },
    ],
    rules,
  );
  expect(byRule.get(rules[1]?.key ?? '')).toEqual({
    faults: { when: 'Unknown variable: balance.', 'examples/0': 'The example “tiny” should not match, and matches.' },
    conditions: [{ start: 0, end: 7, message: 'Unknown variable: balance', severity: 'error' }],
  });
  expect(byRule.get(rules[0]?.key ?? '')?.faults).toEqual({ rule_id: 'Rule 0 has this id already.' });
  expect(rest).toEqual(['/description: Too long']);
});

test('the payloads of the examples are known, the unreadable left out', () => {
  const examples = ['{"skill_id": "a", "payload": {"rows": 1}}', '{'].map((request, index) => ({
    key: String(index),
    name: '',
    request,
    expect: true,
  }));
  expect(payloadsOf([rule({ examples })])).toEqual([{ rows: 1 }]);
});
