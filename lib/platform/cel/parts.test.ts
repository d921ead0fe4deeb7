import { isCelError, parse, plan } from '@bufbuild/cel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileCondition, type RuleInput, toBindings } from '.';
import { ENGINE } from './engine';

const INPUT: RuleInput = {
  request: { policy_type: 'cost', skill_id: 'x', agent_id: 'bot', payload: { a: 1, b: 'text', c: [1, 2] } },
  cost: { known: false },
  actor: { id: '', name: '', role: '', level: 0, via: 'job' },
  tenant: { id: 'acme' },
  flags: {},
  now: Date.UTC(2026, 0, 5, 12),
};

/** True, false, failing and of another type. */
const ATOM = fc.constantFrom(
  'true',
  'false',
  'request.payload.a == 1',
  "request.payload.b == 'other'",
  'request.payload.absent == 1',
  'request.payload.a',
  '1 / (request.payload.a - 1) == 1',
  'request.payload.c.exists(x, x == 2)',
);
const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4 },
    ATOM,
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a} && ${b})`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `${a} && ${b}`),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a} || ${b})`),
    tie('expression').map((a) => `!(${a})`),
  ),
}));

/** What the engine makes of the whole; every failure is one. */
function whole(text: string): boolean | 'fails' {
  const result = plan(ENGINE, parse(text))(toBindings(INPUT).variables);
  return typeof result === 'boolean' && !isCelError(result) ? result : 'fails';
}

describe('a condition in parts', () => {
  test('says what it says as a whole, in whatever company', () => {
    fc.assert(
      fc.property(fc.array(expression, { minLength: 1, maxLength: 6 }), (texts) => {
        const bindings = toBindings(INPUT);
        for (const text of [...texts, ...texts]) {
          const said = compileCondition(text).ask(bindings);
          expect([text, typeof said === 'boolean' ? said : 'fails']).toEqual([text, whole(text)]);
        }
      }),
      { numRuns: 500 },
    );
  }, 60_000);

  test('that others have too is asked once, however it is written', () => {
    // What needs the engine: the rest is answered without it (`direct.ts`).
    const some = 'request.payload.c.exists(x, x == 41)';
    const rules = [`${some} && true`, `${some.replace('==', '  ==')} && request.agent_id == 'bot'`];
    const conditions = rules.map(compileCondition);
    const bindings = toBindings(INPUT);
    for (const condition of conditions) expect(condition.ask(bindings)).toBe(false);
    expect([...bindings.answers.values()]).toEqual([false]);
  });

  test('that differ in a number only, or in its type, are not the same', () => {
    const said = ['1', '2', '1u', '1.0', "'1'"].map((value) => `request.payload.a == ${value} && tenant.id == 'acme'`);
    const bindings = toBindings(INPUT);
    expect(said.map((text) => compileCondition(text).ask(bindings))).toEqual([true, false, true, true, false]);
  });

  test('that differ in the sign of a zero only are not the same', () => {
    const said = ['1.0 / 0.0 > 0.0', '1.0 / -0.0 > 0.0', '2.0 / -0.0 > 0.0', '2.0 / 0.0 > 0.0'].map((text) => [
      compileCondition(text).ask(toBindings(INPUT)),
      whole(text),
    ]);
    expect(said).toEqual([
      [true, true],
      [false, false],
      [false, false],
      [true, true],
    ]);
  });
});
