import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aQuestion, aRule } from '@/lib/testing/builders';
import { evaluatePolicy, type PolicyDecision } from './evaluate';
import { combineRules, RULE_EFFECTS, type Rule, type RuleOutcome, speaksFor } from './rules';

const DEFAULT = { effect: 'require_approval', level: 1 } as const;
const ALLOW = aRule({ ruleId: 'allow', effect: 'allow', level: null, reason: 'Small' });
const DENY = aRule({ ruleId: 'deny', effect: 'deny', level: null, reason: 'Frozen account' });
const ASK = aRule({ ruleId: 'ask', level: 2, reason: 'Large' });
const ASK_MORE = aRule({ ruleId: 'ask-more', level: 4, minApprovals: 2, expiresInSeconds: 60, reason: 'Very large' });

const of = (...outcomes: [Rule, RuleOutcome][]) =>
  combineRules(
    outcomes.map(([rule, outcome]) => ({ rule, outcome })),
    DEFAULT,
  );
const ERROR = { error: 'field not found: amount' };

describe('what several rules say together', () => {
  test('any deny wins', () => expect(of([ALLOW, true], [DENY, true], [ASK, true]).effect).toBe('deny'));
  test('else the highest level that is asked for', () =>
    expect(of([ALLOW, true], [ASK, true], [ASK_MORE, true])).toMatchObject({
      effect: 'require_approval',
      level: { atLeast: 4, isOpen: false },
      minApprovals: { atLeast: 2, isOpen: true },
      expiresInSeconds: 60,
    }));
  test('else allow', () => expect(of([ALLOW, true], [DENY, false], [ASK, false]).effect).toBe('allow'));
  test('nothing matched: the default, which is never an allow', () =>
    expect(of([ALLOW, false], [DENY, false])).toMatchObject({
      effect: 'require_approval',
      isDefault: true,
      matched: [],
    }));
  test('every rule that matched is named, by priority', () => {
    const urgent = aRule({ ruleId: 'urgent', priority: 10 });
    expect(of([ASK, true], [ALLOW, true], [urgent, true], [DENY, false]).matched.map(({ ruleId }) => ruleId)).toEqual([
      'urgent',
      'allow',
      'ask',
    ]);
  });
  test('a rule speaks for its type of policy alone', () => {
    const cost = aRule({ policyType: 'cost' });
    const capability = aRule({ policyType: 'capability' });
    expect([cost, capability, ASK].map((rule) => speaksFor(rule, 'cost'))).toEqual([true, false, true]);
  });
});

describe('a condition that fails', () => {
  test('counts as matched where the rule denies or asks, and is reported', () => {
    expect(of([DENY, ERROR], [ALLOW, true])).toMatchObject({
      effect: 'deny',
      errors: [{ ruleId: 'deny', message: ERROR.error }],
    });
    expect(of([ASK, ERROR], [ALLOW, true]).effect).toBe('require_approval');
  });
  test('counts as unmatched where the rule allows', () => {
    expect(of([ALLOW, ERROR])).toMatchObject({ effect: 'require_approval', isDefault: true, matched: [] });
    expect(of([ALLOW, ERROR]).errors).toHaveLength(1);
  });
});

const SEVERITY: Record<PolicyDecision, number> = { allow: 0, requires_approval: 1, deny: 2 };
const outcome: fc.Arbitrary<RuleOutcome> = fc.oneof(fc.boolean(), fc.constant(ERROR));
const evaluated = fc
  .tuple(
    fc.record({
      effect: fc.constantFrom(...RULE_EFFECTS),
      level: fc.option(fc.integer({ min: 1, max: 5 })),
      minApprovals: fc.option(fc.integer({ min: 1, max: 20 })),
      expiresInSeconds: fc.option(fc.integer({ min: 1, max: 1000 })),
      priority: fc.integer({ min: -5, max: 5 }),
    }),
    outcome,
  )
  .map(([fields, result]) => ({ fields, result }));
const many = fc
  .array(evaluated, { maxLength: 12 })
  .map((all) => all.map(({ fields, result }, n) => ({ rule: aRule({ ...fields, ruleId: `r${n}` }), outcome: result })));

const answer = (rules: { rule: Rule; outcome: RuleOutcome }[]) =>
  evaluatePolicy(aQuestion(), {
    levels: [],
    emergencyStop: { active: false, reason: null },
    budgets: [],
    verdict: combineRules(rules, DEFAULT),
  });

describe('whatever the rules', () => {
  test('their order never matters', () =>
    fc.assert(
      fc.property(
        many.chain((rules) => fc.tuple(fc.constant(rules), fc.shuffledSubarray(rules, { minLength: rules.length }))),
        ([rules, shuffled]) => {
          expect(combineRules(shuffled, DEFAULT)).toEqual(combineRules(rules, DEFAULT));
        },
      ),
    ));

  test('another deny, matched or failed, never allows more', () =>
    fc.assert(
      fc.property(many, outcome, (rules, result) => {
        const before = answer(rules);
        const after = answer([...rules, { rule: { ...DENY, ruleId: 'another' }, outcome: result }]);
        expect(SEVERITY[after.decision]).toBeGreaterThanOrEqual(SEVERITY[before.decision]);
      }),
    ));

  test('a condition that fails instead of answering never makes an allow', () =>
    fc.assert(
      fc.property(many, fc.nat(), (rules, pick) => {
        const failing = rules.map((entry, n) => (n === pick % rules.length ? { ...entry, outcome: ERROR } : entry));
        const [before, after] = [answer(rules), answer(failing)];
        if (after.decision === 'allow') expect(before.decision).toBe('allow');
      }),
    ));

  test('nothing but a rule that says allow, and matched, ever allows', () =>
    fc.assert(
      fc.property(many, (rules) => {
        const allows = rules.some(({ rule, outcome: result }) => rule.effect === 'allow' && result === true);
        if (!allows) expect(answer(rules).decision).not.toBe('allow');
      }),
    ));
});
