// TORTURE I3, for what has been agreed to: whatever the rules and whatever they are asked about, an evaluation is over soon.
import { RE2JS } from '@bufbuild/re2';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { combineRules } from '@/lib/domain/policy';
import { aRule } from '@/lib/testing/builders';
import { checkExpression } from './gate';
import { judge } from './judge';
import { programSize } from './patterns';
import { compileCondition, type RuleInput, toBindings } from './plan';
import { MAX_WORK } from './work';

const inputOf = (payload: Record<string, unknown>, skillId = 'x'): RuleInput => ({
  request: { policy_type: 'cost', skill_id: skillId, agent_id: '', payload },
  cost: { known: false },
  actor: { id: '', name: '', role: '', level: 0, via: 'job' },
  tenant: { id: 'acme' },
  flags: {},
  now: Date.UTC(2026, 0, 5, 12),
});
const setOf = (conditions: string[]) => ({
  fallback: { effect: 'require_approval', level: 1 } as const,
  rules: conditions.map((when, n) => aRule({ ruleId: `r${n}`, effect: n % 2 === 0 ? 'deny' : 'allow', when })),
});

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const LARGE = {
  a: numbers(2000),
  many: numbers(60_000),
  s: 'a'.repeat(4096),
  texts: Array.from({ length: 40 }, () => 'a'.repeat(4000)),
  lists: Array.from({ length: 100 }, () => numbers(100)),
};

/** What the gate lets through, and takes longest. */
const SLOW = [
  'request.payload.a.all(x, x >= 0)',
  `request.payload.a.all(x, ${Array(30).fill('x >= 0').join(' && ')})`,
  Array(12).fill('request.payload.a.all(x, x >= 0)').join(' && '),
  'request.payload.many.all(x, x >= 0)',
  'request.payload.a.filter(x, x >= 0).all(x, x >= 0)',
  'request.payload.a.map(x, x + 1).map(x, x + 1).size() > 0',
  'request.payload.a.all(x, x in request.payload.a)',
  'request.payload.lists.all(x, x == request.payload.lists)',
  `request.payload.texts.all(x, size(${Array(10).fill('x').join(' + ')}) > 1)`,
  'request.payload.texts.all(x, request.payload.s.contains(x))',
  `request.payload.s.matches('^(a+)+$')`,
  `request.payload.texts.exists(x, x.matches('(a|aa)+b'))`,
  `request.payload.s.matches('(a?){20}b$')`,
  `request.payload.a.all(x, now.getHours('Europe/Berlin') >= 0)`,
  `request.payload.a.all(x, timestamp('2026-01-01T00:00:00Z') < now)`,
];

/** Milliseconds that work takes the processor, whoever else it serves; the best of five, as a neighbour's load shows here too. */
function bestOf(work: () => void): number {
  const times = [1, 2, 3, 4, 5].map(() => {
    const began = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(began);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

describe('an evaluation is over in 50 ms', () => {
  test.each(SLOW)('%s', (when) => {
    expect(checkExpression(when)).toMatchObject({ ok: true });
    const set = setOf([when]);
    expect(bestOf(() => judge(set, 'cost', inputOf(LARGE)))).toBeLessThan(50);
  });

  test('with a thousand of the slowest rules', { timeout: 30_000 }, () => {
    const set = setOf(Array.from({ length: 1000 }, (_, n) => SLOW[n % SLOW.length] ?? 'true'));
    judge(set, 'cost', inputOf({}));
    for (const payload of [LARGE, { a: numbers(200), s: 'a'.repeat(1000), texts: ['a'], lists: [[1]] }]) {
      expect(bestOf(() => judge(set, 'cost', inputOf(payload)))).toBeLessThan(50);
    }
  });

  test('what there is no time for fails closed: it denies, and allows nothing', () => {
    const walk = 'request.payload.many.all(x, x >= 0)';
    const denied = judge(setOf([walk]), 'cost', inputOf(LARGE));
    expect(denied).toMatchObject({
      effect: 'deny',
      errors: [{ ruleId: 'r0', message: expect.stringMatching(/too large/) }],
    });
    const allowing = judge(setOf(['false', walk]), 'cost', inputOf(LARGE));
    expect(allowing).toMatchObject({ effect: 'require_approval', isDefault: true, errors: [{ ruleId: 'r1' }] });
  });

  test('and which rules those are does not depend on their order', () => {
    const conditions = numbers(20).map((n) =>
      n % 2 === 0 ? 'request.payload.a.all(x, x >= 0)' : 'request.payload.s == ""',
    );
    const set = setOf(conditions);
    const verdict = judge(set, 'cost', inputOf({ a: numbers(1500), s: '' }));
    expect(verdict.errors.length).toBeGreaterThan(0);
    expect(verdict.errors.length).toBeLessThan(10);
    const turned = { ...set, rules: [...set.rules].reverse() };
    expect(judge(turned, 'cost', inputOf({ a: numbers(1500), s: '' }))).toEqual(verdict);
  });

  test('and those that are asked are as many as there is time for', () => {
    const when = 'request.payload.a.all(x, x >= 0)';
    const bindings = toBindings(inputOf({ a: numbers(1500) }));
    const affordable = Math.floor(MAX_WORK / compileCondition(when).workIn(bindings.inputClass));
    const verdict = judge(setOf(Array(20).fill(when)), 'cost', inputOf({ a: numbers(1500) }));
    expect(verdict.errors.length).toBe(20 - affordable);
    expect(affordable).toBeGreaterThan(0);
    expect(affordable).toBeLessThan(20);
  });
});

test('a pattern never becomes a larger program than its bound says', () => {
  const atom = fc.constantFrom('a', '.', '[a-z]', '\\d', '(a|b)', '(ab?)', '(a*)', '(?:ab)');
  const count = fc.constantFrom('', '*', '+', '?', '{3}', '{2,}', '{0,9}', '{4,7}');
  const pattern = fc.array(fc.tuple(atom, count), { minLength: 1, maxLength: 6 }).chain((parts) =>
    fc.constantFrom('', '{2}', '{0,3}').map((outer) => {
      const inner = parts.map((part) => part.join('')).join('');
      return outer === '' ? inner : `(${inner})${outer}`;
    }),
  );
  fc.assert(
    fc.property(pattern, (text) => {
      const { prog } = RE2JS.compile(text).re2Input as unknown as { prog: { numInst(): number } };
      // A program begins and ends with a few instructions, and an unbounded repetition has one that goes back.
      expect(prog.numInst()).toBeLessThanOrEqual(2 * programSize(text) + 4);
    }),
    { numRuns: 500 },
  );
});

describe('rules that are left out because of their skill', () => {
  const skills = ['pay', 'pay.out', 'deploy', 'read'];
  const guard = fc.oneof(
    fc.constantFrom(...skills).map((skill) => `request.skill_id == '${skill}'`),
    fc.constantFrom(...skills).map((skill) => `'${skill}' == request.skill_id`),
    fc.subarray(skills).map((some) => `request.skill_id in [${some.map((skill) => `'${skill}'`).join()}]`),
    fc.constantFrom(...skills).map((skill) => `request.skill_id.startsWith('${skill}')`),
    fc.constantFrom(...skills).map((skill) => `request.skill_id != '${skill}'`),
    fc.constant('request.payload.skill == request.skill_id'),
  );
  const part = fc.oneof(
    guard,
    fc.constantFrom('request.payload.n > 1', 'request.payload.missing == 1', 'has(request.payload.n)', 'true', 'false'),
  );
  const condition = fc
    .tuple(
      part,
      part,
      part,
      fc.constantFrom('a && b && c', 'a && (b || c)', 'a || b && c', '!(a && b) && c', 'a ? b : c'),
    )
    .map(([a, b, c, shape]) => shape.replace(/[abc]/g, (name) => `(${{ a, b, c }[name]})`));

  test(
    'would have been neither matched nor in error',
    () =>
      fc.assert(
        fc.property(
          fc.array(condition, { minLength: 1, maxLength: 8 }),
          fc.constantFrom(...skills, 'pay.outs'),
          fc.record({ n: fc.integer({ min: 0, max: 3 }), skill: fc.constantFrom(...skills) }, { requiredKeys: [] }),
          (conditions, skillId, payload) => {
            const set = setOf(conditions);
            const input = inputOf(payload, skillId);
            const outcomes = set.rules.map((rule) => ({
              rule,
              outcome: compileCondition(rule.when).ask(toBindings(input)),
            }));
            expect(judge(set, 'cost', input)).toEqual(combineRules(outcomes, set.fallback));
          },
        ),
        { numRuns: 200 },
      ),
    30_000,
  );

  test('are indeed left out', () => {
    expect(compileCondition(`request.skill_id == 'pay' && request.payload.n > 1`).concerns('deploy')).toBe(false);
    expect(compileCondition(`request.payload.n > 1 && request.skill_id in ['pay']`).concerns('deploy')).toBe(false);
    expect(compileCondition(`request.skill_id == 'pay' || request.payload.n > 1`).concerns('deploy')).toBe(true);
  });
});
