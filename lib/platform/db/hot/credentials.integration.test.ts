import { beforeAll, expect, test } from 'vitest';
import { newId } from '@/lib/platform/crypto';
import { addKey, addPerson, addTenant, type TestKey, type TestPerson, testDatabase } from '@/lib/testing/people';
import { findSessionPerson, findTenantOf, touchKey } from './credentials';

const sql = testDatabase();
let ada: TestPerson;
let eve: TestPerson;
let key: TestKey;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  await addTenant(sql, 'globex');
  ada = await addPerson(sql, 'acme', 'operator');
  eve = await addPerson(sql, 'globex', 'owner');
  key = await addKey(sql, 'acme', ['*']);
});

const lastUsed = async () =>
  (await sql<{ at: Date | null }>('SELECT last_used_at AS at FROM api_keys WHERE key_id = $1', [key.keyId]))[0]?.at;

test('a session that mixes people, memberships and tenants names nobody', async () => {
  const good = { userId: ada.userId, memberId: ada.memberId, tenantId: 'acme' };
  expect(await findSessionPerson(good)).toMatchObject({ userId: ada.userId, role: 'operator' });
  for (const mixed of [{ tenantId: 'globex' }, { memberId: eve.memberId }, { userId: eve.userId }]) {
    expect(await findSessionPerson({ ...good, ...mixed })).toBeNull();
  }
});

test('the use of a key is noted in its own tenant only, and does not wait for whoever holds the key', async () => {
  await touchKey('globex', key.keyId);
  expect(await lastUsed()).toBeNull();
  await sql('BEGIN; SELECT 1 FROM api_keys FOR SHARE');
  await touchKey('acme', key.keyId);
  await sql('COMMIT');
  expect(await lastUsed()).toBeNull();
  await touchKey('acme', key.keyId);
  expect(await lastUsed()).toBeInstanceOf(Date);
});

test('the tenant of a row is found by its id; malformed and missing ids have none', async () => {
  expect(await findTenantOf(eve.memberId)).toBe('globex');
  expect(await findTenantOf(key.keyId)).toBe('acme');
  for (const id of [
    newId('member'),
    newId('request'),
    newId('endpoint'),
    newId('delivery'),
    newId('user'),
    'mem_',
    '',
  ]) {
    expect(await findTenantOf(id)).toBeNull();
  }
});
