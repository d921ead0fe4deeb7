import { expect, test } from 'vitest';
import { changeDraft } from './draft-actions';
import { emptyRule, type SetDraft, toSetDraft } from './set-draft';

const [a, b, c] = ['a', 'b', 'c'].map((ruleId) => ({ ...emptyRule(), ruleId })) as [
  SetDraft['rules'][number],
  SetDraft['rules'][number],
  SetDraft['rules'][number],
];
const draft: SetDraft = { ...toSetDraft(null), rules: [a, b, c] };
const order = ({ rules }: SetDraft) => rules.map(({ ruleId }) => ruleId).join('');

test('a rule moves by one place, and the first and the last stay where they are', () => {
  expect(order(changeDraft(draft, { type: 'move', key: b.key, by: -1 }))).toBe('bac');
  expect(order(changeDraft(draft, { type: 'move', key: b.key, by: 1 }))).toBe('acb');
  expect(order(changeDraft(draft, { type: 'move', key: a.key, by: -1 }))).toBe('abc');
  expect(order(changeDraft(draft, { type: 'move', key: c.key, by: 1 }))).toBe('abc');
});

test('a rule that was removed is back where it was', () => {
  const without = changeDraft(draft, { type: 'remove', key: b.key });
  expect(order(without)).toBe('ac');
  expect(order(changeDraft(without, { type: 'insert', rule: b, at: 1 }))).toBe('abc');
});

test('a change touches its own rule only', () => {
  const after = changeDraft(draft, { type: 'change', key: b.key, part: { reason: 'Too much' } });
  expect(after.rules[1]).toMatchObject({ ruleId: 'b', reason: 'Too much' });
  expect(after.rules[0]).toBe(a);
});

test('a rule that is added stands last, and takes no id that another has', () => {
  const drawn = { ...emptyRule(), ruleId: 'b' };
  const once = changeDraft(draft, { type: 'add', rule: drawn });
  expect(once.rules.map(({ ruleId }) => ruleId)).toEqual(['a', 'b', 'c', 'b-2']);
  expect(once.rules[3]?.key).toBe(drawn.key);
  expect(changeDraft(once, { type: 'add', rule: { ...emptyRule(), ruleId: 'd' } }).rules[4]?.ruleId).toBe('d');
});
