import { expect, test } from 'vitest';
import { missingFields } from '@/components/ui/form-problem';
import { passwordFaults } from './account-password-faults';
import { readDraft, toDraft } from './webhooks-draft';

const NOT_THE_SAME = 'This is not the same as above.';

test('every field that is empty says so, and only those', () => {
  expect(missingFields({ email: ' ', name: '' })).toEqual({ email: 'This is missing.', name: 'This is missing.' });
  expect(missingFields({ email: 'ada@example.com', name: ' Ada ' })).toEqual({});
});

test('a change of password says everything that is wrong at once', () => {
  const missing = 'This is missing.';
  expect(passwordFaults('', '', '')).toEqual({ current_password: missing, new_password: missing });
  expect(passwordFaults('', 'short', 'other')).toEqual({
    current_password: missing,
    new_password: 'At least 12 characters.',
    repeated: NOT_THE_SAME,
  });
  expect(passwordFaults('old', 'a dozen letters', '')).toEqual({ repeated: missing });
  expect(passwordFaults('old', 'a dozen letters', 'a dozen letterz')).toEqual({ repeated: NOT_THE_SAME });
  expect(passwordFaults('old', 'a dozen letters', 'a dozen letters')).toEqual({});
});

test('an endpoint without an address and with a wrong schedule says both', () => {
  const read = readDraft({ ...toDraft(null), retries: 'own', own: 'soon' });
  expect('faults' in read && Object.keys(read.faults).sort()).toEqual(['retry_schedule_seconds', 'url']);
});
