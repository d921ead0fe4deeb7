import { expect, test } from 'vitest';
import type { SecretResource } from '@/lib/contracts';
import { furtherHosts, readHosts, readSecretDraft, toSecretDraft } from './secrets-draft';

const SECRET: SecretResource = {
  tenant_id: 'acme',
  name: 'CRM_TOKEN',
  fingerprint: 'ab',
  version: 2,
  allowed_hosts: ['*.example.com', 'api.partner.example:8443'],
  used_by: [],
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
  updated_by: 'usr_ada',
  updated_by_name: 'Ada',
};
const NEW = { taken: ['CRM_TOKEN'], needsValue: true };
const read = (over: object, options = NEW) =>
  readSecretDraft({ name: 'NEW_ONE', value: 'the very secret', hosts: 'api.example.com', ...over }, null, options);

test('hosts are read one on a line, or between commas, each once and in lower case', () =>
  expect(readHosts(' API.example.com\n\n*.example.com, api.example.com ')).toEqual([
    'api.example.com',
    '*.example.com',
  ]));

test('only hosts that are covered already need no value', () => {
  const further = ['example.com', 'evil.example', 'api.partner.example'];
  expect(furtherHosts(SECRET, ['crm.example.com', '*.eu.example.com', ...further])).toEqual(further);
  expect(furtherHosts(null, ['evil.example'])).toEqual([]);
});

test('what is right is sent as it is, without the spaces around it', () => {
  expect(read({ value: ' the very secret\n' })).toEqual({
    name: 'NEW_ONE',
    body: { value: 'the very secret', allowed_hosts: ['api.example.com'] },
    faults: {},
  });
  const draft = { ...toSecretDraft(SECRET), hosts: 'crm.example.com' };
  expect(readSecretDraft(draft, SECRET, { taken: ['CRM_TOKEN'], needsValue: false })).toEqual({
    name: 'CRM_TOKEN',
    body: { allowed_hosts: ['crm.example.com'] },
    faults: {},
  });
});

test('each field says what is wrong with it', () => {
  const faults = (over: object) => read(over).faults;
  expect(faults({ name: '', value: '', hosts: '' })).toEqual({
    name: 'This is missing.',
    value: 'This is missing.',
    allowed_hosts: 'Name at least one host.',
  });
  expect(faults({ name: '1st' })).toEqual({ name: expect.stringMatching(/^Letters, digits/) });
  expect(faults({ name: 'CRM_TOKEN' })).toEqual({ name: expect.stringMatching(/already/) });
  expect(faults({ value: 'short' })).toEqual({ value: expect.stringMatching(/^At least 8/) });
  expect(faults({ value: 'x'.repeat(8193) })).toEqual({ value: 'At most 8,192 characters.' });
  expect(faults({ hosts: 'https://a.example a.example' })).toEqual({
    allowed_hosts: expect.stringMatching(/^Not a host: https:\/\/a.example\. /),
  });
});
