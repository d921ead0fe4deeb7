import { describe, expect, test } from 'vitest';
import { HOSTILE } from '@/lib/testing/hostile-expressions';
import { askCondition, checkExpression, TASK_CONDITION, TASK_VALUE } from '.';

const faultOf = (expression: string, terms = TASK_CONDITION) => {
  const checked = checkExpression(expression, terms);
  return checked.ok ? null : checked.fault;
};

describe('the gate of a task’s expression', () => {
  test('knows the params and the tenant, and nothing of what a rule looks at', () => {
    expect(faultOf("params.sweep__count > 3 && tenant.id == 'acme'")).toBeNull();
    for (const other of ['request.skill_id', 'cost.known', 'actor.id', 'history.requests_last_day', 'flags.x', 'now']) {
      expect(faultOf(`${other} == ${other}`), other).not.toBeNull();
    }
    expect(checkExpression("params.sweep__count > 3 && tenant.id == 'acme'").ok).toBe(false);
  });

  test('wants true or false of a condition, and takes anything of a value', () => {
    expect(faultOf("'yes'")).toMatchObject({ message: 'A condition is true or false; this is string' });
    expect(faultOf("'yes'", TASK_VALUE)).toBeNull();
    expect(faultOf('{"a": params.b}', TASK_VALUE)).toBeNull();
  });

  // Another name is all that may differ: what is bounded for a rule is bounded for a task.
  test.each(HOSTILE.filter(([, expression]) => !expression.includes('now')))(
    'judges what was written to do harm as that of a rule does: %s',
    (_, expression) => {
      const asTask = expression.replaceAll('request.payload', 'params').replaceAll('request.skill_id', 'tenant.id');
      const ofRule = checkExpression(expression);
      expect(checkExpression(asTask, TASK_CONDITION).ok).toBe(ofRule.ok);
      const isOfAnotherType = !ofRule.ok && ofRule.fault.message.startsWith('A condition is true or false');
      expect(checkExpression(asTask, TASK_VALUE).ok).toBe(ofRule.ok || isOfAnotherType);
    },
  );
});

describe('a condition of a task', () => {
  const about = { params: { sweep__count: 5, ratio: 0.5, mail: { to: ['a@b.example'] } }, tenant: { id: 'acme' } };

  test('is asked about what the task receives', () => {
    expect(askCondition('params.sweep__count == 5 && params.ratio < 1.0', about)).toBe(true);
    expect(askCondition("params.mail.to.exists(x, x.endsWith('.com'))", about)).toBe(false);
    expect(askCondition('has(params.nothing)', about)).toBe(false);
  });

  test('that cannot be answered says so, and does not throw', () => {
    expect(askCondition('params.nothing > 1', about)).toEqual({ error: expect.stringContaining('nothing') });
    expect(askCondition('params.mail', about)).toEqual({ error: 'The condition is neither true nor false' });
    expect(askCondition('params.', about)).toEqual({ error: expect.any(String) });
  });

  test('that would take too long on what it is given is not asked', () => {
    const large = { params: { list: Array.from({ length: 100_000 }, (_, n) => `${n}`) }, tenant: { id: 'acme' } };
    expect(askCondition("params.list.all(x, x.matches('^[0-9]+$'))", large)).toEqual({
      error: expect.stringMatching(/^Not evaluated/),
    });
  });
});
