import { expect, test } from 'vitest';
import { historyKey, NO_HISTORY, withRequest } from './history';

test('an agent, a key and a person of the same name are three askers, and each skill is counted for itself', () => {
  const nobody = { agentId: null, keyId: null, userId: null };
  const keys = [
    historyKey('a', { ...nobody, agentId: 'x' }),
    historyKey('a', { ...nobody, keyId: 'x' }),
    historyKey('a', { ...nobody, userId: 'x' }),
    historyKey('b', { ...nobody, agentId: 'x' }),
    historyKey('["a","agent"', { ...nobody, agentId: 'x' }),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

test('who names an agent is that agent, whatever the key; who uses a key is the key, whoever owns it', () => {
  const agent = { agentId: 'x', keyId: 'key_1', userId: null };
  expect(historyKey('a', agent)).toBe(historyKey('a', { ...agent, keyId: 'key_2', userId: 'usr_1' }));
  const key = { agentId: null, keyId: 'key_1', userId: null };
  expect(historyKey('a', key)).toBe(historyKey('a', { ...key, userId: 'usr_1' }));
});

test('one more request counts as what it is, and only what is approved is spent', () => {
  const three = [
    { status: 'pending', costCents: 100 },
    { status: 'approved', costCents: 20 },
    { status: 'approved', costCents: null },
    { status: 'rejected', costCents: 3 },
  ].reduce(withRequest, NO_HISTORY);
  expect(three).toEqual({
    requests_last_hour: 4,
    requests_last_day: 4,
    approved_last_day: 2,
    rejected_last_day: 1,
    spent_last_day_cents: 20,
  });
  const most = { ...NO_HISTORY, spent_last_day_cents: Number.MAX_SAFE_INTEGER };
  expect(withRequest(most, { status: 'approved', costCents: 5 })).toMatchObject({
    spent_last_day_cents: Number.MAX_SAFE_INTEGER,
  });
});
