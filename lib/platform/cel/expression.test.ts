import { describe, expect, test } from 'vitest';
import { checkExpression, compileExpression, RESPONSE_VALUE, TASK_VALUE } from '.';

const PARAMS = {
  amount: 250,
  rate: 1.5,
  large: 2 ** 53 - 1,
  items: [
    { name: 'a', n: 1 },
    { name: 'b', n: 2 },
  ],
  long: 'x'.repeat(4097),
  none: null,
};

const evaluated = (expression: string) =>
  compileExpression(expression).evaluate({ params: PARAMS, tenant: { id: 'acme' } });

describe('a value', () => {
  test.each([
    ['params.amount', 250],
    ['params.amount * 2', 500],
    ['params.rate * 2.0', 3],
    ['params.amount > 100 ? "large" : "small"', 'large'],
    ['params.items.map(i, i.name)', ['a', 'b']],
    ['params.items', PARAMS.items],
    ['{"total": params.amount, "of": tenant.id, "nothing": params.none}', { total: 250, of: 'acme', nothing: null }],
    ['size(params.items)', 2],
    ['size(params.items) == 2', true],
    ['uint(7)', 7],
    ['{"__proto__": 1}', JSON.parse('{"__proto__": 1}')],
  ])('%s is JSON', (expression, value) => {
    expect(checkExpression(expression, TASK_VALUE)).toMatchObject({ ok: true });
    expect(evaluated(expression)).toEqual({ value });
  });

  test.each([
    ['params.large + 1', /larger than JSON numbers/],
    ['params.missing', /field not found: missing/],
    ['params.amount / 0', /zero/i],
    ['1.0 / 0.0', /no number of JSON/],
    ['params.long', /more than 4,096 characters/],
    ['b"abc"', /JSON has no such value/],
    ['duration("3s")', /string\(\)/],
    ['{1: 2}', /keys of a map/],
  ])('%s is an error that says why', (expression, message) => {
    expect(evaluated(expression)).toEqual({ error: expect.stringMatching(message) });
  });

  test('is not computed where that would take long', () => {
    const items = Array.from({ length: 20_000 }, (_, n) => n);
    const slow = compileExpression('params.items.filter(i, params.items == [i] || i in params.items)');
    const startedMs = performance.now();
    expect(slow.evaluate({ params: { items }, tenant: { id: 'acme' } })).toEqual({
      error: 'This would take too long on values this large',
    });
    expect(performance.now() - startedMs).toBeLessThan(500);
  });
});

test('the gate of a value that is made of an answer knows the answer, and what every task has', () => {
  expect(checkExpression('response.body.items.map(i, i.id)', RESPONSE_VALUE)).toMatchObject({ ok: true });
  expect(checkExpression('response.status == 200 ? params.a : tenant.id', RESPONSE_VALUE)).toMatchObject({ ok: true });
  expect(checkExpression('response.status', TASK_VALUE).ok).toBe(false);
  expect(checkExpression('response.cookies', RESPONSE_VALUE).ok).toBe(false);
});
