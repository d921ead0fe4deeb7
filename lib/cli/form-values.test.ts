import { expect, test } from 'vitest';
import { FormSchema } from '@/lib/contracts';
import { toFormValues } from './form-values';

const form = FormSchema.parse({
  properties: {
    limit: { type: 'integer' },
    share: { type: 'number' },
    sure: { type: 'boolean' },
    account: { type: 'string' },
  },
});
const values = (given: Record<string, string>, of: FormSchema | null = form) =>
  toFormValues(new Map(Object.entries(given)), of);

test('a form’s numbers and yes-or-no fields become what they are; its texts stay, digits and all', () => {
  expect(values({ limit: '5', share: '0.25', sure: 'yes', account: '0010' })).toEqual({
    limit: 5,
    share: 0.25,
    sure: true,
    account: '0010',
  });
  expect(values({ sure: 'FALSE' })).toEqual({ sure: false });
});

test('what is not what the field takes stays a text, for the server to refuse', () => {
  expect(values({ limit: 'many', share: '', sure: 'maybe', limits: '5', constructor: '1' })).toEqual({
    limit: 'many',
    share: '',
    sure: 'maybe',
    limits: '5',
    constructor: '1',
  });
});

test('without a form, or without anything given, nothing is made of it', () => {
  expect(values({ limit: '5' }, null)).toEqual({ limit: '5' });
  expect(toFormValues(undefined, form)).toBeUndefined();
});
