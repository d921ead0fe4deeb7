import { expect, test } from 'vitest';
import { loginFaults } from './login-faults';

const MISSING = 'This is missing.';

test('everything that is missing is said at once, the tenant only where it is asked for', () => {
  expect(loginFaults({ email: '', password: '', tenant_id: undefined }, true)).toEqual({
    email: MISSING,
    password: MISSING,
  });
  expect(loginFaults({ email: ' ', password: 'x', tenant_id: '' }, true)).toEqual({
    email: MISSING,
    tenant_id: MISSING,
  });
  expect(loginFaults({ email: 'ada@example.com', password: 'x', tenant_id: 'acme' }, true)).toEqual({});
});

test('what is no address says so, and an empty field only that it is missing', () => {
  expect(loginFaults({ email: 'ada', password: 'x', tenant_id: undefined }, false)).toEqual({
    email: 'This is not an e-mail address.',
  });
  expect(loginFaults({ email: '', password: 'x', tenant_id: undefined }, false)).toEqual({ email: MISSING });
});

test('a password of spaces is a password', () =>
  expect(loginFaults({ email: 'ada@example.com', password: '            ', tenant_id: undefined }, true)).toEqual({}));
