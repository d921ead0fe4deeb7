import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RuleBody } from '@/lib/contracts';
import { compareSets, describeComparison } from './compare-sets';
import { diffWords } from './word-diff';

const rule = (over: Partial<RuleBody> = {}) =>
  RuleBody.parse({ rule_id: 'large', when: 'true', effect: 'deny', reason: 'Too much', ...over });
const set = (...rules: RuleBody[]) => ({
  description: null,
  default: { effect: 'require_approval' as const, level: 1 },
  rules,
});

test('rules are told apart by their ids: added, removed, changed field by field', () => {
  const a = set(rule(), rule({ rule_id: 'gone' }), rule({ rule_id: 'same' }));
  const b = set(rule({ rule_id: 'same' }), rule({ rule_id: 'new' }), rule({ when: 'false', priority: 5 }));
  const found = compareSets(a, b);
  expect(found.added.map(({ rule_id: id }) => id)).toEqual(['new']);
  expect(found.removed.map(({ rule_id: id }) => id)).toEqual(['gone']);
  expect(found.changed.map(({ ruleId, fields }) => [ruleId, fields])).toEqual([
    [
      'large',
      [
        { label: 'Priority', before: '0', after: '5', words: false },
        { label: 'Condition', before: 'true', after: 'false', words: true },
      ],
    ],
  ]);
  expect(describeComparison(found)).toBe('Rules: 1 added, 1 removed, 1 changed, 1 as it was.');
});

test('another order is no difference, another default is one', () => {
  const a = set(rule(), rule({ rule_id: 'second' }));
  expect(describeComparison(compareSets(a, { ...a, rules: a.rules.toReversed() }))).toBe('Both say the same.');
  const { fields } = compareSets(a, { ...a, default: { effect: 'deny', level: 1 } });
  expect(fields).toEqual([
    { label: 'Where no rule matches', before: 'approval at level 1', after: 'deny', words: false },
  ]);
});

test('an example that is left out and one that is null are the same', () => {
  const example = { name: 'x', request: { skill_id: 'a', policy_type: 'cost', payload: {} }, expect: true } as const;
  const nulled = { ...example, request: { ...example.request, agent_id: null } };
  expect(compareSets(set(rule({ examples: [example] })), set(rule({ examples: [nulled] }))).changed).toEqual([]);
});

test('a condition is compared word by word', () => {
  expect(diffWords('amount > 1000 && ok', 'amount >= 5000 && ok')).toEqual([
    { kind: 'same', text: 'amount >' },
    { kind: 'added', text: '=' },
    { kind: 'same', text: ' ' },
    { kind: 'removed', text: '1000' },
    { kind: 'added', text: '5000' },
    { kind: 'same', text: ' && ok' },
  ]);
});

test('words that changed beside each other are one change', () => {
  expect(diffWords('seen by a person first', 'seen by two people first')).toEqual([
    { kind: 'same', text: 'seen by ' },
    { kind: 'removed', text: 'a person' },
    { kind: 'added', text: 'two people' },
    { kind: 'same', text: ' first' },
  ]);
});

test('what is the same and removed is the old text, what is the same and added the new one', () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab c.&') });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const pieces = diffWords(before, after);
      const without = (kind: string) =>
        pieces
          .filter((piece) => piece.kind !== kind)
          .map((piece) => piece.text)
          .join('');
      expect([without('added'), without('removed')]).toEqual([before, after]);
    }),
  );
});
