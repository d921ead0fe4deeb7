import { expect, test } from 'vitest';
import { exceededOf } from './exceeded-budgets';

test('only budgets with their figures are shown as such', () => {
  const details = { breach_type: 'daily', limit_cents: 5, spent_cents: 3, reserved_cents: 1, requested_cents: 2 };
  const violations = [
    { type: 'EmergencyStop', policy: 'emergency_stop', message: 'Stopped', details: {} },
    { type: 'BudgetExceeded', policy: 'budget', message: 'Too much', details },
    { type: 'BudgetExceeded', policy: 'budget', message: 'Half', details: { limit_cents: 5 } },
  ];
  expect(exceededOf({ violations })).toEqual([{ message: 'Too much', limit: 5, spent: 3, reserved: 1, requested: 2 }]);
});
