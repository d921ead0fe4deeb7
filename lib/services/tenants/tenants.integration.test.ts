import { beforeAll, expect, test } from 'vitest';
import { NO_CALL } from '@/lib/domain/call';
import {
  addKey,
  addPerson,
  addTenant,
  EVERY_SCOPE,
  type TestKey,
  type TestPerson,
  testDatabase,
} from '@/lib/testing/people';
import { createTenant, getTenant, listTenants } from '.';

const sql = testDatabase();

let owner: TestPerson;
let bootstrap: TestKey;

beforeAll(async () => {
  await addTenant(sql, 'default');
  owner = await addPerson(sql, 'default', 'owner');
  bootstrap = await addKey(sql, 'default', EVERY_SCOPE, { allTenants: true });
});

const audit = (tenantId: string) =>
  sql<{ action: string }>('SELECT action, actor, target_id FROM audit_log WHERE tenant_id = $1 ORDER BY seq', [
    tenantId,
  ]);

test('a person who makes a tenant is its first owner', async () => {
  await createTenant(owner.actor, { tenant_id: 'owned', name: 'Owned' }, NO_CALL);
  expect(await sql('SELECT user_id, role, level FROM memberships WHERE tenant_id = $1', ['owned'])).toEqual([
    { user_id: owner.userId, role: 'owner', level: 5 },
  ]);
  expect((await audit('owned')).map(({ action }) => action)).toEqual(['tenant.created', 'member.added']);
});

test('a tenant that a service makes begins empty, and its audit log with who made it', async () => {
  const made = await createTenant(bootstrap.actor, { tenant_id: 'acme', name: 'Acme' }, NO_CALL);
  expect(made).toMatchObject({ tenant_id: 'acme', name: 'Acme' });
  expect(await audit('acme')).toEqual([{ action: 'tenant.created', actor: bootstrap.keyId, target_id: 'acme' }]);
  expect(await audit('default')).toEqual([]);
  expect(await sql('SELECT 1 FROM memberships WHERE tenant_id = $1', ['acme'])).toEqual([]);
});

test('one that exists is refused and left alone', async () => {
  await createTenant(owner.actor, { tenant_id: 'twice', name: 'First' }, NO_CALL);
  await expect(createTenant(bootstrap.actor, { tenant_id: 'twice', name: 'Second' }, NO_CALL)).rejects.toMatchObject({
    code: 'tenant/exists',
  });
  await expect(getTenant('twice')).resolves.toMatchObject({ name: 'First' });
  expect(await audit('twice')).toHaveLength(2);
});

test('ten calls at once for one name make one tenant', async () => {
  const outcomes = await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      createTenant(bootstrap.actor, { tenant_id: 'race', name: `${i}` }, NO_CALL).then(
        () => 'done',
        (error: { code?: string }) => error.code ?? error,
      ),
    ),
  );
  expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
  expect(new Set(outcomes)).toEqual(new Set(['done', 'tenant/exists']));
});

test('a key is remembered where the caller is at home, in the same act', async () => {
  const idempotency = { operation: 'createTenant', key: 'once', bodyHmac: 'x', status: 201 };
  await createTenant(owner.actor, { tenant_id: 'kept', name: 'Kept' }, { ...NO_CALL, idempotency });
  expect(await sql('SELECT tenant_id, credential, resource_id FROM idempotency_keys')).toEqual([
    { tenant_id: 'default', credential: owner.userId, resource_id: 'kept' },
  ]);
  const again = { ...NO_CALL, idempotency: { ...idempotency, key: 'twice' } };
  await expect(createTenant(owner.actor, { tenant_id: 'kept', name: 'Kept' }, again)).rejects.toMatchObject({
    code: 'tenant/exists',
  });
  expect(await sql('SELECT 1 FROM idempotency_keys')).toHaveLength(1);
});

test('the bootstrap key sees every tenant in pages; an owner sees their own only', async () => {
  for (const name of ['zeta', 'alpha', 'mid']) await createTenant(bootstrap.actor, { tenant_id: name, name }, NO_CALL);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await listTenants(bootstrap.actor, { limit: 2, cursor });
    seen.push(...page.data.map(({ tenant_id: id }) => id));
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  const all = await sql<{ tenant_id: string }>('SELECT tenant_id FROM tenants ORDER BY tenant_id');
  expect(seen).toEqual(all.map(({ tenant_id: id }) => id));
  await expect(listTenants(owner.actor, { limit: 50 })).resolves.toMatchObject({
    data: [{ tenant_id: 'default' }],
    next_cursor: null,
  });
});
