import { describe, expect, test } from 'vitest';
import { HOSTILE } from '@/lib/testing/hostile-expressions';
import { checkExpression, compileCondition, type RuleInput, toBindings } from '.';

const INPUT: RuleInput = {
  flags: {},
  request: {
    policy_type: 'cost',
    skill_id: 'payments.transfer',
    agent_id: 'billing-bot',
    payload: {
      amount_cents: 250_000,
      rate: 1.5,
      to: { country: 'DE', 'content-type': '`a/b`' },
      tags: ['urgent', 'b2b'],
      long: 'x'.repeat(4097),
      none: null,
    },
  },
  cost: { known: true, estimate_cents: 250_000, p95_cents: 300_000, confidence: 1 },
  actor: { id: 'key_1', name: 'ci', role: '', level: 0, via: 'api_key' },
  tenant: { id: 'acme' },
  now: Date.UTC(2026, 0, 5, 12),
};

const ask = (expression: string, input: RuleInput = INPUT) => compileCondition(expression).ask(toBindings(input));

describe('what was asked for before', () => {
  const history = {
    requests_last_hour: 1,
    requests_last_day: 20,
    approved_last_day: 3,
    rejected_last_day: 2,
    spent_last_day_cents: 500,
  };

  test('is there as whole numbers', () => {
    const sum = 'history.approved_last_day + history.rejected_last_day == 5 && history.spent_last_day_cents / 2 == 250';
    expect(ask(sum, { ...INPUT, history })).toBe(true);
    expect(checkExpression('history.requests_last_week > 1').ok).toBe(false);
  });

  test.each([
    'history.requests_last_day > 1',
    'has(history.requests_last_day)',
    '!has(history.requests_last_day)',
    'has(history.requests_last_day) ? false : true',
  ])('fails where nobody has counted: %s', (expression) => {
    expect(ask(expression, { ...INPUT, history })).toEqual(expect.any(Boolean));
    expect(ask(expression)).toEqual({ error: expect.stringMatching(/^What was asked for before/) });
    expect(compileCondition(expression).readsHistory).toBe(true);
  });

  test('says nothing of rules that do not look at it', () => {
    expect(compileCondition("request.payload.history == 'x'").readsHistory).toBe(false);
    expect(ask("has(request.payload.history) || request.agent_id == 'billing-bot'")).toBe(true);
  });
});

const faultOf = (expression: string) => {
  const checked = checkExpression(expression);
  return checked.ok ? 'no fault' : `${checked.fault.start}-${checked.fault.end} ${checked.fault.message}`;
};

describe('a condition', () => {
  test.each([
    [`request.skill_id == 'payments.transfer' && request.payload.amount_cents > 100000`, true],
    [`request.payload.amount_cents > 100000.5`, true],
    [`request.payload.rate * 2.0 == 3.0`, true],
    [`request.payload.to.country in ['DE', 'FR']`, true],
    [`request.payload.tags.exists(t, t == 'urgent')`, true],
    [`has(request.payload.iban)`, false],
    [`request.payload['amount_cents'] == 250000`, true],
    [`request.skill_id.matches('^payments[.](transfer|refund)$')`, true],
    [`cost.known && cost.estimate_cents <= 250000`, true],
    [`cost.p95_cents == 300000 && cost.confidence > 0.99 && cost.confidence * 2.0 == 2.0`, true],
    [`!has(cost.budget_left_cents)`, true],
    [`actor.via == 'session' || tenant.id == 'acme'`, true],
    [`now.getDayOfWeek('Europe/Berlin') == 1 && now.getHours('Europe/Berlin') == 13`, true],
    [`request.payload.long == 'y' || has(request.payload.long)`, true],
    [`has(request.payload.none) && request.payload.none == null && 'none' in request.payload`, true],
    [`timestamp('2026-06-30T22:00:00Z').getDate('Europe/Berlin') == 1`, true],
    [`timestamp('2026-06-30T22:00:00Z').getHours('Europe/Berlin') == 0`, true],
    [`timestamp('2026-12-31T23:00:00Z').getDayOfYear('-02:30') == 364`, true],
    [`timestamp('0001-01-01T00:00:00Z').getFullYear() == 1`, true],
    [`[1, 2].map(x, x + 1).filter(x, x > 2).all(x, x == 3)`, true],
    ["request.payload.to.`content-type` == '`a/b`' && !has(request.payload.`a.b`)", true],
    ['has(request.payload.to.`content-type`) // `none-of-this`', true],
    ["request.payload.absent == 1 && request.agent_id == 'nobody'", false],
    ["request.agent_id == 'nobody' && request.payload.absent == 1", false],
  ])('%s', (expression, expected) => {
    expect(faultOf(expression)).toBe('no fault');
    expect(ask(expression)).toBe(expected);
  });

  test.each([
    ['a field that is absent', `request.payload.iban == 'DE'`],
    ['the cost where nobody knows it', `cost.estimate_cents < 100`, { ...INPUT, cost: { known: false } }],
    ['its cautious end where nobody knows it', `cost.p95_cents < 100`, { ...INPUT, cost: { known: false } }],
    ['how sure that is where nobody knows it', `cost.confidence < 0.5`, { ...INPUT, cost: { known: false } }],
    ['what a budget has left where none applies', `cost.budget_left_cents < 100`],
    ['mixed arithmetic', `request.payload.amount_cents * 1.5 > 1.0`],
    ['a text longer than rules may read', `request.payload.long.contains('y')`],
    ['another type than it has', `request.payload.rate == 1.5 && request.payload.to > 3`],
    ['division by nothing', `1 / (size(request.payload.tags) - 2) == 1`],
    ['what is neither true nor false', `request.payload.amount_cents`],
  ] as [string, string, RuleInput?][])('that reads %s fails, and says how', (_, expression, input) => {
    expect(ask(expression, input)).toEqual({ error: expect.stringMatching(/./) });
  });

  test('a bill of a quadrillion cents is still exact', () => {
    const payload = { amount_cents: Number.MAX_SAFE_INTEGER };
    const input = { ...INPUT, request: { ...INPUT.request, payload } };
    expect(ask(`request.payload.amount_cents == ${Number.MAX_SAFE_INTEGER}`, input)).toBe(true);
    expect(ask(`request.payload.amount_cents > ${Number.MAX_SAFE_INTEGER - 1}`, input)).toBe(true);
  });
});

describe('what is refused when it is written', () => {
  test.each([
    [`request.skil_id == 'a'`, '8-15 No such key: skil_id'],
    [`request.skill_id == 1`, '0-21 These do not go together: string == int'],
    [`request.payload.a > 9223372036854775809`, '20-39 This number is larger than any'],
    [`request.payload.a.lowerAscii() == ''`, '0-36 Unknown function: lowerAscii'],
    [`request.skill_id.matches(request.agent_id)`, '25-41 A pattern has to be written out'],
    ['request.payload.amount_cents', '0-28 A condition is true or false; this is dyn'],
    ['balance > 1', '0-7 Unknown variable: balance'],
    ['request.`skill-id` == "a"', '8-18 No such key: skill-id'],
    ['`request`.skill_id == "a"', '0-1 “`” cannot stand here'],
    ['request.`size`() == 1', '8-9 “`” cannot stand here'],
    ['request.payload.`a;b` == 1', '16-17 “`” cannot stand here'],
    ['{0: 1, 0u: 2}[0] == 1', "7-9 Map key uses wrong type, expected type 'int' but found 'uint'"],
    ['[1, 2].all(x, [3].exists(y, x == y))', '14-35 Comprehensions cannot be nested'],
    ['[1].map(x, x).all(x, [1].all(y, y > x))', '21-38 Comprehensions cannot be nested'],
  ])('%s', (expression, fault) => expect(faultOf(expression)).toBe(fault));

  // The words are for whoever writes a condition, who has typed no EOF and no IDENTIFIER; the place stays the parser's.
  test.each([
    ['1 +', '3-3 Something is missing at the end'],
    ['request.', '8-8 A name is missing at the end'],
    ['request..skill_id', '8-9 A name is missing before “.”'],
    ['(1 == 1', '7-7 A closing ) is missing at the end'],
    ['[1, 2', '5-5 A closing ] is missing at the end'],
    ['size([1) == 1', '7-8 A closing ] is missing before “)”'],
    ['{1: 2', '5-5 A closing } is missing at the end'],
    ['true ? true', '11-11 A : is missing at the end'],
    ['1 == == 2', '5-7 “==” cannot stand here'],
    ['1 == 1)', '6-7 “)” cannot stand here'],
    ['cost.known actor.level', '11-16 An operator, such as == or &&, is missing before “actor”'],
    ["request.skill_id = 'a'", '17-18 Compare with ==, not with ='],
    ['true and false', '5-8 Write && for “and”'],
    ['true || not cost.known', '12-16 Write ! for “not”'],
    ['true constructor', '5-16 An operator, such as == or &&, is missing before “constructor”'],
    ['true & false', '5-6 Write && for “and”'],
    ["request.skill_id == 'a", '20-22 The closing quote of this text is missing'],
    ['if == 1', '0-2 “if” is a reserved word and names nothing'],
    ["request.skill_id == '\\q'", '21-23 This backslash begins nothing that is known: write \\\\ for a backslash'],
    ['#', '0-1 “#” cannot stand here'],
    [`${'('.repeat(50)}1${')'.repeat(50)} == 1`, '40-40 This is nested more than 40 deep'],
    [`size([${'1,'.repeat(70)}1]) == 1`, '134-134 A list has at most 64 items'],
  ])('%s, in words', (expression, fault) => expect(faultOf(expression)).toBe(fault));

  test('one comprehension after another is not nested', () =>
    expect(faultOf('[1].all(x, x > 0) && request.payload.tags.all(t, t != "")')).toBe('no fault'));

  test('fields that may be absent are named, unless the rule asks for them', () => {
    const read = (expression: string) => {
      const checked = checkExpression(expression);
      return checked.ok ? checked.fields.map(({ path }) => path) : checked.fault;
    };
    expect(read('request.payload.amount_cents > 1')).toEqual(['request.payload.amount_cents']);
    expect(read('has(request.payload.a.b) && request.payload.a.b > 1')).toEqual([]);
    expect(read('request.payload.`content-type` == "a"')).toEqual(['request.payload.`content-type`']);
    expect(read('cost.budget_left_cents < 500')).toEqual(['cost.budget_left_cents']);
    expect(read('has(cost.budget_left_cents) && cost.budget_left_cents < 500')).toEqual([]);
    expect(read('cost.estimate_cents > 1 && cost.p95_cents > 2')).toEqual(['cost.estimate_cents', 'cost.p95_cents']);
    expect(read('!cost.known || cost.estimate_cents > 1')).toEqual([]);
    expect(read('has(cost.p95_cents) && cost.p95_cents > 1 && cost.estimate_cents > 1')).toEqual([
      'cost.estimate_cents',
    ]);
    expect(read("request.payload['content-type'] == 'a' && request.payload['to'].country == 'DE'")).toEqual([
      'request.payload.`content-type`',
      'request.payload.to.country',
    ]);
    expect(read("has(request.payload.to) && request.payload['to'] == 'x'")).toEqual([]);
    expect(read("'to' in request.payload && request.payload.to == 'x'")).toEqual([]);
    expect(read('request.agent_id in request.payload.agents')).toEqual(['request.payload.agents']);
    expect(read('request.skill_id == "x" && request.payload.to.country == "DE"')).toEqual([
      'request.payload.to.country',
    ]);
  });
});

// TORTURE I3. Wall time on a shared machine is noisy: the best of three is what the expression costs.
describe('a hostile expression is refused, or answered, in 50 ms', () => {
  test.each(HOSTILE)('%s', (_, expression) => {
    const took = [1, 2, 3].map(() => {
      const began = performance.now();
      const checked = checkExpression(expression);
      if (checked.ok) ask(expression);
      return performance.now() - began;
    });
    expect(Math.min(...took)).toBeLessThan(50);
  });

  test('and the ones that would be slow are refused', () => {
    const refused = HOSTILE.filter(([, expression]) => !checkExpression(expression).ok).map(([name]) => name);
    const harmless = [
      'a comment of brackets',
      'comprehensions in the range of others',
      'a duration of ten thousand centuries',
      'a year that is none',
      'lists compared in a walk',
      'lone halves of characters',
    ];
    expect(refused).toEqual(HOSTILE.map(([name]) => name).filter((name) => !harmless.includes(name)));
  });

  test('a regular expression that backtracks elsewhere takes linear time here', { retry: 2 }, () => {
    const payload = { text: `${'a'.repeat(4000)}!` };
    const input = { ...INPUT, request: { ...INPUT.request, payload } };
    const began = performance.now();
    expect(ask(`request.payload.text.matches('^(a+)+$')`, input)).toBe(false);
    expect(performance.now() - began).toBeLessThan(200);
  });
});

test.each([
  ['cost.estimate_cents < 100', true],
  ["request.skill_id == 'x' && (true || cost.known)", true],
  ["cost['p95_cents'] < 100", true],
  ['has(cost.confidence)', true],
  ['[cost].all(c, c.known)', true],
  ["request.payload.cost == 1 && request.payload['cost'] == 1 && 'cost' in request.payload", false],
  ["request.skill_id == 'cost'", false],
])('whether it looks at the cost is read off a condition: %s', (expression, expected) => {
  expect(faultOf(expression)).toBe('no fault');
  expect(compileCondition(expression).readsCost).toBe(expected);
});
