import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CreateKeyBody } from '@/lib/contracts';
import { SCOPES, type Scope } from '@/lib/domain/access';
import { NO_CALL } from '@/lib/domain/call';
import { findKey } from '@/lib/platform/auth';
import { newId, sha256Hex } from '@/lib/platform/crypto';
import { removeMember, updateMember } from '@/lib/services/members';
import {
  addKey,
  addPerson,
  addTenant,
  EVERY_SCOPE,
  type TestKey,
  type TestPerson,
  testDatabase,
} from '@/lib/testing/people';
import { createKey, getKey, listKeys, revokeKey } from '.';

const sql = testDatabase();

let tenant: string;
let owner: TestPerson;
let admin: TestPerson;
let operator: TestPerson;
let service: TestKey;
let bootstrap: TestKey;
let tenants = 0;

beforeAll(async () => {
  await addTenant(sql, 'default');
  bootstrap = await addKey(sql, 'default', EVERY_SCOPE, { allTenants: true });
});
beforeEach(async () => {
  tenants += 1;
  tenant = await addTenant(sql, `acme-${tenants}`);
  owner = await addPerson(sql, tenant, 'owner');
  admin = await addPerson(sql, tenant, 'admin');
  operator = await addPerson(sql, tenant, 'operator');
  service = await addKey(sql, tenant, ['keys:manage', 'requests:create', 'requests:read'], {
    ownerUserId: admin.userId,
  });
});

const bootstrapHere = () => ({ ...bootstrap.actor, tenantId: tenant });
const aKey = (scopes: Scope[], over: Partial<CreateKeyBody> = {}): CreateKeyBody => ({
  tenant_id: tenant,
  name: 'billing',
  scopes,
  ...over,
});
const rowOf = async (keyId: string) => (await sql('SELECT * FROM api_keys WHERE key_id = $1', [keyId]))[0];
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? error,
  );

describe('the secret', () => {
  test('is in the answer once, and only its SHA-256 is stored', async () => {
    const made = await createKey(admin.actor, aKey(['requests:read']), NO_CALL);
    expect(made.key).toMatch(/^csk_live_[0-9A-Z]{26}_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}$/);
    expect((await rowOf(made.key_id))?.secret_hash).toBe(sha256Hex(made.key ?? ''));
    for (const shown of [
      await getKey(admin.actor, made.key_id),
      ...(await listKeys(admin.actor, { limit: 50 })).data,
    ]) {
      expect(Object.keys(shown)).not.toContain('key');
      expect(JSON.stringify(shown)).not.toContain(sha256Hex(made.key ?? ''));
    }
    const [entry] = await sql("SELECT canonical FROM audit_log WHERE tenant_id = $1 AND action = 'key.created'", [
      tenant,
    ]);
    expect(JSON.stringify(entry)).not.toContain(made.key?.split('_')[3]);
  });
});

describe('nobody grants more than they have', () => {
  test('a service key makes keys with what it has, and with nothing else', async () => {
    await expect(createKey(service.actor, aKey(['requests:read']), NO_CALL)).resolves.toMatchObject({
      scopes: ['requests:read'],
    });
    for (const scope of ['*', 'members:manage', 'tenants:manage', 'requests:decide_on_behalf', 'audit:read'] as const) {
      expect(await codeOf(createKey(service.actor, aKey(['requests:read', scope]), NO_CALL))).toBe(
        'access/exceeds-own',
      );
    }
  });

  test('the star does not give what is named one by one', async () => {
    const star = await addKey(sql, tenant, ['*', 'keys:manage'], { ownerUserId: admin.userId });
    await expect(createKey(star.actor, aKey(['*']), NO_CALL)).resolves.toMatchObject({ scopes: ['*'] });
    for (const scope of ['members:manage', 'tenants:manage', 'requests:decide_on_behalf'] as const) {
      expect(await codeOf(createKey(star.actor, aKey([scope]), NO_CALL))).toBe('access/exceeds-own');
    }
  });

  test('a key that has every scope of the star one by one does not make a star', async () => {
    const spelledOut = await addKey(sql, tenant, [
      ...([
        'keys:manage',
        'policy:evaluate',
        'policy:manage',
        'requests:create',
        'requests:read',
        'requests:decide',
      ] as const),
      ...(['runs:read', 'runs:write', 'tasks:work', 'webhooks:manage', 'audit:read', 'exports:read'] as const),
    ]);
    expect(await codeOf(createKey(spelledOut.actor, aKey(['*']), NO_CALL))).toBe('access/exceeds-own');
  });

  test('an admin gives what an admin may do', async () => {
    const scopes: Scope[] = ['*', 'members:manage', 'keys:manage', 'tasks:work'];
    await expect(createKey(admin.actor, aKey(scopes), NO_CALL)).resolves.toMatchObject({ scopes, member_id: null });
    for (const scope of ['tenants:manage', 'requests:decide_on_behalf'] as const) {
      expect(await codeOf(createKey(admin.actor, aKey([scope]), NO_CALL))).toBe('access/exceeds-own');
    }
  });

  test('an admin’s own key does not carry on what an admin may not do', async () => {
    const key = await addKey(sql, tenant, ['keys:manage', 'tenants:manage', 'members:manage'], { person: admin });
    expect(await codeOf(createKey(key.actor, aKey(['tenants:manage']), NO_CALL))).toBe('access/exceeds-own');
    expect(await codeOf(createKey(key.actor, aKey(['members:manage']), NO_CALL))).toBe('done');
  });

  test('an owner gives every scope, the bootstrap key too', async () => {
    for (const actor of [owner.actor, bootstrapHere()]) {
      await expect(createKey(actor, aKey([...EVERY_SCOPE]), NO_CALL)).resolves.toMatchObject({ scopes: EVERY_SCOPE });
    }
  });

  test('no key made here has every tenant', async () => {
    const made = await createKey(bootstrapHere(), aKey([...EVERY_SCOPE]), NO_CALL);
    expect(await rowOf(made.key_id)).toMatchObject({ all_tenants: false, tenant_id: tenant });
  });

  test('what counts is the key as it is: one that was revoked a moment ago makes none', async () => {
    await revokeKey(admin.actor, service.keyId);
    expect(await codeOf(createKey(service.actor, aKey(['requests:read']), NO_CALL))).toBe('access/forbidden');
  });
});

describe('acting as somebody', () => {
  test('a member’s key is bound by their own session, an owner’s or the bootstrap key', async () => {
    const own = await createKey(admin.actor, aKey(['requests:decide'], { member_id: admin.memberId }), NO_CALL);
    const byOwner = await createKey(owner.actor, aKey(['requests:decide'], { member_id: operator.memberId }), NO_CALL);
    const byBootstrap = await createKey(bootstrapHere(), aKey(['*'], { member_id: operator.memberId }), NO_CALL);
    expect([own, byOwner, byBootstrap].map((key) => key.member_id)).toEqual([
      admin.memberId,
      operator.memberId,
      operator.memberId,
    ]);
  });

  test('nobody else’s credential binds it, not even a key that has every scope', async () => {
    const everything = await addKey(sql, tenant, EVERY_SCOPE, { ownerUserId: owner.userId });
    const ownersKey = await addKey(sql, tenant, EVERY_SCOPE, { person: owner });
    const bind = (actor: TestPerson['actor'], memberId: string) =>
      codeOf(createKey(actor, aKey(['requests:read'], { member_id: memberId }), NO_CALL));
    expect(await bind(admin.actor, operator.memberId)).toBe('access/forbidden');
    expect(await bind(admin.actor, owner.memberId)).toBe('access/forbidden');
    for (const key of [service, everything, ownersKey]) {
      expect(await bind(key.actor, operator.memberId)).toBe('access/forbidden');
      expect(await bind(key.actor, owner.memberId)).toBe('access/forbidden');
    }
  });

  test('a member who is missing, gone or another tenant’s cannot be bound: the answer is the same', async () => {
    const other = await addTenant(sql, `other-${tenants}`);
    const stranger = await addPerson(sql, other, 'viewer');
    const gone = await addPerson(sql, tenant, 'viewer');
    await removeMember(owner.actor, gone.memberId);
    for (const memberId of [stranger.memberId, gone.memberId, newId('member'), 'nonsense']) {
      expect(await codeOf(createKey(owner.actor, aKey(['requests:read'], { member_id: memberId }), NO_CALL))).toBe(
        'member/not-found',
      );
    }
  });

  test('a key bound while its member is being removed does not survive them, round after round', async () => {
    for (let round = 0; round < 10; round++) {
      const leaving = await addPerson(sql, tenant, 'operator');
      await Promise.all([
        codeOf(createKey(owner.actor, aKey(['requests:decide'], { member_id: leaving.memberId }), NO_CALL)),
        removeMember(admin.actor, leaving.memberId),
      ]);
      const alive = await sql('SELECT 1 FROM api_keys WHERE member_id = $1 AND revoked_at IS NULL', [leaving.memberId]);
      expect(alive).toEqual([]);
    }
  });
});

describe('a key that may change policy is made by somebody who is there', () => {
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  const signedIn = (person: TestPerson, authTime: Date | null) => ({ ...person.actor, authTime });
  const make = (actor: TestPerson['actor'], scopes: Scope[], over: Partial<CreateKeyBody> = {}) =>
    codeOf(createKey(actor, aKey(scopes, over), NO_CALL));

  test.each([[['policy:manage']], [['*']], [['requests:read', 'policy:manage']]] as Scope[][][])(
    'a session that is older than five minutes makes none that has %j, and one that is not does',
    async (scopes) => {
      for (const person of [admin, owner]) {
        expect(await make(signedIn(person, minutesAgo(6)), scopes)).toBe('auth/step-up-required');
        expect(await make(signedIn(person, null), scopes)).toBe('auth/step-up-required');
        expect(await make(signedIn(person, minutesAgo(4)), scopes)).toBe('done');
      }
      expect(await make(signedIn(owner, minutesAgo(6)), scopes, { member_id: operator.memberId })).toBe(
        'auth/step-up-required',
      );
      expect(await sql('SELECT 1 FROM api_keys WHERE tenant_id = $1 AND member_id IS NOT NULL', [tenant])).toEqual([]);
    },
  );

  test('every other scope needs no fresh sign-in', async () => {
    const others = SCOPES.filter((scope) => scope !== '*' && scope !== 'policy:manage');
    expect(await make(signedIn(owner, minutesAgo(11 * 60)), others)).toBe('done');
  });

  test('a key hands on what it has, and a stale session makes none that could hand it on', async () => {
    const maker = await addKey(sql, tenant, ['keys:manage', 'policy:manage'], { ownerUserId: admin.userId });
    expect(await make(maker.actor, ['policy:manage'])).toBe('done');
    const made = await createKey(signedIn(admin, minutesAgo(6)), aKey(['keys:manage', 'requests:read']), NO_CALL);
    const poor = { ...service.actor, keyId: made.key_id };
    expect(await make(poor, ['policy:manage'])).toBe('access/exceeds-own');
    expect(await make(bootstrapHere(), ['policy:manage'])).toBe('done');
  });
});

describe('who asks through a key', () => {
  test('is the member it acts as, else who made it, else who stands behind the key that made it', async () => {
    const bound = await createKey(owner.actor, aKey(['requests:create'], { member_id: operator.memberId }), NO_CALL);
    const made = await createKey(admin.actor, aKey(['requests:create']), NO_CALL);
    const byKey = await createKey(service.actor, aKey(['requests:create']), NO_CALL);
    const byBootstrap = await createKey(bootstrapHere(), aKey(['requests:create']), NO_CALL);
    expect(await rowOf(bound.key_id)).toMatchObject({
      owner_user_id: operator.userId,
      created_by_user_id: owner.userId,
    });
    expect(await rowOf(made.key_id)).toMatchObject({ owner_user_id: admin.userId, created_by_user_id: admin.userId });
    expect(await rowOf(byKey.key_id)).toMatchObject({ owner_user_id: admin.userId, created_by_key_id: service.keyId });
    expect(await rowOf(byBootstrap.key_id)).toMatchObject({ owner_user_id: null, created_by_key_id: bootstrap.keyId });
  });

  test('stays the same down a chain of keys that make keys', async () => {
    const first = await createKey(admin.actor, aKey(['keys:manage', 'requests:create']), NO_CALL);
    const credential = await findKey(first.key ?? '');
    const actor = { ...service.actor, keyId: first.key_id, keyOwnerUserId: credential?.ownerUserId ?? null };
    const second = await createKey(actor, aKey(['requests:create']), NO_CALL);
    expect(await rowOf(second.key_id)).toMatchObject({ owner_user_id: admin.userId });
  });
});

describe('the end of a key', () => {
  test('lies in the future, or the key is not made', async () => {
    const expiresAt = inDays(30);
    await expect(createKey(admin.actor, aKey(['*'], { expires_at: expiresAt }), NO_CALL)).resolves.toMatchObject({
      expires_at: expiresAt,
    });
    for (const past of [inDays(-1), '1970-01-01T00:00:00Z', '9999-12-31T23:59:59-23:59']) {
      await expect(createKey(admin.actor, aKey(['*'], { expires_at: past }), NO_CALL)).rejects.toMatchObject({
        code: 'input/invalid',
        errors: [{ pointer: '/expires_at' }],
      });
    }
  });

  test('comes no later than its maker’s: a key does not live on by making another', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000);
    const short = await addKey(sql, tenant, ['keys:manage', 'requests:read'], { expiresAt });
    const made = await createKey(short.actor, aKey(['requests:read']), NO_CALL);
    expect(made.expires_at).toBe(expiresAt.toISOString());
    expect(await codeOf(createKey(short.actor, aKey(['requests:read'], { expires_at: inDays(1) }), NO_CALL))).toBe(
      'access/exceeds-own',
    );
  });

  test('an expired key makes none', async () => {
    const expired = await addKey(sql, tenant, ['keys:manage', 'requests:read'], {
      expiresAt: new Date(Date.now() - 1000),
    });
    expect(await codeOf(createKey(expired.actor, aKey(['requests:read']), NO_CALL))).toBe('access/forbidden');
  });
});

describe('revoking', () => {
  test('counts at once, also for a process that had just looked the key up', async () => {
    const { key_id: keyId, key } = await createKey(admin.actor, aKey(['requests:read']), NO_CALL);
    await expect(findKey(key ?? '')).resolves.toMatchObject({ keyId });
    await revokeKey(admin.actor, keyId);
    await expect(findKey(key ?? '')).resolves.toBeNull();
  });

  test('twice is once: the time and the record stay', async () => {
    await revokeKey(admin.actor, service.keyId);
    const before = await rowOf(service.keyId);
    await revokeKey(admin.actor, service.keyId);
    expect(await rowOf(service.keyId)).toEqual(before);
    const entries = await sql("SELECT 1 FROM audit_log WHERE tenant_id = $1 AND action = 'key.revoked'", [tenant]);
    expect(entries).toHaveLength(1);
  });

  test('what is missing and what is another tenant’s are the same 404', async () => {
    const other = await addTenant(sql, `else-${tenants}`);
    const theirs = await addKey(sql, other, ['requests:read']);
    for (const keyId of [theirs.keyId, newId('key'), 'key_nonsense', "key_' OR 1=1 --"]) {
      expect(await codeOf(revokeKey(owner.actor, keyId))).toBe('key/not-found');
      expect(await codeOf(getKey(owner.actor, keyId))).toBe('key/not-found');
    }
    expect(await rowOf(theirs.keyId)).toMatchObject({ revoked_at: null });
  });

  test('a key may end itself, ten times at once without a deadlock', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => codeOf(revokeKey(service.actor, service.keyId))),
    );
    expect(outcomes.filter((outcome) => outcome === 'done')).not.toHaveLength(0);
    expect(new Set(outcomes).difference(new Set(['done', 'access/forbidden']))).toEqual(new Set());
    expect((await rowOf(service.keyId))?.revoked_at).not.toBeNull();
  });

  test('the key that has every tenant is ended by an owner only', async () => {
    const home = await addPerson(sql, 'default', 'owner');
    const homeAdmin = await addPerson(sql, 'default', 'admin');
    const spare = await addKey(sql, 'default', EVERY_SCOPE, { allTenants: true });
    expect(await codeOf(revokeKey(homeAdmin.actor, spare.keyId))).toBe('access/forbidden');
    expect(await codeOf(revokeKey(home.actor, spare.keyId))).toBe('done');
  });

  test('a demotion reaches the keys of the demoted: their member key makes no more keys', async () => {
    const key = await addKey(sql, tenant, ['keys:manage', 'requests:read'], { person: admin });
    await updateMember(owner.actor, admin.memberId, { role: 'operator' });
    expect(await codeOf(createKey(key.actor, aKey(['requests:read']), NO_CALL))).toBe('access/forbidden');
  });
});

describe('the list', () => {
  test('comes in pages, newest first, with what is revoked and without other tenants’', async () => {
    const other = await addTenant(sql, `list-${tenants}`);
    await addKey(sql, other, ['requests:read']);
    for (let i = 0; i < 5; i++) await createKey(admin.actor, aKey(['requests:read'], { name: `key ${i}` }), NO_CALL);
    await revokeKey(admin.actor, service.keyId);
    const first = await listKeys(admin.actor, { limit: 4 });
    const rest = await listKeys(admin.actor, { limit: 4, cursor: first.next_cursor ?? undefined });
    expect([...first.data, ...rest.data].map(({ name }) => name)).toEqual([
      'key 4',
      'key 3',
      'key 2',
      'key 1',
      'key 0',
      'test',
    ]);
    expect(rest.next_cursor).toBeNull();
    expect(rest.data.at(-1)?.revoked_at).not.toBeNull();
  });
});
