import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aBudget, aLevel, aQuestion, aRule } from '@/lib/testing/builders';
import { type Budget, budgetsFor, describeExceeded, exceededBudgets, leftCents, tightestLeftCents } from './budgets';
import { evaluatePolicy, type PolicyQuestion } from './evaluate';
import { settledCents } from './outcome';
import { combineRules } from './rules';

const TRANSFER = { agentId: 'billing-bot', skillId: 'payments.transfer' };
const ALLOW = combineRules([{ rule: aRule({ effect: 'allow', reason: 'Fine' }), outcome: true }], {
  effect: 'deny',
  level: 1,
});
const DENY = combineRules([{ rule: aRule({ effect: 'deny', reason: 'No' }), outcome: true }], {
  effect: 'deny',
  level: 1,
});

const ask = (question: Partial<PolicyQuestion>, budgets: Budget[], verdict = ALLOW) =>
  evaluatePolicy(aQuestion(question), {
    levels: [aLevel({ level: 4 })],
    emergencyStop: { active: false, reason: null },
    budgets,
    verdict,
  });

describe('which budgets speak', () => {
  test('those for everything, for its agent, for its skill, and for both', () => {
    const budgets = [
      aBudget({ budgetId: 'all' }),
      aBudget({ budgetId: 'agent', agentId: 'billing-bot' }),
      aBudget({ budgetId: 'skill', skillId: 'payments.transfer' }),
      aBudget({ budgetId: 'both', agentId: 'billing-bot', skillId: 'payments.transfer' }),
      aBudget({ budgetId: 'another agent', agentId: 'deploy-bot' }),
      aBudget({ budgetId: 'another skill', skillId: 'deploy.production' }),
      aBudget({ budgetId: 'half', agentId: 'billing-bot', skillId: 'deploy.production' }),
    ];
    const names = (spender: { agentId: string | null; skillId: string }) =>
      budgetsFor(budgets, spender).map(({ budgetId }) => budgetId);
    expect(names(TRANSFER)).toEqual(['all', 'agent', 'skill', 'both']);
    expect(names({ ...TRANSFER, agentId: null })).toEqual(['all', 'skill']);
  });
});

describe('what is left', () => {
  test.each([
    [{ limitCents: 100, spentCents: 30, reservedCents: 20 }, 50],
    [{ limitCents: 100, spentCents: 100 }, 0],
    [{ limitCents: 100, spentCents: 130 }, 0],
  ])('of %j is %i', (budget, left) => expect(leftCents(aBudget(budget))).toBe(left));

  test('the tightest budget says how much; without one nobody does', () => {
    expect(tightestLeftCents([aBudget({ limitCents: 70 }), aBudget({ limitCents: 50 })])).toBe(50);
    expect(tightestLeftCents([])).toBeNull();
  });

  test('a cost exceeds what it is above, to the cent', () => {
    const budget = aBudget({ limitCents: 100, spentCents: 30, reservedCents: 20 });
    expect(exceededBudgets([budget], 50)).toEqual([]);
    expect(exceededBudgets([budget], 51)).toEqual([budget]);
  });

  test('what costs nothing, or nobody knows what, exceeds nothing', () => {
    const over = aBudget({ limitCents: 100, spentCents: 130 });
    expect([exceededBudgets([over], 0), exceededBudgets([over], null)]).toEqual([[], []]);
  });

  test('a cost passes exactly when every budget could take it', () =>
    fc.assert(
      fc.property(
        fc.array(fc.record({ limitCents: fc.nat(100), spentCents: fc.nat(100), reservedCents: fc.nat(100) })),
        fc.integer({ min: 1, max: 100 }),
        (fields, cost) => {
          const budgets = fields.map((each) => aBudget(each));
          const fits = fields.every((each) => each.spentCents + each.reservedCents + cost <= each.limitCents);
          expect(exceededBudgets(budgets, cost).length === 0).toBe(fits);
          expect(cost <= (tightestLeftCents(budgets) ?? cost)).toBe(fits);
        },
      ),
    ));
});

describe('under a budget', () => {
  test('what it pays for goes on to the rules', () => {
    expect(ask({ costCents: 10_000 }, [aBudget()])).toMatchObject({ decision: 'allow', reasons: ['Fine'] });
    expect(ask({ costCents: 10_000 }, [aBudget()], DENY)).toMatchObject({ decision: 'deny', reasons: ['No'] });
  });

  test('what it does not pay for is denied whatever the rules say, with every budget that refuses', () => {
    const budgets = [
      aBudget({ limitCents: 500_000, spentCents: 400_000, reservedCents: 10_000 }),
      aBudget({ skillId: 'payments.transfer', period: 'request', limitCents: 200_000 }),
      aBudget({ limitCents: 1_000_000, period: 'month' }),
    ];
    expect(ask({ costCents: 250_000 }, budgets)).toMatchObject({
      decision: 'deny',
      reasons: [
        'The daily budget of 5,000.00 for every request has 900.00 left, and this costs 2,500.00',
        'This costs 2,500.00, and the budget for payments.transfer allows 2,000.00 for each',
      ],
    });
  });

  test('what it would pay for another skill is none of its business', () =>
    expect(ask({ costCents: 1 }, [aBudget({ skillId: 'deploy.production', limitCents: 0 })]).decision).toBe('allow'));

  test('an unknown cost needs a person, at the level that is configured', () => {
    expect(ask({ costCents: null }, [aBudget()])).toMatchObject({
      decision: 'requires_approval',
      level: 4,
      reasons: ['Fine', 'The cost is unknown and a budget applies, so it is not approved automatically'],
    });
    expect(ask({ costCents: null }, []).decision).toBe('allow');
    expect(ask({ costCents: null }, [aBudget()], DENY).decision).toBe('deny');
  });
});

test('the scope of a budget is said in words', () => {
  const said = (scope: Partial<Budget>) => describeExceeded(aBudget({ period: 'month', ...scope }), 1_000_001);
  expect(said({ agentId: 'billing-bot' })).toContain(
    'The monthly budget of 100.00 for every request asked by billing-bot',
  );
  expect(said({ agentId: 'billing-bot', skillId: 'x' })).toContain('for x asked by billing-bot');
});

describe('what an outcome settles', () => {
  test.each([
    ['used', 500, 480, 480],
    ['used', 500, 620, 620],
    ['used', 500, 0, 0],
    ['used', 500, null, 500],
    ['used', 0, 300, 300],
    ['failed', 500, 480, 0],
    ['failed', 500, null, 0],
    ['rolled_back', 500, null, 0],
  ] as const)('%s, of %i reserved, at %s: %i is spent', (result, reserved, actual, spent) =>
    expect(settledCents(result, reserved, actual)).toBe(spent),
  );
});
