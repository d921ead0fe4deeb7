// TORTURE I4: rules that err, on values of every kind, fail closed.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RULE_EFFECTS } from '@/lib/domain/policy';
import { checkExpression } from '@/lib/platform/cel';
import type { RuleSet } from '@/lib/platform/db';
import { aRule, aServiceKey } from '@/lib/testing/builders';
import { asStated } from './cost';
import { toRuleInput } from './rule-input';
import { judge } from './rule-plan';

const NAMES = ['a', 'b', 'c'] as const;
const NOW_MS = Date.UTC(2026, 0, 5, 12);

/** Conditions that ask nothing with `has()`. */
const condition = fc.letrec<{ condition: string; comparison: string }>((tie) => ({
  comparison: fc
    .tuple(
      fc.constantFrom(...NAMES),
      fc.constantFrom('<', '<=', '==', '!=', '>', '>='),
      fc.integer({ min: -3, max: 3 }),
    )
    .map(([name, operator, value]) => `request.payload.${name} ${operator} ${value}`),
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('comparison'),
    fc.tuple(tie('condition'), tie('condition')).map(([left, right]) => `(${left} && ${right})`),
    fc.tuple(tie('condition'), tie('condition')).map(([left, right]) => `(${left} || ${right})`),
    tie('condition').map((inner) => `!(${inner})`),
  ),
})).condition;

const value = fc.oneof(
  fc.integer({ min: -4, max: 4 }),
  fc.constantFrom<unknown>('text', null, true, 1.5, Number.MAX_SAFE_INTEGER, 1e300, [], {}, 'x'.repeat(5000)),
);
const payload = fc.dictionary(fc.constantFrom(...NAMES), value, { noNullPrototype: true });
const set: fc.Arbitrary<RuleSet> = fc
  .array(fc.record({ when: condition, effect: fc.constantFrom(...RULE_EFFECTS) }), { minLength: 1, maxLength: 5 })
  .map((rules) => ({
    version: 1n,
    fallback: { effect: 'require_approval', level: 1 },
    rules: rules.map((rule, n) => aRule({ ...rule, ruleId: `r${n}` })),
  }));

const verdictOn = (rules: RuleSet, given: Record<string, unknown>) =>
  judge(
    rules,
    'cost',
    toRuleInput(
      { policy_type: 'cost', skill_id: 'x', payload: given },
      asStated({}),
      aServiceKey(),
      { flags: [], budgets: [] },
      NOW_MS,
    ),
  );

describe('whatever the rules and whatever they are asked about', () => {
  test('taking a field away never turns a deny into an allow', () => {
    let denied = 0;
    fc.assert(
      fc.property(set, payload, fc.constantFrom(...NAMES), (rules, given, name) => {
        const { [name]: _gone, ...less } = given;
        const before = verdictOn(rules, given).effect;
        if (before !== 'deny') return;
        denied += 1;
        expect(verdictOn(rules, less).effect).toBe('deny');
      }),
      { numRuns: 500 },
    );
    expect(denied).toBeGreaterThan(20);
  });

  test('an allow rests on a rule that allows and did not fail, and on nothing that failed', () => {
    let allowed = 0;
    fc.assert(
      fc.property(set, payload, (rules, given) => {
        const { effect, matched, errors } = verdictOn(rules, given);
        if (effect !== 'allow') return;
        allowed += 1;
        const failed = new Set(errors.map(({ ruleId }) => ruleId));
        expect(matched.some((rule) => rule.effect === 'allow' && !failed.has(rule.ruleId))).toBe(true);
        const strict = rules.rules.filter((rule) => rule.effect !== 'allow').map(({ ruleId }) => ruleId);
        expect(strict.filter((ruleId) => failed.has(ruleId))).toEqual([]);
      }),
      { numRuns: 500 },
    );
    expect(allowed).toBeGreaterThan(20);
  });

  test('and every condition is one that could have been saved', () =>
    fc.assert(
      fc.property(condition, (when) => {
        fc.pre(when.length <= 2000);
        const checked = checkExpression(when);
        if (!checked.ok) expect(checked.fault.message).toMatch(/^Exceeded/);
      }),
    ));
});

test('the money that a rule sees is what was asked: integers are exact, and 2^53 + 1 is no neighbour of itself', () => {
  const rules: RuleSet = {
    version: 1n,
    fallback: { effect: 'require_approval', level: 1 },
    rules: [aRule({ effect: 'deny', when: 'request.payload.amount_cents > 9007199254740990' })],
  };
  expect(verdictOn(rules, { amount_cents: 9_007_199_254_740_991 }).effect).toBe('deny');
  expect(verdictOn(rules, { amount_cents: 9_007_199_254_740_990 }).effect).toBe('require_approval');
  expect(verdictOn(rules, { amount_cents: Number.NaN }).effect).toBe('require_approval');
  expect(verdictOn(rules, { amount_cents: '9007199254740992' }).errors).toHaveLength(1);
});
