import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { TooltipProvider } from '@/components/ui/tooltip';
import { changeDraft, type DraftAction } from './draft-actions';
import { placeRule, type RuleActs, RuleRow } from './rule-row';
import { emptyRule, type RuleDraft, type SetDraft, toSetDraft } from './set-draft';

const rules = 'abcdef'.split('').map((ruleId): RuleDraft => ({ ...emptyRule(), ruleId }));
const [a, , c, , , f] = rules as [RuleDraft, RuleDraft, RuleDraft, RuleDraft, RuleDraft, RuleDraft];
const draft: SetDraft = { ...toSetDraft(null), rules };
const added: RuleDraft = { ...emptyRule(), ruleId: 'new' };

/** The rows that `memo` draws anew: those whose rule or place is another one than before. */
function redrawn(action: DraftAction, from = draft): string {
  const before = new Map(from.rules.map((rule, index) => [rule.key, { rule, ...placeRule(from.rules, index) }]));
  const after = changeDraft(from, action).rules;
  const isOther = (rule: RuleDraft, index: number) => {
    const [was, is] = [before.get(rule.key), { rule, ...placeRule(after, index) }];
    return (
      was === undefined || (Object.keys(is) as (keyof typeof is)[]).some((name) => !Object.is(was[name], is[name]))
    );
  };
  return after
    .filter(isOther)
    .map(({ ruleId }) => ruleId)
    .join(' ');
}

describe('what is drawn anew', () => {
  test.each([
    ['a rule that is added, and the one that was last', { type: 'insert', rule: added, at: 6 }, 'f new'],
    ['a rule that is put in', { type: 'insert', rule: added, at: 3 }, 'new'],
    ['nothing, where one is removed', { type: 'remove', key: c.key }, ''],
    ['the one that is last now', { type: 'remove', key: f.key }, 'e'],
    ['the one that is first now', { type: 'remove', key: a.key }, 'b'],
    ['nothing, where two in the middle change places', { type: 'move', key: c.key, by: 1 }, ''],
    ['the rule that is changed', { type: 'change', key: c.key, part: { when: 'true' } }, 'c'],
  ] as [string, DraftAction, string][])('%s', (_, action, expected) => expect(redrawn(action)).toBe(expected));

  test('what is called by its place, where that is another one', () => {
    const unnamed = changeDraft(draft, { type: 'change', key: f.key, part: { ruleId: ' ' } });
    expect(redrawn({ type: 'remove', key: c.key }, unnamed)).toBe(' ');
  });
});

const acts: RuleActs = {
  toggle: () => {},
  change: () => {},
  move: () => {},
  duplicate: () => {},
  remove: () => {},
  payloads: () => [],
};
const draw = (all: readonly RuleDraft[], index: number) =>
  renderToStaticMarkup(
    <TooltipProvider>
      <RuleRow
        rule={all[index] ?? expect.fail('there is no such rule')}
        {...placeRule(all, index)}
        isOpen={false}
        problem={null}
        acts={acts}
      />
    </TooltipProvider>,
  );
const isOff = (page: string, label: string) =>
  /aria-disabled="true"/.test(
    new RegExp(`<button[^>]*aria-label="${label}"[^>]*>`).exec(page)?.[0] ?? expect.fail(label),
  );

test('the first rule does not move up, the last not down, and one without an id is called by its place', () => {
  const moves = (index: number) => {
    const page = draw(rules, index);
    return ['up', 'down'].map((way) => !isOff(page, `Move ${way} ${rules[index]?.ruleId}`));
  };
  expect([0, 2, 5].map(moves)).toEqual([
    [false, true],
    [true, true],
    [true, false],
  ]);
  expect(draw([a, emptyRule()], 1)).toContain('rule 2');
});
