import { expect, test } from 'vitest';
import { RULE_VARIABLES, type RuleVariable } from '@/lib/domain/policy';
import { checkExpression } from '@/lib/platform/cel';
import { completeCel } from './cel-complete';

const PAYLOADS = [{ amount_cents: 100, to: { country: 'DE' } }, { amount_cents: 5, 'ship to': 'x', lines: [1] }, null];
const labels = (before: string) => completeCel(before, PAYLOADS)?.suggestions.map(({ label }) => label) ?? null;

test('every variable of the table is offered, and the gate knows what is offered', () => {
  const variables: [string, RuleVariable][] = Object.entries(RULE_VARIABLES);
  expect(labels('')).toEqual(expect.arrayContaining(variables.map(([name]) => name)));
  for (const [name, variable] of variables) {
    if ('type' in variable) continue;
    expect(labels(`now > now && ${name}.`)).toEqual(Object.keys(variable.fields));
    for (const field of Object.keys(variable.fields)) {
      expect(checkExpression(`${name}.${field} == ${name}.${field}`), field).toMatchObject({ ok: true });
    }
  }
});

test('behind request.payload come the fields that the examples have, also within each other', () => {
  expect(labels('request.payload.')?.slice(0, 3)).toEqual(['amount_cents', 'to', 'lines']);
  expect(labels('has(request.payload.to.co')?.slice(0, 1)).toEqual(['country']);
  expect(completeCel('has(request.payload.to.co', PAYLOADS)?.from).toBe('has(request.payload.to.'.length);
});

test('a moment, a text and a list are offered what they can be asked', () => {
  expect(labels('now.')).toContain('getHours');
  expect(labels('request.skill_id.')).toContain('startsWith');
  expect(labels('[1, 2].ex')).toContain('exists');
  expect(labels('actor.level.')).toEqual([]);
});

test('nothing is offered inside a text, a comment or a number', () => {
  expect(labels("request.skill_id == 'req")).toBeNull();
  expect(labels('true // req')).toBeNull();
  expect(labels('cost.estimate_cents > 10')).toBeNull();
  expect(labels("request.skill_id == 'a' && req")).toContain('request');
});
