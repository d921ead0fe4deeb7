/** People, keys and tenants in a test's own database, written by its owner: what a test starts from, not what it tests. */
import pg from 'pg';
import { afterAll, beforeAll, vi } from 'vitest';
import { type Actor, permissionsOf, ROLE_BANDS, type Role, type Scope } from '@/lib/domain/access';
import { newApiKey, newId, sha256Hex } from '@/lib/platform/crypto';
import { closeDatabases, flushEvaluations } from '@/lib/platform/db';
import { resetEnv } from '@/lib/platform/env';
import { closeNotifier } from '@/lib/platform/notify';
import { createTestDatabase, type TestDatabase } from './database';

export type Sql = <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>;

/**
 * A migrated database for the tests of this file, and the settings that point at it. The answer runs statements as the owner, past
 * row-level security.
 */
export function testDatabase(): Sql {
  let database: TestDatabase;
  let owner: pg.Pool;
  beforeAll(async () => {
    database = await createTestDatabase();
    owner = new pg.Pool({ connectionString: database.url, max: 2 });
    // Ending a pool does not wait for the server to notice, so dropping the database may still cut its last connections.
    owner.on('error', () => {});
    owner.on('connect', (client) => client.on('error', () => {}));
    vi.stubEnv('DATABASE_URL', database.url);
    vi.stubEnv('DATABASE_POOL_SIZE', '10');
    vi.stubEnv('NEXTAUTH_SECRET', 'a secret of sixteen or more');
    vi.stubEnv('SECRETS_KEY', 'a key of sixteen or more');
    resetEnv();
  });
  afterAll(async () => {
    await closeNotifier();
    await flushEvaluations();
    await closeDatabases();
    await owner.end();
    await database.drop();
    vi.unstubAllEnvs();
    resetEnv();
  });
  return async (text, values) => (await owner.query(text, values)).rows;
}

export async function addTenant(sql: Sql, tenantId: string): Promise<string> {
  await sql('INSERT INTO tenants (tenant_id, name) VALUES ($1, $1)', [tenantId]);
  return tenantId;
}

export interface TestPerson {
  userId: string;
  memberId: string;
  email: string;
  /** Their session, just signed in. */
  actor: Actor;
}

/** A person with a membership, at their role's default level unless said. */
export async function addPerson(sql: Sql, tenantId: string, role: Role, over: { level?: number; email?: string } = {}) {
  const userId = newId('user');
  const email = over.email ?? `${userId.toLowerCase()}@example.com`;
  await sql('INSERT INTO users (user_id, email, name) VALUES ($1, $2, $3)', [userId, email, `${role} of ${tenantId}`]);
  return addMembership(sql, tenantId, userId, email, role, over.level);
}

/** A further membership of somebody who has an account. */
export async function addMembership(
  sql: Sql,
  tenantId: string,
  userId: string,
  email: string,
  role: Role,
  level: number = ROLE_BANDS[role].default,
): Promise<TestPerson> {
  const memberId = newId('member');
  await sql('INSERT INTO memberships (member_id, tenant_id, user_id, role, level) VALUES ($1, $2, $3, $4, $5)', [
    memberId,
    tenantId,
    userId,
    role,
    level,
  ]);
  const actor: Actor = {
    tenantId,
    via: 'session',
    userId,
    memberId,
    email,
    keyId: null,
    keyOwnerUserId: null,
    keyIssuerUserId: null,
    keyHolders: [],
    name: `${role} of ${tenantId}`,
    role,
    level,
    permissions: permissionsOf({ role, scopes: null }),
    sessionVersion: 1,
    authTime: new Date(),
    allTenants: false,
  };
  return { userId, memberId, email, actor };
}

export interface TestKey {
  keyId: string;
  key: string;
  actor: Actor;
}

export const EVERY_SCOPE = [
  '*',
  'members:manage',
  'keys:manage',
  'tenants:manage',
  'requests:decide_on_behalf',
] as const satisfies readonly Scope[];

/** A key with its text: a service, one that acts as `person`, or with `allTenants` a bootstrap key. */
export async function addKey(
  sql: Sql,
  tenantId: string,
  scopes: readonly Scope[],
  over: { person?: TestPerson; ownerUserId?: string; issuer?: TestPerson; allTenants?: boolean; expiresAt?: Date } = {},
): Promise<TestKey> {
  const { keyId, key } = newApiKey();
  const { person, allTenants = false } = over;
  const ownerUserId = person?.userId ?? over.ownerUserId ?? null;
  await sql(
    `INSERT INTO api_keys (key_id, tenant_id, name, secret_hash, scopes, member_id, owner_user_id, all_tenants, expires_at,
       created_by_user_id)
     VALUES ($1, $2, 'test', $3, $4, $5, $6, $7, $8, $9)`,
    [
      keyId,
      tenantId,
      sha256Hex(key),
      scopes,
      person?.memberId ?? null,
      ownerUserId,
      allTenants,
      over.expiresAt ?? null,
      over.issuer?.userId ?? null,
    ],
  );
  const role = person?.actor.role ?? null;
  const actor: Actor = {
    tenantId,
    via: 'api_key',
    userId: person?.userId ?? null,
    memberId: person?.memberId ?? null,
    email: person?.email ?? null,
    keyId,
    keyOwnerUserId: ownerUserId,
    keyIssuerUserId: over.issuer?.userId ?? null,
    keyHolders: [person, over.issuer].filter((holder) => holder !== undefined),
    name: 'test',
    role,
    level: person?.actor.level ?? 0,
    permissions: permissionsOf({ role, scopes, ownersToo: allTenants }),
    sessionVersion: null,
    authTime: null,
    allTenants,
  };
  return { keyId, key, actor };
}
