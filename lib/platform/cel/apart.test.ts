// TORTURE I3: what nobody has agreed to yet is judged where it can be ended.
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { aRule } from '@/lib/testing/builders';
import { agree, type Draft, examineApart, judgeApart, type RuleInput, stopThreads } from '.';

afterAll(stopThreads);

const inputOf = (payload: Record<string, unknown>): RuleInput => ({
  request: { policy_type: 'cost', skill_id: 'x', agent_id: '', payload },
  cost: { known: false },
  actor: { id: '', name: '', role: '', level: 0, via: 'job' },
  tenant: { id: 'acme' },
  flags: {},
  now: Date.UTC(2026, 0, 5, 12),
});
const draft = (when: string, ...payloads: Record<string, unknown>[]): Draft => ({
  when,
  inputs: payloads.map(inputOf),
});

/** Linear where conditions are evaluated, for ever on the second engine. */
const CATASTROPHE = draft("request.payload.text.matches('^(a+)+$')", { text: `${'a'.repeat(60)}!` });

describe('a draft', () => {
  test('is tried on both engines, and what both say comes back', async () => {
    const [found] = await examineApart('acme', [draft('request.payload.a > 1', { a: 2 }, { a: 1 }, {})]);
    if (typeof found !== 'object') throw new Error(`The draft was ended: ${found}`);
    expect(found.checked.ok).toBe(true);
    expect(found.answers.map(({ first }) => first)).toEqual([true, false, { error: expect.stringMatching(/a/) }]);
    expect(found.answers.map(({ second }) => second)).toEqual([true, false, { error: expect.stringMatching(/a/) }]);
  });

  test('that the gate refuses is evaluated by neither', async () => {
    const [found] = await examineApart('acme', [draft('[[1]].all(x, x.all(y, y > 0))', {})]);
    expect(found).toMatchObject({ checked: { ok: false }, answers: [] });
  });

  test('that takes too long is ended, and the ones before and after it are answered', async () => {
    const fine = draft('request.payload.a == 1', { a: 1 });
    const found = await examineApart('acme', [fine, CATASTROPHE, fine]);
    expect(found.map((one) => (typeof one === 'object' ? one.answers[0]?.first : one))).toEqual([
      true,
      'too slow',
      true,
    ]);
  });

  test('does not hold up the thread that answers everybody else while it is being ended', async () => {
    let turns = 0;
    let isOver = false;
    const judged = examineApart('acme', [CATASTROPHE]).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await turn();
      turns += 1;
    }
    expect(await judged).toEqual(['too slow']);
    expect(turns).toBeGreaterThan(100);
  });

  test('is looked at no more once three have been too slow', async () => {
    const fine = draft('true', {});
    expect(await examineApart('acme', [CATASTROPHE, CATASTROPHE, CATASTROPHE, fine])).toEqual([
      'too slow',
      'too slow',
      'too slow',
      undefined,
    ]);
  });

  test('has to come back later when too many wait, and one tenant does not take every place', async () => {
    const fine = draft('true', {});
    const many = await Promise.allSettled(Array.from({ length: 40 }, () => examineApart('greedy', [fine])));
    const refused = many.filter(({ status }) => status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toMatchObject({ reason: { code: 'service/unavailable', retryAfterSeconds: 1 } });
    const both = [...Array.from({ length: 30 }, () => examineApart('greedy', [fine])), examineApart('modest', [fine])];
    expect((await Promise.allSettled(both)).at(-1)).toMatchObject({ status: 'fulfilled' });
  });
});

describe('a set that does not decide', () => {
  const set = (when: string) => ({
    fallback: { effect: 'require_approval', level: 1 } as const,
    rules: [aRule({ ruleId: 'r', effect: 'deny', when })],
  });

  test('answers as it would if it did, and is known by its name from then on', async () => {
    const first = { name: 'acme@1', set: set('request.payload.a > 1') };
    const [denied] = await judgeApart('acme', first, [{ policyType: 'cost', input: inputOf({ a: 2 }) }]);
    expect(denied?.effect).toBe('deny');
    const [other, failed] = await judgeApart('acme', first, [
      { policyType: 'cost', input: inputOf({ a: 1 }) },
      { policyType: 'cost', input: inputOf({}) },
    ]);
    expect(other?.effect).toBe('require_approval');
    expect(failed?.errors).toHaveLength(1);
  });
});

test.each([
  [true, true, true],
  [true, false, false],
  [{ error: 'a' }, { error: 'b' }, true],
  [{ error: 'a' }, true, false],
  [true, { error: 'a' }, false],
  [true, { error: 'Invalid regular expression: /(?i)a/: Invalid group' }, true],
])('two engines that say %j and %j agree: %s', (first, second, expected) =>
  expect(agree(first, second)).toBe(expected),
);
