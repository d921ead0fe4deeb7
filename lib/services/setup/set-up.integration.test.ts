import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { permissionsOf } from '@/lib/domain/access';
import { findKey, forgetCredentials, verifyPassword } from '@/lib/platform/auth';
import { apiKeyId, newApiKey } from '@/lib/platform/crypto';
import { testDatabase } from '@/lib/testing/people';
import { type FirstStart, setUp } from '.';

const sql = testDatabase();
const NOTHING_SAID: FirstStart = { tenant: 'default', ownerEmail: null, ownerPassword: null, bootstrapKey: null };

/** An instance that has never been started. */
afterEach(startOver);

async function startOver(): Promise<void> {
  // In one go, because the setting belongs to the connection: the log's trigger does not let it be emptied.
  await sql('SET session_replication_role = replica; TRUNCATE tenants, users CASCADE; RESET session_replication_role');
  forgetCredentials();
}

const count = async (table: string) => (await sql<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`))[0]?.n;
const passwordHash = async () => (await sql<{ h: string }>('SELECT password_hash AS h FROM users'))[0]?.h ?? null;

test('a first start makes a tenant, its owner and a bootstrap key, and says what it generated', async () => {
  const first = await setUp(NOTHING_SAID);
  expect(first).toMatchObject({ created: true, tenant: 'default', ownerEmail: 'owner@default.local' });
  expect(await verifyPassword(await passwordHash(), first.ownerPassword ?? '')).toBe(true);
  expect(apiKeyId(first.bootstrapKey ?? '')).not.toBeNull();
  const key = await findKey(first.bootstrapKey ?? '');
  expect(key).toMatchObject({ allTenants: true, tenantId: 'default', member: null, ownerUserId: null });
  const permissions = permissionsOf({ role: null, scopes: key?.scopes ?? [], ownersToo: true });
  for (const permission of [
    'tenants:manage',
    'owners:manage',
    'keys:manage',
    'requests:create',
    'requests:decide_on_behalf',
  ]) {
    expect([...permissions]).toContain(permission);
  }
  const members = await sql('SELECT tenant_id, role, level FROM memberships');
  expect(members).toEqual([{ tenant_id: 'default', role: 'owner', level: 5 }]);
  const actions = await sql('SELECT action, actor FROM audit_log ORDER BY seq');
  expect(actions).toEqual([
    { action: 'tenant.created', actor: 'system' },
    { action: 'member.added', actor: 'system' },
    { action: 'key.created', actor: 'system' },
  ]);
});

test('what the environment says is used and not repeated', async () => {
  const { key } = newApiKey();
  const first = await setUp({
    tenant: 'acme',
    ownerEmail: 'Ada@Example.com',
    ownerPassword: 'a long enough passphrase',
    bootstrapKey: key,
  });
  expect(first).toEqual({
    created: true,
    tenant: 'acme',
    ownerEmail: 'Ada@Example.com',
    ownerPassword: null,
    bootstrapKey: null,
  });
  expect(await verifyPassword(await passwordHash(), 'a long enough passphrase')).toBe(true);
  expect(await findKey(key)).toMatchObject({ allTenants: true, tenantId: 'acme' });
});

test('a later start names the owner of its own tenant, whoever is said to have come earlier elsewhere', async () => {
  await setUp(NOTHING_SAID);
  await sql(`WITH t AS (INSERT INTO tenants (tenant_id, name) VALUES ('seeded', 'Seeded')),
      u AS (INSERT INTO users (user_id, email, name) VALUES ('usr_01M82BM2JWYZA4F33G427YQ82K', 'oz@seeded.example', 'Oz'))
    INSERT INTO memberships (member_id, tenant_id, user_id, role, level, created_at)
    VALUES ('mem_01M82BM2JWYZA4F33G427YQ82K', 'seeded', 'usr_01M82BM2JWYZA4F33G427YQ82K', 'owner', 5, now() - interval '29 days')`);
  expect(await setUp(NOTHING_SAID)).toMatchObject({
    created: false,
    tenant: 'default',
    ownerEmail: 'owner@default.local',
  });
  expect(await setUp({ ...NOTHING_SAID, tenant: 'nowhere' })).toMatchObject({
    tenant: 'seeded',
    ownerEmail: 'oz@seeded.example',
  });
});

test('later starts change nothing, whatever they are told', async () => {
  const first = await setUp(NOTHING_SAID);
  const before = [await passwordHash(), await count('api_keys'), await count('memberships'), await count('audit_log')];
  const again = await setUp({
    ...NOTHING_SAID,
    tenant: 'other',
    ownerEmail: 'eve@example.com',
    ownerPassword: 'another passphrase',
  });
  expect(again).toEqual({
    created: false,
    tenant: 'default',
    ownerEmail: first.ownerEmail,
    ownerPassword: null,
    bootstrapKey: null,
  });
  expect([await passwordHash(), await count('api_keys'), await count('memberships'), await count('audit_log')]).toEqual(
    before,
  );
});

test('a bootstrap key that is named later is added; a revoked one does not come back', async () => {
  await setUp(NOTHING_SAID);
  const { key, keyId } = newApiKey();
  expect(await setUp({ ...NOTHING_SAID, bootstrapKey: key })).toMatchObject({ created: false, bootstrapKey: null });
  expect(await findKey(key)).toMatchObject({ allTenants: true, tenantId: 'default' });
  await sql('UPDATE api_keys SET revoked_at = now_ms() WHERE key_id = $1', [keyId]);
  await setUp({ ...NOTHING_SAID, bootstrapKey: key });
  forgetCredentials();
  expect(await findKey(key)).toBeNull();
  expect(await count('api_keys')).toBe(2);
});

test('several processes that start at once make one of each, and one of them tells', async () => {
  const all = await Promise.all(Array.from({ length: 6 }, () => setUp(NOTHING_SAID)));
  const told = all.filter(({ created }) => created);
  expect(told).toHaveLength(1);
  expect(await verifyPassword(await passwordHash(), told[0]?.ownerPassword ?? '')).toBe(true);
  expect([await count('tenants'), await count('users'), await count('memberships'), await count('api_keys')]).toEqual([
    1, 1, 1, 1,
  ]);
});

test('a bootstrap key with a bad checksum, or a tenant that is no slug, stops the start before anything is made', async () => {
  const { key } = newApiKey();
  const damaged = `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`;
  const refusal = setUp({ ...NOTHING_SAID, bootstrapKey: damaged });
  await expect(refusal).rejects.toThrow(/COUNTERSIGN_BOOTSTRAP_KEY .* checksum/);
  await expect(refusal).rejects.not.toThrow(damaged);
  await expect(setUp({ ...NOTHING_SAID, tenant: 'No Slug' })).rejects.toThrow(/COUNTERSIGN_TENANT/);
  expect(await count('tenants')).toBe(0);
});

test('an account that exists already is invited and keeps its password', async () => {
  await sql(
    "INSERT INTO users (user_id, email, name, password_hash) VALUES ('usr_ada', 'ada@example.com', 'Ada', 'kept')",
  );
  const first = await setUp({ ...NOTHING_SAID, ownerEmail: 'ADA@example.com' });
  expect(first).toMatchObject({ created: true, ownerPassword: null });
  expect(await passwordHash()).toBe('kept');
  expect(await sql('SELECT user_id FROM memberships')).toEqual([{ user_id: 'usr_ada' }]);
});

test('the generated e-mail is one that the API accepts, whatever the tenant is called', async () => {
  for (const tenant of ['a', 'ac_me', 'acme-', 'x'.repeat(63)]) {
    const { ownerEmail } = await setUp({ ...NOTHING_SAID, tenant });
    expect(z.email().safeParse(ownerEmail).success, ownerEmail).toBe(true);
    await startOver();
  }
});
