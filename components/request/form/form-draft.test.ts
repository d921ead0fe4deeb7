import { expect, test } from 'vitest';
import { FormSchema } from '@/lib/contracts';
import { emptyDraft, hintOf, readDraft } from './form-draft';

const FORM = FormSchema.parse({
  properties: {
    signoff: { type: 'string', minLength: 2, maxLength: 10 },
    remarks: { type: 'string', format: 'multiline', default: 'None' },
    region: { type: 'string', enum: ['EU', 'US'] },
    amount: { type: 'number', minimum: 1, maximum: 5000 },
    copies: { type: 'integer', minimum: 0, default: 2 },
    urgent: { type: 'boolean', description: 'Jumps the queue' },
    due: { type: 'string', format: 'date' },
    contact: { type: 'string', format: 'email' },
    ticket: { type: 'string', format: 'uri' },
  },
  required: ['signoff', 'region', 'amount'],
});

const typed = (over: Record<string, string | boolean>) => readDraft(FORM, { ...emptyDraft(FORM), ...over });

test('a form begins with its defaults and asks for what it requires', () => {
  expect(typed({})).toEqual({
    data: { remarks: 'None', copies: 2, urgent: false },
    faults: { signoff: 'This is missing.', region: 'This is missing.', amount: 'This is missing.' },
  });
});

test('what is typed is sent as the types that the form names, and empty fields are not sent', () => {
  const filled = {
    signoff: 'Ada',
    region: 'EU',
    amount: '12.5',
    urgent: true,
    contact: ' ada@example.com ',
    remarks: '',
  };
  expect(typed(filled)).toEqual({
    data: { signoff: 'Ada', region: 'EU', amount: 12.5, copies: 2, urgent: true, contact: 'ada@example.com' },
    faults: {},
  });
});

test.each([
  ['signoff', 'A', '2 to 10 characters.'],
  ['remarks', 'x'.repeat(4001), 'At most 4000 characters.'],
  ['region', 'APAC', 'Choose one of these.'],
  ['amount', 'much', 'A number from 1 to 5000.'],
  ['amount', '5001', 'A number from 1 to 5000.'],
  ['copies', '1.5', 'A whole number, 0 or more.'],
  ['due', '30.11.2026', 'A day such as 2026-11-30.'],
  ['contact', 'ada', 'An e-mail address such as ada@example.com.'],
  ['ticket', 'javascript:alert(1)', 'An address that begins with http:// or https://.'],
])('%s does not take %s', (name, text, fault) => {
  const right = { signoff: 'Ada', region: 'EU', amount: '12' };
  expect(typed({ ...right, [name]: text }).faults).toEqual({ [name]: fault });
});

test('a hint says what a number may be, after the words of the definition', () => {
  const field = (name: string) => hintOf(FORM.properties[name] ?? { type: 'boolean' });
  expect([field('amount'), field('urgent'), field('signoff')]).toEqual([
    'A number from 1 to 5000.',
    'Jumps the queue',
    undefined,
  ]);
});
