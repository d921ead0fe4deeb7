import { isCelError, plan } from '@bufbuild/cel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileCondition, type RuleInput, toBindings } from '.';
import { askDirectly, toQuestions } from './direct';
import { ENGINE } from './engine';
import { parseExpression } from './parse';

const inputOf = (payload: Record<string, unknown>): RuleInput => ({
  request: { policy_type: 'cost', skill_id: 'pay.out', agent_id: 'bot', payload },
  cost: { known: false },
  actor: { id: 'key_1', name: 'Key', role: '', level: 0, via: 'api_key' },
  tenant: { id: 'acme' },
  flags: { new_limits: true },
  now: Date.UTC(2026, 0, 5, 12),
});

/** An expression, by the engine as a whole and without it. What goes wrong is told with its words. */
function bothWays(expression: string) {
  const expr = parseExpression(expression);
  const evaluate = plan(ENGINE, expr);
  const questions = toQuestions(expr);
  return {
    byEngine: (input: RuleInput): boolean | { error: string } => {
      const result = evaluate(toBindings(input).variables);
      if (typeof result === 'boolean') return result;
      return { error: isCelError(result) ? result.message : 'The condition is neither true nor false' };
    },
    direct: (input: RuleInput) => (questions === null ? null : askDirectly(questions, toBindings(input))),
  };
}

/** Alike in one way and different in another. */
const CONSTANTS = ['0', '1', '-1', '1u', '0.0', '-0.0', '1.0', '1.5', '1e300', '9007199254740991', '9007199254740993'];
const OTHERS = ["''", "'a'", "'ab'", "'1'", "b'a'", 'true', 'false', 'null', '[1]', '{}', 'now', 'request.payload.b'];
const VALUES: unknown[] = [
  ...[0, 1, -1, 1.5, 1e300, Number.MAX_SAFE_INTEGER, '', 'a', 'ab', '1', 'a'.repeat(5000)],
  ...[true, false, null, [], [1], ['a', 1], {}, { x: 1 }, { x: null }],
];
const PAYLOADS = [{}, ...VALUES.map((a) => ({ a, b: 1 })), { a: 'a', b: 'a' }, { a: 1.5, b: 2 }, { a: [1], b: [1] }];

/** Asks everything both ways, of every payload. How often there was an answer without the engine. */
function expectAlike(expressions: readonly string[]): number {
  let direct = 0;
  for (const expression of expressions) {
    const ways = bothWays(expression);
    for (const payload of PAYLOADS) {
      const said = ways.direct(inputOf(payload));
      if (said === null) continue;
      direct += 1;
      expect([expression, payload, said]).toEqual([expression, payload, ways.byEngine(inputOf(payload))]);
    }
  }
  return direct / (expressions.length * PAYLOADS.length);
}

describe('what is answered without the engine is what the engine answers', () => {
  test.each([
    ['==', 0.4],
    ['!=', 0.4],
    ['<', 0.1],
    ['<=', 0.1],
    ['>', 0.1],
    ['>=', 0.1],
  ])('where a field is compared with %s', (operator, share) => {
    const terms = [...CONSTANTS, ...OTHERS];
    const asked = terms.flatMap((term) => [
      `request.payload.a ${operator} ${term}`,
      `${term} ${operator} request.payload.a`,
    ]);
    expect(expectAlike(asked)).toBeGreaterThan(share);
  });

  test('where it is one of a list', () => {
    const lists = CONSTANTS.flatMap((one) => OTHERS.map((other) => `request.payload.a in [${one}, ${other}]`));
    expect(expectAlike([...lists, 'request.payload.a in []', "'x' in request.payload.a"])).toBeGreaterThan(0.2);
  });

  test('where it is a text', () => {
    const methods = ['startsWith', 'endsWith', 'contains', 'matches'];
    const texts = ["'a'", "''", "'^a.?$'", "'('", "'b'", "'a' + 'b'", '1'];
    const asked = methods.flatMap((name) => texts.map((text) => `request.payload.a.${name}(${text})`));
    expect(expectAlike([...asked, "matches(request.payload.a, 'a')"])).toBeGreaterThan(0.05);
  });

  test('where something is reckoned with it', () => {
    const terms = ['+', '-', '*', '/', '%'].flatMap((operator) =>
      [...CONSTANTS, "'a'", 'request.payload.b'].map((other) => `request.payload.a ${operator} ${other}`),
    );
    const others = [
      'size(request.payload.a)',
      'request.payload.a.size()',
      '-request.payload.a',
      'request.payload.a[0]',
    ];
    const asked = [...terms, ...others, "request.payload.a['x']", 'now.getHours()', "now.getHours('Europe/Berlin')"];
    expect(
      expectAlike(asked.flatMap((term) => [`${term} > 0`, `${term} == 1.0`, `${term} == 9007199254740993`])),
    ).toBeGreaterThan(0.05);
  });

  test('where it is taken for true or false, or not there', () => {
    const asked = [
      'request.payload.a',
      'has(request.payload.a)',
      'has(request.payload.a.x)',
      'flags.new_limits',
      'flags.old',
    ];
    expect(
      expectAlike([...asked, 'cost.known', 'cost.p95_cents > 1', 'true', 'null', 'request', 'now']),
    ).toBeGreaterThan(0.4);
  });
});

/** True, false, failing, of another type, and for the engine only. */
const atom = fc.oneof(
  fc
    .tuple(fc.constantFrom('a', 'b'), fc.constantFrom('==', '!=', '<', '>='), fc.constantFrom('0', '1', '1.5', "'a'"))
    .map(([name, operator, constant]) => `request.payload.${name} ${operator} ${constant}`),
  fc.constantFrom(
    ...['true', 'false', 'request.payload.b', 'has(request.payload.b)', 'request.payload.a in [0, 1]'],
    ...['request.payload.absent == 1', 'request.payload.a.exists(x, x == 1)', "request.agent_id == 'bot'"],
  ),
);
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    atom,
    fc
      .tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition'))
      .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
    tie('condition').map((inner) => `!(${inner})`),
    fc.tuple(atom, tie('condition'), atom).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
  ),
}));
const value = fc.constantFrom(...[0, 0, 1, 1, 2, 1.5, 'a', 'b', true, null, [1]]);
const input = fc.record({ a: value, b: value }, { requiredKeys: ['a'], noNullPrototype: true }).map(inputOf);

describe('conditions that are joined', () => {
  test('say without the engine what the engine says', () => {
    const seen = { true: 0, false: 0, null: 0 };
    fc.assert(
      fc.property(condition, input, (expression, given) => {
        const { direct, byEngine } = bothWays(expression);
        const said = direct(given);
        seen[`${said}`] += 1;
        if (said !== null) expect([expression, said]).toEqual([expression, byEngine(given)]);
      }),
      { numRuns: 2000 },
    );
    expect(Math.min(seen.true, seen.false, seen.null)).toBeGreaterThan(100);
  });

  test('say the same in whatever company, and what goes wrong has the words of the engine', () => {
    let failed = 0;
    // A part that is joined by `&&` alone is told by itself (`parts.test.ts`); here the whole is one part.
    const part = condition.map((one) => `(${one}) || false`);
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), input, (expressions, given) => {
        const bindings = toBindings(given);
        for (const expression of [...expressions, ...expressions]) {
          const said = compileCondition(expression).ask(bindings);
          failed += typeof said === 'object' ? 1 : 0;
          expect([expression, said]).toEqual([expression, bothWays(expression).byEngine(given)]);
        }
      }),
      { numRuns: 300 },
    );
    expect(failed).toBeGreaterThan(100);
  });

  test.each([
    ["request.payload.a > 10 && request.agent_id == 'bot'", true],
    ["request.payload.a <= 10 || request.payload.b != 'x'", true],
    ["!(request.payload.b in ['x', 'y']) && has(request.payload.a)", true],
    ["request.payload.b.startsWith('te') && request.payload.b.matches('^t.*t$')", true],
    ['request.payload.a * 2 > request.payload.c', true],
    ["now.getHours('Europe/Berlin') < 7 || size(request.payload.b) == 5", false],
    ['10 >= request.payload.a', false],
  ])('need no engine where they are made of what rules are made of: %s', (expression, expected) => {
    expect(bothWays(expression).direct(inputOf({ a: 11, b: 'text', c: 21 }))).toBe(expected);
  });

  test.each([
    // Another part is true, but the first failed: it is for the engine to say that this is of no account.
    ['request.payload.absent == 1 || true', true],
    ["request.payload.b > 1 || request.agent_id == 'bot'", true],
    ['request.payload.a', { error: 'The condition is neither true nor false' }],
    ['request.payload.absent > 1', { error: 'field not found: absent' }],
    [
      'has(history.requests_last_day)',
      { error: 'What was asked for before is not known here, or is too much to count' },
    ],
  ])('are the engine’s where something fails: %s', (expression, expected) => {
    const given = inputOf({ a: 11, b: 'text' });
    expect(compileCondition(expression).ask(toBindings(given))).toEqual(expected);
  });

  test('read each field once', () => {
    const bindings = toBindings(inputOf({ a: 5 }));
    for (let n = 0; n < 50; n += 1)
      compileCondition(`request.payload.a == ${n} || request.payload.a > ${n + 7}`).ask(bindings);
    expect([...bindings.readings.values()]).toEqual([5]);
  });
});
