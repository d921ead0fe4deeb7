import { expect, test } from 'vitest';
import { readTryDraft, toTryDraft } from './try-draft';

const EXAMPLE = {
  name: 'large',
  request: {
    policy_type: 'capability',
    skill_id: 'payments.transfer',
    agent_id: null,
    payload: { amount_cents: 250_000 },
  },
  expect: true,
} as const;

test('an example of a rule asks what it stands for', () => {
  const { name: _name, expect: _expected, request } = { ...EXAMPLE };
  expect(readTryDraft(toTryDraft(EXAMPLE))).toEqual({ question: request });
});

test('an empty form is a question without a skill, and says so', () => {
  expect(readTryDraft(toTryDraft(undefined))).toEqual({ faults: { skill_id: 'This is missing.' } });
});

test('a payload that is empty is an object, and one that is none is refused with the reason', () => {
  const read = (payload: string) => readTryDraft({ ...toTryDraft(EXAMPLE), payload });
  expect(read('  ')).toMatchObject({ question: { payload: {} } });
  expect(read('[1]')).toEqual({ faults: { payload: expect.stringContaining('object') } });
  expect(read('null')).toEqual({ faults: { payload: expect.stringContaining('object') } });
  expect(read('{"amount": }')).toEqual({ faults: { payload: expect.stringMatching(/^This is not JSON: /) } });
});

test('every fault of the form is said at once', () => {
  const read = readTryDraft({ ...toTryDraft(undefined), payload: '{' });
  expect('faults' in read && Object.keys(read.faults).sort()).toEqual(['payload', 'skill_id']);
});
