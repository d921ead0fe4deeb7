import { describe, expect, test } from 'vitest';
import { type Comparable, endingsOf, likeness } from './precedents';

const asked: Comparable = {
  skillId: 'payments.transfer',
  agentId: 'billing-bot',
  policyType: 'cost',
  amountCents: 10_000,
  payload: { amount_cents: 10_000, country: 'DE', to: 'Northwind' },
};

describe('how alike two requests are', () => {
  test.each<[string, Partial<Comparable>, number, string[]]>([
    ['the same', {}, 95, ['same skill', 'same agent', 'same amount', 'same country', 'same to', 'same policy type']],
    [
      'another skill',
      { skillId: 'x' },
      55,
      ['same agent', 'same amount', 'same country', 'same to', 'same policy type'],
    ],
    [
      'twice the amount',
      { amountCents: 20_000 },
      88,
      ['same skill', 'same agent', 'similar amount', 'same country', 'same to', 'same policy type'],
    ],
    [
      'ten times the amount',
      { amountCents: 100_000 },
      75,
      ['same skill', 'same agent', 'same country', 'same to', 'same policy type'],
    ],
    [
      'another country',
      { payload: { country: 'FR' } },
      82,
      ['same skill', 'same agent', 'same amount', 'same policy type'],
    ],
    ['nothing known', { agentId: null, amountCents: null, payload: null }, 45, ['same skill', 'same policy type']],
  ])('%s', (_, over, score, matched) => expect(likeness(asked, { ...asked, ...over })).toEqual({ score, matched }));

  test('nobody is not the same agent as nobody', () => {
    const nobody = { ...asked, agentId: null };
    expect(likeness(nobody, nobody).matched).not.toContain('same agent');
  });
});

test('the endings are counted, and the median is of those that somebody decided', () => {
  const past = [
    { status: 'approved', secondsToDecide: 10 },
    { status: 'rejected', secondsToDecide: 30 },
    { status: 'approved', secondsToDecide: 20 },
    { status: 'expired', secondsToDecide: 86_400 },
  ] as const;
  expect(endingsOf(past)).toEqual({ approved: 2, rejected: 1, expired: 1, cancelled: 0, medianSecondsToDecide: 20 });
  expect(endingsOf([]).medianSecondsToDecide).toBeNull();
});
