import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aBudget, aLevel, aQuestion, aRule } from '@/lib/testing/builders';
import { BUDGET_PERIODS, budgetsFor } from './budgets';
import { evaluatePolicy, type PolicyQuestion } from './evaluate';
import type { LevelConfig } from './levels';
import { combineRules, RULE_EFFECTS } from './rules';

const OFF = { active: false, reason: null };
const ask = (question: Partial<PolicyQuestion> = {}, levels: readonly LevelConfig[] = [], emergencyStop = OFF) =>
  evaluatePolicy(aQuestion(question), { levels, emergencyStop, budgets: [], verdict: null });

describe('where nothing is configured', () => {
  test('level 3, one person, escalation after five minutes, expiry after a day', () =>
    expect(ask()).toEqual({
      decision: 'requires_approval',
      reasons: ['Nothing is configured for payments.transfer: the default is level 3'],
      level: 3,
      minApprovals: 1,
      minRejectLevel: 1,
      escalateAfterSeconds: 300,
      escalateTo: null,
      escalateLevel: null,
      escalateThen: [],
      expiresInSeconds: 86_400,
      expiresAtMost: null,
    }));
});

describe('where something is configured', () => {
  test('the row says it all', () => {
    const row = aLevel({
      skillId: 'payments.transfer',
      level: 4,
      minApprovals: 2,
      minRejectLevel: 3,
      escalateAfterSeconds: 60,
      escalateTo: 'finance-leads',
      escalateLevel: 5,
      escalateThen: [{ afterSeconds: 30, to: 'owners', level: null }],
      expiresInSeconds: 3600,
    });
    expect(ask({}, [row])).toEqual({
      decision: 'requires_approval',
      reasons: ['payments.transfer needs approval at level 4 by 2 people'],
      level: 4,
      minApprovals: 2,
      minRejectLevel: 3,
      escalateAfterSeconds: 60,
      escalateTo: 'finance-leads',
      escalateLevel: 5,
      escalateThen: [{ afterSeconds: 30, to: 'owners', level: null }],
      expiresInSeconds: 3600,
      expiresAtMost: null,
    });
  });

  test('the reasons say for what the row speaks', () => {
    const reason = (scope: Partial<LevelConfig>) => ask({}, [aLevel(scope)]).reasons[0];
    expect(reason({})).toBe('Every request needs approval at level 3');
    expect(reason({ agentId: 'billing-bot' })).toBe('Every request asked by billing-bot needs approval at level 3');
    expect(reason({ policyType: 'cost' })).toBe('Every request (cost) needs approval at level 3');
    expect(reason({ skillId: 'payments.transfer', agentId: 'billing-bot', policyType: 'cost' })).toBe(
      'payments.transfer asked by billing-bot (cost) needs approval at level 3',
    );
  });
});

describe('a ceiling approves by itself', () => {
  const upTo100 = [aLevel({ autoApproveMaxCostCents: 10_000 })];
  const decision = (question: Partial<PolicyQuestion>, levels: LevelConfig[]) => ask(question, levels).decision;

  test('at most the ceiling, to the cent', () => {
    expect(decision({ costCents: 10_000 }, upTo100)).toBe('allow');
    expect(decision({ costCents: 10_001 }, upTo100)).toBe('requires_approval');
    expect(decision({ costCents: 0 }, upTo100)).toBe('allow');
  });
  test('a ceiling looks at the cautious end of an estimate', () => {
    expect(decision({ costCents: 9000, costP95Cents: 10_000 }, upTo100)).toBe('allow');
    expect(ask({ costCents: 9000, costP95Cents: 10_001 }, upTo100)).toMatchObject({
      decision: 'requires_approval',
      reasons: [expect.any(String), 'The cost of up to 100.01 is above the automatic limit of 100.00'],
    });
  });

  test('a ceiling of nothing allows what costs nothing', () => {
    expect(decision({ costCents: 0 }, [aLevel({ autoApproveMaxCostCents: 0 })])).toBe('allow');
    expect(decision({ costCents: 1 }, [aLevel({ autoApproveMaxCostCents: 0 })])).toBe('requires_approval');
  });
  test('with the reason', () =>
    expect(ask({ costCents: 123_456_789 }, [aLevel({ autoApproveMaxCostCents: 123_456_789 })]).reasons).toEqual([
      'Approved automatically: every request allows a cost of at most 1,234,567.89',
    ]));
  test('an unknown cost never approves anything by itself', () => {
    expect(ask({ costCents: null }, upTo100)).toMatchObject({
      decision: 'requires_approval',
      reasons: ['Every request needs approval at level 3', 'The cost is unknown, so it is not approved automatically'],
    });
    expect(decision({ costCents: null, tokens: 1 }, [aLevel({ autoApproveMaxTokens: 100 })])).toBe('requires_approval');
  });
  test('every ceiling that is set must hold', () => {
    const both = [aLevel({ autoApproveMaxCostCents: 10_000, autoApproveMaxTokens: 500 })];
    expect(decision({ costCents: 1, tokens: 500 }, both)).toBe('allow');
    expect(decision({ costCents: 1, tokens: 501 }, both)).toBe('requires_approval');
    expect(decision({ costCents: 1, tokens: null }, both)).toBe('requires_approval');
    expect(ask({ costCents: 10_001, tokens: 501 }, both).reasons).toEqual([
      'Every request needs approval at level 3',
      'The cost of 100.01 is above the automatic limit of 100.00',
      'The 501 tokens are above the automatic limit of 500',
    ]);
  });
  test('only the row that speaks counts, not a more generous one behind it', () =>
    expect(decision({ costCents: 1 }, [...upTo100, aLevel({ skillId: 'payments.transfer' })])).toBe(
      'requires_approval',
    ));
});

describe('the emergency stop', () => {
  test('denies everything, with its reason', () => {
    const stop = { active: true, reason: 'Credentials leaked' };
    const answer = evaluatePolicy(aQuestion({ costCents: 1 }), {
      levels: [aLevel({ autoApproveMaxCostCents: 10_000 })],
      emergencyStop: stop,
      budgets: [aBudget({ limitCents: 0 })],
      verdict: null,
    });
    expect(answer).toMatchObject({ decision: 'deny', reasons: ['The emergency stop is on: Credentials leaked'] });
  });
});

const SEVERITY = { allow: 0, requires_approval: 1, deny: 2 };
const level = fc.integer({ min: 1, max: 5 });
const people = fc.integer({ min: 1, max: 20 });
const cost = fc.option(fc.integer({ min: 0, max: 20_000 }));
const row = fc
  .record({
    skillId: fc.option(fc.constant('payments.transfer')),
    level,
    minApprovals: people,
    autoApproveMaxCostCents: cost,
    autoApproveMaxTokens: fc.option(fc.integer({ min: 0, max: 1000 })),
  })
  .map((fields) => aLevel(fields));
const rule = fc
  .record({
    effect: fc.constantFrom(...RULE_EFFECTS),
    level: fc.option(level),
    minApprovals: fc.option(people),
    outcome: fc.oneof(fc.boolean(), fc.constant({ error: 'no such key' })),
    readsCost: fc.boolean(),
  })
  .map(({ outcome, readsCost, ...fields }) => ({ rule: aRule(fields), outcome, readsCost }));
const verdict = fc.option(
  fc.array(rule, { maxLength: 4 }).map((outcomes) => combineRules(outcomes, { effect: 'require_approval', level: 1 })),
);
const budget = fc
  .record({
    skillId: fc.option(fc.constantFrom('payments.transfer', 'deploy.production')),
    period: fc.constantFrom(...BUDGET_PERIODS),
    limitCents: fc.integer({ min: 0, max: 20_000 }),
    spentCents: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20_000 })),
  })
  .map((fields) => aBudget(fields));
const config = fc.record({
  verdict,
  budgets: fc.array(budget, { maxLength: 3 }),
  levels: fc.uniqueArray(row, { selector: ({ skillId }) => skillId }),
  // Seldom on: what it denies says nothing of the rest.
  emergencyStop: fc.record({ active: fc.constantFrom(true, false, false, false), reason: fc.constant(null) }),
});
const question = fc
  .record({
    costCents: cost,
    tokens: fc.option(fc.integer({ min: 0, max: 1000 })),
    costDistrust: fc.option(fc.constant('Its model has drifted')),
  })
  .map((fields) => aQuestion(fields));

describe('where rules allow by the cost', () => {
  const byCost = { rule: aRule({ effect: 'allow', reason: 'Cheap' }), outcome: true, readsCost: true };
  const bySkill = { rule: aRule({ ruleId: 'skill', effect: 'allow', reason: 'Harmless' }), outcome: true };
  const answer = (rules: Parameters<typeof combineRules>[0], costDistrust: string | null) =>
    evaluatePolicy(aQuestion({ costCents: 5, costDistrust }), {
      levels: [aLevel({ level: 2 })],
      emergencyStop: OFF,
      budgets: [],
      verdict: combineRules(rules, { effect: 'require_approval', level: 1 }),
    });

  test('nobody is asked, unless the cost is not trusted: then the configured level is', () => {
    expect(answer([byCost], null)).toMatchObject({ decision: 'allow', reasons: ['Cheap'] });
    expect(answer([byCost], 'It has drifted')).toMatchObject({
      decision: 'requires_approval',
      level: 2,
      reasons: ['Cheap', 'It has drifted'],
    });
  });

  test('a rule that allows it whatever it costs still does', () =>
    expect(answer([byCost, bySkill], 'It has drifted').decision).toBe('allow'));
});

describe('whatever is configured', () => {
  test('the caller can only tighten the answer', () => {
    let tightened = 0;
    fc.assert(
      fc.property(
        config,
        question,
        fc.option(level),
        fc.option(people),
        (given, asked, requiredLevel, minApprovals) => {
          const plain = evaluatePolicy(asked, given);
          const tight = evaluatePolicy({ ...asked, requiredLevel, minApprovals }, given);
          expect(SEVERITY[tight.decision]).toBeGreaterThanOrEqual(SEVERITY[plain.decision]);
          expect(tight.level).toBe(Math.max(plain.level, requiredLevel ?? 0));
          expect(tight.minApprovals).toBe(Math.max(plain.minApprovals, minApprovals ?? 0));
          if (requiredLevel !== null || minApprovals !== null) {
            expect(tight.decision).not.toBe('allow');
            if (plain.decision === 'allow') tightened += 1;
          }
        },
      ),
      { numRuns: 4000 },
    );
    expect(tightened).toBeGreaterThan(20);
  });

  test('a higher cost is never answered more generously', () =>
    fc.assert(
      fc.property(config, question, fc.nat(20_000), (given, asked, more) => {
        const dearer = aQuestion({
          ...asked,
          costCents: asked.costCents === null ? null : asked.costCents + more,
          costP95Cents: asked.costP95Cents === null ? null : asked.costP95Cents + more,
        });
        expect(SEVERITY[evaluatePolicy(dearer, given).decision]).toBeGreaterThanOrEqual(
          SEVERITY[evaluatePolicy(asked, given).decision],
        );
      }),
    ));

  test('distrust of the cost stops what rests on it, and changes nothing else', () => {
    let stopped = 0;
    fc.assert(
      fc.property(config, question, (given, asked) => {
        const trusted = evaluatePolicy({ ...asked, costDistrust: null }, given);
        const distrusted = evaluatePolicy({ ...asked, costDistrust: 'Its model has drifted' }, given);
        const { verdict: judged, emergencyStop } = given;
        const restsOnCost = judged === null || (judged.effect === 'allow' && judged.restsOnCost);
        if (trusted.decision === 'allow' && restsOnCost && !emergencyStop.active) {
          stopped += 1;
          expect(distrusted).toMatchObject({ decision: 'requires_approval', level: trusted.level });
          expect(distrusted.reasons).toContain('Its model has drifted');
        } else expect(distrusted.decision).toBe(trusted.decision);
      }),
      { numRuns: 2000 },
    );
    expect(stopped).toBeGreaterThan(20);
  });

  test('another budget is never answered more generously, and under one an unknown cost allows nothing', () => {
    let tightened = 0;
    fc.assert(
      fc.property(config, budget, question, (given, another, asked) => {
        const plain = evaluatePolicy(asked, given);
        const tight = evaluatePolicy(asked, { ...given, budgets: [...given.budgets, another] });
        expect(SEVERITY[tight.decision]).toBeGreaterThanOrEqual(SEVERITY[plain.decision]);
        if (tight.decision !== plain.decision) tightened += 1;
        if (asked.costCents === null && budgetsFor([another], asked).length > 0)
          expect(tight.decision).not.toBe('allow');
      }),
      { numRuns: 1000 },
    );
    expect(tightened).toBeGreaterThan(20);
  });

  test('every answer gives a reason', () =>
    fc.assert(
      fc.property(config, question, (given, asked) => {
        expect(evaluatePolicy(asked, given).reasons.length).toBeGreaterThan(0);
      }),
    ));
});
