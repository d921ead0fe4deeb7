import { expect, test } from 'vitest';
import type { BudgetResource } from '@/lib/contracts';
import { leftWords, limitWords, scopeTitle, toCents, toRow } from './budgets-words';

const BUDGET: BudgetResource = {
  budget_id: 'bud_1',
  agent_id: null,
  skill_id: null,
  period: 'day',
  limit_cents: 500_000,
  description: null,
  spent_cents: 120_000,
  reserved_cents: 30_000,
  left_cents: 350_000,
  resets_at: '2026-01-15T00:00:00.000Z',
};

test('the scope is a title', () => {
  expect(scopeTitle(BUDGET)).toBe('Everything');
  expect(scopeTitle({ agent_id: 'billing-bot', skill_id: null })).toBe('Everything by billing-bot');
  expect(scopeTitle({ agent_id: null, skill_id: 'payments.transfer' })).toBe('payments.transfer');
  expect(scopeTitle({ agent_id: 'billing-bot', skill_id: 'payments.transfer' })).toBe(
    'payments.transfer by billing-bot',
  );
});

test('the limit goes with its period', () => {
  expect(limitWords(BUDGET)).toBe('5,000.00 a day');
  expect(limitWords({ ...BUDGET, period: 'request' })).toBe('5,000.00 for each request');
});

test('what is left may be nothing, or less', () => {
  expect(leftWords(BUDGET)).toBe('3,500.00 left');
  expect(leftWords({ ...BUDGET, reserved_cents: 380_000 })).toBe('Nothing left');
  expect(leftWords({ ...BUDGET, spent_cents: 500_001 })).toBe('300.01 over');
});

test.each([
  ['5000', 500_000],
  ['5,000.00', 500_000],
  [' 12.5 ', 1250],
  ['0', 0],
  ['0.01', 1],
  ['1,234,567.89', 123_456_789],
  ['90071992547409.91', 9_007_199_254_740_991],
  ['90071992547409.92', null],
  ['', null],
  ['-1', null],
  ['1.234', null],
  ['5.000,00', null],
  ['1,23', null],
  ['1e3', null],
  ['€5', null],
])('typed as “%s” it is %s cents', (typed, cents) => expect(toCents(typed)).toBe(cents));

test('what is written leaves out what the server says', () =>
  expect(Object.keys(toRow(BUDGET)).sort()).toEqual([
    'agent_id',
    'budget_id',
    'description',
    'limit_cents',
    'period',
    'skill_id',
  ]));
