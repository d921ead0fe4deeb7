import { beforeEach, expect, test } from 'vitest';
import { NO_CALL } from '@/lib/domain/call';
import { isAppError } from '@/lib/domain/errors';
import { addPerson, addTenant, type TestPerson, testDatabase } from '@/lib/testing/people';
import { putDag } from '../dags';
import { listSecrets, openWorkflowSecret, putSecret } from '.';

const sql = testDatabase();
let serial = 0;
let tenant: string;
let admin: TestPerson;
let other: TestPerson;

beforeEach(async () => {
  tenant = await addTenant(sql, `acme-${++serial}`);
  admin = await addPerson(sql, tenant, 'admin');
  other = await addPerson(sql, tenant, 'admin');
});

const HOSTS = ['*.example.com', 'api.partner.example:8443'];
const narrow = (allowed_hosts: string[], name = 'CRM_TOKEN') => putSecret(other.actor, name, { allowed_hosts });

async function faultsOf(act: Promise<unknown>): Promise<unknown> {
  const error = await act.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!isAppError(error)) throw error ?? new Error('Nothing was refused');
  return error.errors;
}

// The guarantee: who has not got a value cannot send it to a host of their own, and so cannot read it.
test('without its value, a secret is only let go to fewer hosts', async () => {
  const before = await putSecret(admin.actor, 'CRM_TOKEN', { value: 'the very secret', allowed_hosts: HOSTS });
  for (const host of [
    'evil.example',
    'example.com',
    'api.example.com:8443',
    'api.partner.example',
    '*.partner.example',
  ]) {
    expect(await faultsOf(narrow([...HOSTS, host]))).toEqual([
      { pointer: '/value', detail: `Give the value again to let it go to ${host}` },
    ]);
  }
  expect((await listSecrets(admin.actor)).secrets).toEqual([before]);
  const hosts = ['crm.example.com', '*.eu.example.com'];
  const after = await narrow(hosts);
  expect(after).toEqual({
    ...before,
    allowed_hosts: hosts,
    updated_at: expect.any(String),
    updated_by: other.actor.userId,
    updated_by_name: other.actor.name,
  });
  expect(await openWorkflowSecret(tenant, 'CRM_TOKEN')).toEqual({ value: 'the very secret', allowedHosts: hosts });
  const audit = await sql('SELECT action, data FROM audit_log WHERE tenant_id = $1 ORDER BY seq', [tenant]);
  expect(audit.at(-1)).toEqual({
    action: 'workflow_secret.narrowed',
    data: expect.objectContaining({ version: 1, allowed_hosts: hosts }),
  });
});

test('a secret that is not there yet needs a value', async () => {
  expect(await faultsOf(narrow(['api.example.com'], 'NEW_ONE'))).toEqual([
    { pointer: '/value', detail: 'There is no secret of this name yet: it needs a value' },
  ]);
  expect((await listSecrets(admin.actor)).secrets).toEqual([]);
});

test('each secret names the definitions whose newest version refers to it', async () => {
  for (const name of ['CRM_TOKEN', 'UNUSED']) {
    await putSecret(admin.actor, name, { value: 'the very secret', allowed_hosts: HOSTS });
  }
  const dag = (name: string, headers: object) => {
    const params = { method: 'GET', url: 'https://api.example.com/', headers };
    const sent = { name, tasks: [{ id: 'call', workflow_ref: 'http', params }] };
    return putDag(admin.actor, name, { sent, source: null }, NO_CALL);
  };
  const refers = { authorization: { $secret: 'CRM_TOKEN' } };
  await dag('weekly', refers);
  await dag('daily', { ...refers, 'x-more': { $secret: 'CRM_TOKEN' } });
  await dag('once', refers);
  await dag('once', {});
  const stranger = await addPerson(sql, await addTenant(sql, `other-${serial}`), 'admin');
  await putSecret(stranger.actor, 'CRM_TOKEN', { value: 'another secret', allowed_hosts: HOSTS });
  const uses = (secrets: { name: string; used_by: string[] }[]) => secrets.map(({ name, used_by }) => [name, used_by]);
  expect(uses((await listSecrets(admin.actor)).secrets)).toEqual([
    ['CRM_TOKEN', ['daily', 'weekly']],
    ['UNUSED', []],
  ]);
  expect(uses((await listSecrets(stranger.actor)).secrets)).toEqual([['CRM_TOKEN', []]]);
});
