import { type CelResult, celType, isCelError, plan } from '@bufbuild/cel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileCondition, type RuleInput, toBindings } from '.';
import { ENGINE } from './engine';
import { toForm } from './forms';
import { parseExpression } from './parse';
import { compilePattern, requiredText } from './patterns';
import { isError, type Result, toEngine } from './scalars';

const inputOf = (payload: Record<string, unknown>): RuleInput => ({
  request: { policy_type: 'cost', skill_id: 'pay.out', agent_id: 'bot', payload },
  cost: { known: false },
  actor: { id: 'key_1', name: 'Key', role: '', level: 0, via: 'api_key' },
  tenant: { id: 'acme' },
  flags: { new_limits: true },
  now: Date.UTC(2026, 0, 5, 12),
});

const describeResult = (result: CelResult): unknown => {
  if (isCelError(result)) return { error: result.message };
  if (typeof result === 'bigint' || typeof result === 'number') return `${typeof result} ${result}`;
  return typeof result === 'object' && result !== null ? celType(result).name : result;
};

const inEngine = (result: Result): CelResult => (isError(result) ? result : toEngine(result));

/** What an expression comes to, by the engine as a whole and in steps. What goes wrong is told with its words. */
function bothWays(expression: string) {
  const expr = parseExpression(expression);
  const evaluate = plan(ENGINE, expr);
  const { step, own } = toForm(expr);
  return {
    byEngine: (input: RuleInput) => describeResult(evaluate(toBindings(input).variables)),
    inSteps: (input: RuleInput) => describeResult(inEngine(step(toBindings(input), own))),
  };
}

const NO_BOOL = { error: 'The condition is neither true nor false' };
const NOT_COUNTED = { error: 'What was asked for before is not known here, or is too much to count' };

/** Alike in one way and different in another. */
const CONSTANTS = ['0', '1', '-1', '1u', '0.0', '-0.0', '1.0', '1.5', '1e300', '9007199254740991', '9007199254740993'];
const OTHERS = ["''", "'a'", "'ab'", "'1'", "b'a'", 'true', 'false', 'null', '[1]', '{}', 'now', 'request.payload.b'];
const VALUES: unknown[] = [
  ...[0, 1, -1, 1.5, 1e300, Number.MAX_SAFE_INTEGER, '', 'a', 'ab', '1', 'a'.repeat(3000), 'a'.repeat(5000)],
  ...[true, false, null, [], [1], ['a', 1], {}, { x: 1 }, { x: null }],
];
const PAYLOADS = [{}, ...VALUES.map((a) => ({ a, b: 1 })), { a: 'a', b: 'a' }, { a: 1.5, b: 2 }, { a: [1], b: [1] }];

/** Asks everything both ways, of every payload. */
function expectAlike(expressions: readonly string[]): void {
  for (const expression of expressions) {
    const { byEngine, inSteps } = bothWays(expression);
    for (const payload of PAYLOADS) {
      const input = inputOf(payload);
      expect([expression, payload, inSteps(input)]).toEqual([expression, payload, byEngine(input)]);
    }
  }
}

describe('in steps a condition comes to what it comes to for the engine', () => {
  test.each(['==', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', '&&', '||', 'in'])(
    'where %s stands between',
    (operator) => {
      expectAlike(
        [...CONSTANTS, ...OTHERS, 'request.payload.a'].flatMap((term) => [
          `request.payload.a ${operator} ${term}`,
          `${term} ${operator} request.payload.a`,
          `(request.payload.a ${operator} ${term}) == 1`,
        ]),
      );
    },
  );

  test('where it is one of a list', () => {
    const lists = CONSTANTS.flatMap((one) => OTHERS.map((other) => `request.payload.a in [${one}, ${other}]`));
    expectAlike([
      ...lists,
      'request.payload.a in []',
      "'x' in request.payload.a",
      "request.payload.a in {'a': 1, 1: 2}",
    ]);
  });

  test('where it is a text', () => {
    const methods = ['startsWith', 'endsWith', 'contains', 'matches'];
    const texts = ["'a'", "''", "'^a.?$'", "'('", "'b'", "'a' + 'b'", '1', 'request.payload.b'];
    const asked = methods.flatMap((name) => texts.map((text) => `request.payload.a.${name}(${text})`));
    const long = "(request.payload.a + request.payload.a + 'b')";
    expectAlike([...asked, "matches(request.payload.a, 'a')", `${long}.matches('b$')`, `${long}.startsWith('a')`]);
  });

  test('where numbers are as large as they can be', () => {
    const most = '9223372036854775807';
    const terms = ['-1', '1', '2', '-9223372036854775808', most, '0', '1e308', '-0.0', '1u', '18446744073709551615u'];
    const asked = ['+', '-', '*', '/', '%', '<', '==', '>='].flatMap((operator) =>
      terms.flatMap((a) => terms.map((b) => `(${a} ${operator} ${b}) == request.payload.a`)),
    );
    expectAlike(asked);
    expectAlike(
      terms.flatMap((term) => [
        `-(${term}) == 1`,
        `request.payload.a + ${term} > 0`,
        `request.payload.a * ${term} > 0`,
      ]),
    );
  });

  test('where a function is called', () => {
    const a = 'request.payload.a';
    expectAlike([
      ...[
        `size(${a}) > 1`,
        `${a}.size() > 1`,
        `-${a} < 0`,
        `!${a}`,
        `string(${a}) == '1'`,
        `int(${a}) == 1`,
        `double(${a}) > 1.0`,
      ],
      ...[
        `type(${a}) == int`,
        `type(${a}) == type(1)`,
        `dyn(${a}) == 1`,
        `bytes(${a}) == b'a'`,
        `uint(${a}) == 1u`,
        `bool(${a})`,
      ],
      ...[
        `timestamp(${a}) < now`,
        `now - duration('1h') < now`,
        `now == now`,
        `now + duration(${a}) > now`,
        `duration('1s') == duration('1000ms')`,
      ],
      ...[
        'now.getHours() > 1',
        "now.getHours('Europe/Berlin') == 13",
        'now.getHours(request.payload.a) == 1',
        `(now + duration('2h')).getHours() == 14`,
      ],
      ...[
        `${a}[0] == 1`,
        `${a}['x'] == 1`,
        `${a}[${a}] == 1`,
        `[1, 2][${a}] == 2`,
        `{'a': 1}[${a}] == 1`,
        `${a}.x.y == 1`,
        `${a}.map(x, x) == [1]`,
      ],
      ...[
        `${a} == [1]`,
        `${a} == {}`,
        `${a} == {'x': 1}`,
        `[${a}] == [1]`,
        `[${a}, request.payload.absent] == [1]`,
        `size([${a}]) == 1`,
      ],
      ...[
        'timestamp(0) < now',
        "timestamp('nonsense') < now",
        "duration('nonsense') > duration('1s')",
        "'a'.matches('(')",
        'size(1) == 1',
        '1 / 0 == 1',
        "'a' < 1",
      ],
    ]);
  });

  test('where the engine reads what differs in constants only, or in what it looks at', () => {
    const fields = ['request.payload.a', 'request.payload.b', 'request.payload.absent'];
    expectAlike(
      fields.flatMap((field) => [
        ...['1', '2', "'1'", '1.0'].map((constant) => `[${field}, ${constant}] == [1, ${constant}]`),
        ...['1', '2'].map((constant) => `{'a': ${constant}, 'b': 2}[string(${field})] == 1 || ${constant} == 3`),
      ]),
    );
  });

  test('where times are less than a second apart', () => {
    const times = ['11:59:58.5', '11:59:58.8', '12:00:00.001', '12:00:01.2'].map(
      (at) => `timestamp('2026-01-05T${at}Z')`,
    );
    const lengths = ["duration('1.2s')", "duration('1.5s')", "duration('-1ms')", "duration('-1.2s')"];
    expectAlike(
      ['<', '<=', '>', '>='].flatMap((operator) =>
        times.flatMap((time) => [
          `now ${operator} ${time}`,
          ...lengths.map((length) => `now - ${time} ${operator} ${length}`),
        ]),
      ),
    );
  });

  test('where one of two is chosen', () => {
    const terms = ['request.payload.a', 'request.payload.absent', 'true', 'false', 'now', '1'];
    expectAlike(
      terms.flatMap((one) =>
        terms.flatMap((two) => [`(${one}) ? (${two}) : request.payload.b`, `((${two}) ? (${one}) : 1) == 1`]),
      ),
    );
  });

  test('where it is taken for true or false, or not there', () => {
    const asked = [
      'request.payload.a',
      'has(request.payload.a)',
      'has(request.payload.a.x)',
      'has(request.payload.absent.x)',
      'flags.new_limits',
      'flags.old',
    ];
    expectAlike([...asked, 'cost.known', 'cost.p95_cents > 1', 'true', 'null', 'request', 'now', 'int']);
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
  test('come in steps to what they come to for the engine, in its words', () => {
    const seen = { true: 0, false: 0, failed: 0 };
    fc.assert(
      fc.property(condition, input, (expression, given) => {
        const { byEngine, inSteps } = bothWays(expression);
        const said = inSteps(given);
        seen[said === true ? 'true' : said === false ? 'false' : 'failed'] += 1;
        expect([expression, said]).toEqual([expression, byEngine(given)]);
      }),
      { numRuns: 3000 },
    );
    expect(Math.min(seen.true, seen.false, seen.failed)).toBeGreaterThan(100);
  });

  test('say the same in whatever company', () => {
    fc.assert(
      fc.property(fc.array(condition, { minLength: 1, maxLength: 4 }), input, (expressions, given) => {
        const bindings = toBindings(given);
        for (const expression of [...expressions, ...expressions]) {
          const said = compileCondition(expression).ask(bindings);
          const whole = bothWays(expression).byEngine(given);
          const isOutcome = typeof whole === 'boolean' || (typeof whole === 'object' && whole !== null);
          expect([expression, said]).toEqual([expression, isOutcome ? whole : NO_BOOL]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['request.payload.absent == 1 || true', true],
    ["request.payload.b > 1 || request.agent_id == 'bot'", true],
    ['request.payload.a', NO_BOOL],
    ['request.payload.a && true', { error: 'type mismatch: expected bool, got int' }],
    ['request.payload.absent > 1', { error: 'field not found: absent' }],
    ['has(history.requests_last_day)', NOT_COUNTED],
    ['history.requests_last_day > 1', NOT_COUNTED],
    ["has(history.requests_last_day) && request.agent_id == 'other'", false],
    ["request.agent_id == 'bot' || has(history.requests_last_day)", true],
  ])('absorb what goes wrong, and no more: %s', (expression, expected) => {
    expect(compileCondition(expression).ask(toBindings(inputOf({ a: 11, b: 'text' })))).toEqual(expected);
  });
});

/** How often an input is asked for something by the engine while conditions are evaluated. */
function readsOf(conditions: readonly string[], payload: Record<string, unknown>) {
  const bindings = toBindings(inputOf(payload));
  let asked = 0;
  const { request } = bindings.variables;
  Object.defineProperty(bindings.variables, 'request', {
    get: () => {
      asked += 1;
      return request;
    },
  });
  for (const one of conditions.map(compileCondition)) one.ask(bindings);
  return asked;
}

describe('what many conditions look at', () => {
  test.each([
    ['a field', (n: number) => `request.payload.a == ${n} || request.payload.a + ${n} > 70`],
    ['a field that is not there', (n: number) => `request.payload.none == ${n} || request.payload.none > ${n}`],
    ['what becomes of a list', (n: number) => `request.payload.list.exists(x, x == 41) && ${n} > 50`],
    [
      'what becomes of a list, however it is written',
      (n: number) => `request.payload.list.all(x,${' '.repeat(n)}x > 41) && ${n} > 50`,
    ],
  ])('is read once for each input: %s', (_, conditionOf) => {
    const conditions = Array.from({ length: 20 }, (_, n) => conditionOf(n));
    // What a condition looks at is known to be shared once a second one does.
    for (const one of conditions) compileCondition(one);
    const payload = { a: 5, list: [1] };
    expect(readsOf(conditions, payload)).toBe(readsOf(conditions.slice(0, 1), payload));
  });

  test('is told apart by a number, its type, and the sign of a zero', () => {
    const numbers = ['1', '2', '1u', '1.0', "'1'"].map((value) => `request.payload.list.exists(x, x == ${value})`);
    const zeros = ['0.0', '-0.0'].map((zero) => `request.payload.list.exists(x, double(x) / ${zero} > 0.0)`);
    const bindings = toBindings(inputOf({ list: [1] }));
    const said = [...numbers, ...zeros].map((text) => compileCondition(text).ask(bindings));
    expect(said).toEqual([true, false, true, true, false, true, false]);
  });
});

describe('a text that a pattern demands', () => {
  const piece = fc.tuple(
    fc.constantFrom('a', 'b', 'ab', 'ba', '.', '^', '$', '😀', ' '),
    fc.constantFrom('', '', '', '*', '+', '?', '*?', '{0,2}', '{2}', '{0}'),
  );
  const pattern = fc
    .array(piece, { minLength: 1, maxLength: 6 })
    .map((pieces) => pieces.map(([text, count]) => (/^[$^]/.test(text) ? text : text + count)).join(''));

  test('is in every text that matches', () => {
    let certain = 0;
    fc.assert(
      fc.property(
        pattern,
        fc.array(fc.constantFrom('a', 'b', '😀', ' ', 'c'), { maxLength: 8 }),
        (written, letters) => {
          const [required, text] = [requiredText(written), letters.join('')];
          if (required === null || !compilePattern(written).test(text)) return;
          certain += 1;
          expect([written, text, text.includes(required)]).toEqual([written, text, true]);
        },
      ),
      { numRuns: 5000 },
    );
    expect(certain).toBeGreaterThan(100);
  });

  test.each([
    ['^prod-.*$', 'prod-'],
    ['eu-west-[12]', null],
    ['(?i)prod', null],
    ['a|b', null],
    ['ab?c', 'a'],
    ['ab+c', 'ab'],
    ['ab{0}c', 'a'],
    ['.*', null],
  ])('of %s is %s', (written, required) => expect(requiredText(written)).toBe(required));
});
