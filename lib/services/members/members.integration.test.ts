import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CreateMemberBody } from '@/lib/contracts';
import type { Role } from '@/lib/domain/access';
import { verifyChain } from '@/lib/domain/audit';
import { NO_CALL } from '@/lib/domain/call';
import { verifyPassword } from '@/lib/platform/auth';
import { newId, sha256Hex } from '@/lib/platform/crypto';
import {
  addKey,
  addMembership,
  addPerson,
  addTenant,
  EVERY_SCOPE,
  type TestKey,
  type TestPerson,
  testDatabase,
} from '@/lib/testing/people';
import { createMember, getMember, listMembers, removeMember, updateMember } from '.';

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
  service = await addKey(sql, tenant, EVERY_SCOPE, { ownerUserId: admin.userId });
});

const bootstrapHere = () => ({ ...bootstrap.actor, tenantId: tenant });
const newEmail = () => `${newId('user').toLowerCase()}@example.com`;
const someone = (role: Role, over: Partial<CreateMemberBody> = {}): CreateMemberBody => ({
  tenant_id: tenant,
  email: newEmail(),
  name: 'Some One',
  role,
  ...over,
});
const peopleVersion = async () =>
  Number((await sql<{ v: string }>('SELECT people_version AS v FROM tenants WHERE tenant_id = $1', [tenant]))[0]?.v);
const auditActions = async () =>
  (await sql<{ action: string }>('SELECT action FROM audit_log WHERE tenant_id = $1 ORDER BY seq', [tenant])).map(
    ({ action }) => action,
  );
const activeOwners = async () =>
  (
    await sql<{ member_id: string }>(
      "SELECT member_id FROM memberships WHERE tenant_id = $1 AND role = 'owner' AND removed_at IS NULL",
      [tenant],
    )
  ).length;
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? error,
  );

const faultOf = (work: Promise<unknown>) =>
  work.catch((error: Error & { code: string }) => `${error.code}: ${error.message}`);

describe('levels and bands', () => {
  test('a role comes with its default level, and a level inside its band is kept', async () => {
    const levels = [];
    for (const role of ['viewer', 'operator', 'admin', 'owner'] as const) {
      levels.push((await createMember(owner.actor, someone(role), NO_CALL)).level);
    }
    expect(levels).toEqual([0, 3, 4, 5]);
    await expect(createMember(owner.actor, someone('operator', { level: 2 }), NO_CALL)).resolves.toMatchObject({
      role: 'operator',
      level: 2,
    });
  });

  test('a level outside the band is refused at /level, and nothing is left behind', async () => {
    const input = someone('operator', { level: 4 });
    await expect(createMember(owner.actor, input, NO_CALL)).rejects.toMatchObject({
      code: 'member/wrong-band',
      errors: [{ pointer: '/level' }],
    });
    await expect(updateMember(owner.actor, operator.memberId, { level: 5 })).rejects.toMatchObject({
      code: 'member/wrong-band',
      errors: [{ pointer: '/level' }],
    });
    expect(await sql('SELECT 1 FROM users WHERE email = $1', [input.email])).toEqual([]);
  });

  test('a new role without a level takes its default; the same role keeps the level', async () => {
    await updateMember(owner.actor, operator.memberId, { level: 1 });
    await expect(updateMember(owner.actor, operator.memberId, { role: 'operator' })).resolves.toMatchObject({
      level: 1,
    });
    await expect(updateMember(owner.actor, operator.memberId, { role: 'admin' })).resolves.toMatchObject({ level: 4 });
    await expect(updateMember(owner.actor, operator.memberId, { role: 'operator' })).resolves.toMatchObject({
      level: 3,
    });
  });
});

describe('nobody grants more than they have', () => {
  test('an admin makes admins and nobody above', async () => {
    await expect(createMember(admin.actor, someone('admin'), NO_CALL)).resolves.toMatchObject({ level: 4 });
    await expect(createMember(admin.actor, someone('owner'), NO_CALL)).rejects.toMatchObject({
      code: 'access/exceeds-own',
    });
    await expect(updateMember(admin.actor, operator.memberId, { role: 'owner' })).rejects.toMatchObject({
      code: 'access/exceeds-own',
    });
  });

  test('an admin neither changes nor removes an owner', async () => {
    await expect(updateMember(admin.actor, owner.memberId, { role: 'admin' })).rejects.toMatchObject({
      code: 'access/forbidden',
    });
    await expect(removeMember(admin.actor, owner.memberId)).rejects.toMatchObject({ code: 'access/forbidden' });
  });

  test('owners are made by an owner’s session, an owner’s own key and the bootstrap key', async () => {
    const key = await addKey(sql, tenant, ['members:manage'], { person: owner });
    for (const actor of [owner.actor, key.actor, bootstrapHere()]) {
      await expect(createMember(actor, someone('owner'), NO_CALL)).resolves.toMatchObject({ role: 'owner', level: 5 });
    }
  });

  test('a service key that has every scope makes neither an owner nor an admin, and touches none', async () => {
    await expect(createMember(service.actor, someone('operator'), NO_CALL)).resolves.toMatchObject({
      role: 'operator',
    });
    for (const role of ['admin', 'owner'] as const) {
      expect(await codeOf(createMember(service.actor, someone(role), NO_CALL))).toBe('access/exceeds-own');
      expect(await codeOf(updateMember(service.actor, operator.memberId, { role }))).toBe('access/exceeds-own');
    }
    const colleague = await addPerson(sql, tenant, 'admin');
    for (const person of [colleague, owner]) {
      expect(await codeOf(updateMember(service.actor, person.memberId, { role: 'operator' }))).toBe('access/forbidden');
      expect(await codeOf(removeMember(service.actor, person.memberId))).toBe('access/forbidden');
    }
  });

  test('a service key sets nobody’s password: it could sign in as them and decide', async () => {
    const input = someone('operator', { password: 'correct horse battery' });
    await expect(createMember(service.actor, input, NO_CALL)).rejects.toMatchObject({ code: 'access/exceeds-own' });
    expect(await sql('SELECT 1 FROM users WHERE email = $1', [input.email])).toEqual([]);
    await expect(createMember(bootstrapHere(), input, NO_CALL)).resolves.toMatchObject({ email: input.email });
  });
});

describe('nobody changes themself', () => {
  test('with a session, whatever the role', async () => {
    for (const person of [owner, admin]) {
      expect(await codeOf(updateMember(person.actor, person.memberId, { role: 'viewer' }))).toBe('access/self-change');
      expect(await codeOf(removeMember(person.actor, person.memberId))).toBe('access/self-change');
    }
  });

  test('with a key that acts as them', async () => {
    const key = await addKey(sql, tenant, EVERY_SCOPE, { person: owner });
    expect(await codeOf(updateMember(key.actor, owner.memberId, { role: 'admin' }))).toBe('access/self-change');
  });

  test('with a service key that they made before they were demoted, or removed', async () => {
    await updateMember(owner.actor, admin.memberId, { role: 'operator', level: 1 });
    expect(await codeOf(updateMember(service.actor, admin.memberId, { level: 3 }))).toBe('access/self-change');
    await removeMember(owner.actor, admin.memberId);
    expect(await codeOf(createMember(service.actor, someone('operator', { email: admin.email }), NO_CALL))).toBe(
      'access/self-change',
    );
  });
});

describe('the last owner stays', () => {
  test('demoted or removed by the bootstrap key: refused', async () => {
    expect(await codeOf(updateMember(bootstrapHere(), owner.memberId, { role: 'admin' }))).toBe('member/last-owner');
    expect(await codeOf(removeMember(bootstrapHere(), owner.memberId))).toBe('member/last-owner');
    expect(await activeOwners()).toBe(1);
  });

  test('an owner whose account is disabled does not count', async () => {
    const other = await addPerson(sql, tenant, 'owner');
    await sql('UPDATE users SET disabled_at = now_ms() WHERE user_id = $1', [other.userId]);
    expect(await codeOf(removeMember(bootstrapHere(), owner.memberId))).toBe('member/last-owner');
  });

  test('two owners who demote each other at the same moment leave one, round after round', async () => {
    for (let round = 0; round < 10; round++) {
      const one = await addPerson(sql, tenant, 'owner');
      const two = await addPerson(sql, tenant, 'owner');
      await sql(
        "UPDATE memberships SET removed_at = now_ms() WHERE tenant_id = $1 AND role = 'owner' AND member_id <> ALL ($2)",
        [tenant, [one.memberId, two.memberId]],
      );
      const outcomes = await Promise.all([
        codeOf(updateMember(one.actor, two.memberId, { role: 'admin' })),
        codeOf(
          round % 2 ? removeMember(two.actor, one.memberId) : updateMember(two.actor, one.memberId, { role: 'viewer' }),
        ),
      ]);
      expect(outcomes.toSorted()).toEqual(['access/forbidden', 'done']);
      expect(await activeOwners()).toBe(1);
    }
  });

  test('the bootstrap key removing every owner at once leaves one', async () => {
    const owners = [owner, ...(await Promise.all([1, 2, 3].map(() => addPerson(sql, tenant, 'owner'))))];
    const outcomes = await Promise.all(owners.map(({ memberId }) => codeOf(removeMember(bootstrapHere(), memberId))));
    expect(outcomes.toSorted()).toEqual(['done', 'done', 'done', 'member/last-owner']);
    expect(await activeOwners()).toBe(1);
  });
});

describe('an account that exists', () => {
  test('is added without being touched, whatever the call says and however the e-mail is spelled', async () => {
    const elsewhere = await addTenant(sql, `elsewhere-${tenants}`);
    const known = await addPerson(sql, elsewhere, 'owner');
    const [before] = await sql('SELECT * FROM users WHERE user_id = $1', [known.userId]);
    const input = someone('viewer', {
      email: known.email.toUpperCase(),
      name: 'Mallory',
      password: 'mallory’s own choice',
    });
    const member = await createMember(owner.actor, input, NO_CALL);
    expect(member).toMatchObject({
      user_id: known.userId,
      email: known.email,
      name: `owner of ${elsewhere}`,
      role: 'viewer',
    });
    expect(await sql('SELECT * FROM users WHERE user_id = $1', [known.userId])).toEqual([before]);
    expect(await sql('SELECT role FROM memberships WHERE member_id = $1', [known.memberId])).toEqual([
      { role: 'owner' },
    ]);
  });

  test('gets no answer in another form than a new one', async () => {
    const elsewhere = await addTenant(sql, `beyond-${tenants}`);
    const known = await addPerson(sql, elsewhere, 'viewer');
    const added = await createMember(owner.actor, someone('viewer', { email: known.email }), NO_CALL);
    const made = await createMember(owner.actor, someone('viewer'), NO_CALL);
    expect(Object.keys(added)).toEqual(Object.keys(made));
  });

  test('is a member once: adding them again, in any spelling, is refused', async () => {
    expect(await codeOf(createMember(owner.actor, someone('viewer', { email: operator.email }), NO_CALL))).toBe(
      'member/exists',
    );
    expect(
      await codeOf(createMember(owner.actor, someone('viewer', { email: operator.email.toUpperCase() }), NO_CALL)),
    ).toBe('member/exists');
  });

  test('twenty calls at once with one new e-mail make one account and one membership', async () => {
    const input = someone('operator');
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => codeOf(createMember(owner.actor, input, NO_CALL))),
    );
    expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
    expect(new Set(outcomes)).toEqual(new Set(['done', 'member/exists']));
    expect(await sql('SELECT 1 FROM users WHERE lower(email) = $1', [input.email])).toHaveLength(1);
  });

  test('a password counts when the call makes the account', async () => {
    const input = someone('operator', { password: 'correct horse battery' });
    const { user_id: userId } = await createMember(admin.actor, input, NO_CALL);
    const [row] = await sql<{ password_hash: string }>('SELECT password_hash FROM users WHERE user_id = $1', [userId]);
    expect(row?.password_hash).toMatch(/^\$argon2id\$/);
    await expect(verifyPassword(row?.password_hash ?? null, input.password ?? '')).resolves.toBe(true);
  });
});

describe('removing', () => {
  test('revokes the keys bound to the member in the same act, and no others', async () => {
    const bound = await addKey(sql, tenant, ['*'], { person: operator });
    await removeMember(admin.actor, operator.memberId);
    const rows = await sql<{ key_id: string; revoked: boolean }>(
      'SELECT key_id, revoked_at IS NOT NULL AS revoked FROM api_keys WHERE tenant_id = $1 ORDER BY revoked',
      [tenant],
    );
    expect(rows).toEqual([
      { key_id: service.keyId, revoked: false },
      { key_id: bound.keyId, revoked: true },
    ]);
    const [entry] = await sql<{ data: unknown }>(
      "SELECT data FROM audit_log WHERE tenant_id = $1 AND action = 'member.removed'",
      [tenant],
    );
    expect(entry?.data).toMatchObject({ user_id: operator.userId, revoked_keys: [bound.keyId] });
  });

  test('ends this membership only: the account and other tenants stay', async () => {
    const elsewhere = await addTenant(sql, `still-${tenants}`);
    const there = await addMembership(sql, elsewhere, operator.userId, operator.email, 'admin');
    await removeMember(admin.actor, operator.memberId);
    const rows = await sql('SELECT member_id FROM memberships WHERE user_id = $1 AND removed_at IS NULL', [
      operator.userId,
    ]);
    expect(rows).toEqual([{ member_id: there.memberId }]);
  });

  test('a second time, or somebody who was never there, is not found; they can be added again', async () => {
    await removeMember(admin.actor, operator.memberId);
    expect(await codeOf(removeMember(admin.actor, operator.memberId))).toBe('member/not-found');
    expect(await codeOf(removeMember(admin.actor, newId('member')))).toBe('member/not-found');
    const again = await createMember(admin.actor, someone('viewer', { email: operator.email }), NO_CALL);
    expect(again.user_id).toBe(operator.userId);
    expect(again.member_id).not.toBe(operator.memberId);
  });
});

describe('authority is looked at when it counts', () => {
  test('an admin demoted a moment ago changes nobody, even if the edge still believes them', async () => {
    await updateMember(owner.actor, admin.memberId, { role: 'operator' });
    expect(await codeOf(removeMember(admin.actor, operator.memberId))).toBe('access/forbidden');
    expect(await codeOf(createMember(admin.actor, someone('viewer'), NO_CALL))).toBe('access/forbidden');
  });

  test('nor does a session that was ended, or a key that was revoked', async () => {
    await sql('UPDATE users SET session_version = 2 WHERE user_id = $1', [admin.userId]);
    await sql('UPDATE api_keys SET revoked_at = now_ms() WHERE key_id = $1', [service.keyId]);
    for (const actor of [admin.actor, service.actor]) {
      expect(await codeOf(removeMember(actor, operator.memberId))).toBe('access/forbidden');
    }
  });
});

describe('another tenant', () => {
  test('its members are as missing as nobody’s', async () => {
    const other = await addTenant(sql, `other-${tenants}`);
    const stranger = await addPerson(sql, other, 'viewer');
    for (const memberId of [stranger.memberId, newId('member'), 'mem_not-an-id', "mem_' OR 1=1 --"]) {
      const faults = await Promise.all([
        faultOf(updateMember(owner.actor, memberId, { role: 'admin' })),
        faultOf(removeMember(owner.actor, memberId)),
        faultOf(getMember(owner.actor, memberId)),
      ]);
      expect(new Set(faults)).toEqual(new Set(['member/not-found: No such member']));
    }
    const { data } = await listMembers(owner.actor, { limit: 200 });
    expect(data.map(({ member_id: id }) => id)).not.toContain(stranger.memberId);
  });

  test('cannot be named in the body', async () => {
    const other = await addTenant(sql, `named-${tenants}`);
    expect(await codeOf(createMember(owner.actor, someone('viewer', { tenant_id: other }), NO_CALL))).toBe(
      'tenant/not-found',
    );
  });
});

describe('what is kept of it', () => {
  test('every change of people raises the tenant’s people version; what is refused or changes nothing does not', async () => {
    const before = await peopleVersion();
    const { member_id: id } = await createMember(owner.actor, someone('operator'), NO_CALL);
    await updateMember(owner.actor, id, { level: 2 });
    await updateMember(owner.actor, id, { level: 2 });
    await codeOf(updateMember(owner.actor, id, { level: 5 }));
    await removeMember(owner.actor, id);
    expect(await peopleVersion()).toBe(before + 3);
    expect(await auditActions()).toEqual(['member.added', 'member.changed', 'member.removed']);
  });

  test('the audit chain verifies and holds no password', async () => {
    await createMember(owner.actor, someone('operator', { password: 'a canary in the coal mine' }), NO_CALL);
    await updateMember(owner.actor, operator.memberId, { level: 1 });
    const links = await sql<{ seq: number; canonical: string; at: string; prevHash: string; hash: string }>(
      `SELECT seq, canonical, rfc3339_ms(timestamp) AS at, prev_hash AS "prevHash", hash FROM audit_log
       WHERE tenant_id = $1 ORDER BY seq`,
      [tenant],
    );
    expect(verifyChain(links, sha256Hex)).toEqual({ ok: true, links: 2 });
    expect(JSON.stringify(links)).not.toContain('canary');
  });
});

describe('the list', () => {
  test('comes in pages that miss and repeat nobody, also where many came in one millisecond', async () => {
    const at = new Date('2026-01-14T12:00:00Z');
    const made = await Promise.all(Array.from({ length: 7 }, () => addPerson(sql, tenant, 'viewer')));
    await sql('UPDATE memberships SET created_at = $1 WHERE member_id = ANY ($2)', [
      at,
      made.map(({ memberId }) => memberId),
    ]);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listMembers(owner.actor, { limit: 3, cursor });
      expect(page.data.length).toBeLessThanOrEqual(3);
      seen.push(...page.data.map(({ member_id: id }) => id));
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(10);
    expect(new Set(seen).size).toBe(10);
  });

  test('refuses a cursor that it did not give out', async () => {
    const cursor = Buffer.from('["2026-01-14T12:00:00.000Z","\\u0000"]').toString('base64url');
    await expect(listMembers(owner.actor, { limit: 3, cursor })).rejects.toMatchObject({
      code: 'input/invalid',
      errors: [{ pointer: '?cursor' }],
    });
  });

  test('does not show who was removed', async () => {
    await removeMember(owner.actor, operator.memberId);
    const { data } = await listMembers(owner.actor, { limit: 50 });
    expect(data.map(({ member_id: id }) => id).toSorted()).toEqual([owner.memberId, admin.memberId].toSorted());
  });
});
