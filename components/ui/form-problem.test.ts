import { expect, test } from 'vitest';
import { ApiProblem } from '@/lib/client';
import { toFormProblem } from './form-problem';

const invalid = (errors: { pointer: string; detail: string }[]) =>
  new ApiProblem({ status: 422, code: 'input/invalid', title: 'Some of the input is not valid', errors });

test('a fault is shown at the field its pointer names, the first one where there are several', () => {
  const error = invalid([
    { pointer: '/password', detail: 'at least 12 characters' },
    { pointer: '/scopes/3', detail: 'Not one of these' },
    { pointer: '/scopes/1', detail: 'Not this one either' },
  ]);
  expect(toFormProblem(error, ['password', 'scopes'])).toEqual({
    fields: { password: 'At least 12 characters.', scopes: 'Not one of these.' },
    rest: null,
  });
});

test('what belongs to no field is not lost', () => {
  expect(toFormProblem(invalid([{ pointer: '/tenant_id', detail: 'Unknown field' }]), ['name']).rest).toBe(
    '/tenant_id: Unknown field',
  );
  const refused = new ApiProblem({
    status: 403,
    code: 'access/exceeds-own',
    title: 'Nobody grants more than they have',
  });
  expect(toFormProblem(refused, ['name']).rest).toBe('Nobody grants more than they have');
});

test('a problem without pointers goes to the field it is about', () => {
  const exists = new ApiProblem({ status: 409, code: 'member/exists', title: 'This person is a member already' });
  expect(toFormProblem(exists, ['email'], { 'member/exists': 'email' })).toEqual({
    fields: { email: 'This person is a member already' },
    rest: null,
  });
});

test('a fault of the page itself says so', () => {
  expect(toFormProblem(new TypeError('x'), []).rest).toMatch(/Reload it/);
});
