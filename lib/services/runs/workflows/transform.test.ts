import { describe, expect, test } from 'vitest';
import { findWorkflow, type WorkflowCall } from '.';

const transform = findWorkflow('transform');

const run = (params: Record<string, unknown>) => {
  if (transform?.kind !== 'inline') return expect.unreachable();
  const call: WorkflowCall = {
    tenantId: 'acme',
    runId: 'run_1',
    taskId: 'sums',
    params,
    attempt: 1,
    idempotencyKey: 'run_1.sums',
    signal: new AbortController().signal,
  };
  return transform.run(call);
};
const faults = (params: Record<string, unknown>) => transform?.faults(params) ?? [];

describe('transform', () => {
  test('makes each key of its output of what it received, and of whose run it is', async () => {
    const expressions = {
      total: 'params.sweep__items.map(i, i.cents)[0] + params.base',
      large: 'params.base > 100',
      note: '"for " + tenant.id',
      shape: '{"items": params.sweep__items, "n": size(params.sweep__items)}',
    };
    expect(faults({ expressions })).toEqual([]);
    const items = [{ cents: 250 }];
    expect(await run({ base: 200, sweep__items: items, expressions })).toEqual({
      ok: true,
      output: { total: 450, large: true, note: 'for acme', shape: { items, n: 1 } },
    });
  });

  test('does not see its own expressions', async () => {
    expect(await run({ expressions: { own: 'has(params.expressions)' } })).toEqual({
      ok: true,
      output: { own: false },
    });
  });

  test('fails for good where an expression has no value, and says which', async () => {
    expect(await run({ expressions: { a: '1', b: 'params.nothing + 1' } })).toEqual({
      ok: false,
      error: 'b: field not found: nothing',
      final: true,
    });
    expect(await run({ n: 2 ** 53 - 1, expressions: { a: 'params.n + 1' } })).toMatchObject({ ok: false, final: true });
    expect(await run({ text: 'a\0b', expressions: { a: 'params.text' } })).toMatchObject({
      error: 'The output has characters that cannot be stored',
    });
  });

  test('every fault of a definition is named where it is', () => {
    expect(faults({})).toEqual([{ pointer: '/expressions', detail: expect.stringContaining('An object') }]);
    const expressions = { ok: 'params.a', bad: 'params.a +', unknown: 'request.skill_id', 'no/key': '1', number: 3 };
    expect(faults({ expressions, more: 1 }).map(({ pointer }) => pointer)).toEqual([
      '/more',
      '/expressions/bad',
      '/expressions/unknown',
      '/expressions/no~1key',
      '/expressions/number',
    ]);
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`k${n}`, '1']));
    expect(faults({ expressions: many })).toEqual([{ pointer: '/expressions', detail: 'At most 64 keys' }]);
  });
});

test.each([
  ['external:render', 'external'],
  ['external:a.b_c-d9', 'external'],
  ['echo', 'inline'],
  ['http', 'leased'],
])('%s is a workflow that is %s', (name, kind) => {
  expect(findWorkflow(name)?.kind).toBe(kind);
});

test.each(['external:', 'external:Upper', `external:${'a'.repeat(64)}`, 'external:a b', 'toString', 'nothing'])(
  '%s is no workflow',
  (name) => {
    expect(findWorkflow(name)).toBeNull();
  },
);
