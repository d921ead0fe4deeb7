import { describe, expect, test } from 'vitest';
import { checkExpression, compileCondition, type RuleInput, toBindings } from '.';
import { plainNames } from './parse';
import { askSecondEngine } from './second-engine';

const INPUT: RuleInput = {
  request: { policy_type: 'cost', skill_id: 'x', agent_id: 'bot', payload: { 'a-b': 5 } },
  cost: { known: false },
  actor: { id: '', name: '', role: '', level: 0, via: 'job' },
  tenant: { id: 'acme' },
  flags: {},
  now: Date.UTC(2026, 0, 5, 12),
};

/** What both engines say of an expression that the gate lets through. */
function askBoth(expression: string): unknown {
  const checked = checkExpression(expression);
  if (!checked.ok) return checked.fault.message;
  return [compileCondition(expression).ask(toBindings(INPUT)), askSecondEngine(expression, INPUT)];
}

describe('a comment ends with its line', () => {
  // What follows a comment is judged wherever a reader sees it on a line of its own.
  test.each([
    ['\n', false],
    ['\r', false],
    ['\r\n', false],
    ['\u2028', true],
  ])('%j, and then “&& false”: %j', (end, said) => {
    expect(askBoth(`true // small${end} && false`)).toEqual([said, said]);
  });

  test('and so does a text that is not closed', () => {
    expect(askBoth("'a\r' == 'a'")).toMatch(/on the line that it begins on/);
    expect(askBoth("'a\r//' == 'a'\r'")).toMatch(/on the line that it begins on/);
  });
});

describe('names in backquotes', () => {
  test('have a plain one each, of the same length', () => {
    const expression = 'a.`x-1`.`y` + b.`x-1`';
    const { text, names } = plainNames(expression);
    expect(text).toHaveLength(expression.length);
    expect([...names.values()]).toEqual(['x-1', 'y', 'x-1']);
  });

  test('are left to be refused when there is no plain name left', () => {
    const { text, names } = plainNames(`a${'.`b`'.repeat(1400)}`);
    expect(names.size).toBe(36 + 36 * 35);
    expect(text.endsWith('.`b`')).toBe(true);
  });
});
