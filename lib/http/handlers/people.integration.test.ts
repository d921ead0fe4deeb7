import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '@/lib/platform/crypto';
import {
  addKey,
  addPerson,
  addTenant,
  EVERY_SCOPE,
  type TestKey,
  type TestPerson,
  testDatabase,
} from '@/lib/testing/people';
import type { Route } from '../route';
import { createKey, listKeys, revokeKey } from './keys';
import { createMember, listMembers, removeMember, updateMember } from './members';
import { approveRequest, createRequest } from './requests';
import { createTenant, listTenants } from './tenants';

const sql = testDatabase();

let tenant: string;
let owner: TestPerson;
let ownersKey: TestKey;
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
  ownersKey = await addKey(sql, tenant, EVERY_SCOPE, { person: owner });
  service = await addKey(sql, tenant, EVERY_SCOPE, { ownerUserId: owner.userId });
});

interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

async function call(
  route: Route,
  key: TestKey,
  input: { id?: string; body?: unknown; query?: string; idempotencyKey?: string } = {},
): Promise<Answer> {
  const path = route.operation.path.replace('{id}', encodeURIComponent(input.id ?? ''));
  const response = await route(
    new Request(`http://countersign.test${path}${input.query ?? ''}`, {
      method: route.operation.method,
      headers: {
        authorization: `Bearer ${key.key}`,
        'content-type': 'application/json',
        'x-request-id': 'the-same',
        ...(input.idempotencyKey === undefined ? {} : { 'idempotency-key': input.idempotencyKey }),
      },
      ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
    }),
  );
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
}

const aMember = (over: object = {}) => ({
  tenant_id: tenant,
  email: `${newId('user').toLowerCase()}@example.com`,
  name: 'Oz Demir',
  role: 'operator',
  ...over,
});
const aKey = (over: object = {}) => ({ tenant_id: tenant, name: 'billing', scopes: ['requests:read'], ...over });

describe('an Idempotency-Key', () => {
  test('makes one key however often it is sent, and shows its secret once', async () => {
    const body = aKey();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => call(createKey, service, { body, idempotencyKey: 'once' })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
    expect(new Set(answers.map((answer) => answer.body.key_id)).size).toBe(1);
    // Nobody can read one key: there is no address of it, and of none is said.
    expect(answers.map((answer) => answer.headers.get('location'))).toEqual(Array(10).fill(null));
    const shown = answers.filter((answer) => answer.body.key !== null);
    expect(shown).toHaveLength(1);
    expect(shown[0]?.headers.get('idempotent-replayed')).toBeNull();
    const replayed = answers.filter((answer) => answer.headers.get('idempotent-replayed') === 'true');
    expect(replayed).toHaveLength(9);
  });

  test('makes one member, and answers later with them as they are now', async () => {
    const body = aMember();
    const made = await call(createMember, ownersKey, { body, idempotencyKey: 'once' });
    await call(updateMember, ownersKey, { id: String(made.body.member_id), body: { level: 1 } });
    const again = await call(createMember, ownersKey, { body, idempotencyKey: 'once' });
    expect([made.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual({ ...made.body, level: 1 });
    expect((await call(createMember, ownersKey, { body })).body.code).toBe('member/exists');
  });

  test('still answers for a member who was removed since', async () => {
    const body = aMember();
    const made = await call(createMember, ownersKey, { body, idempotencyKey: 'gone' });
    await call(removeMember, ownersKey, { id: String(made.body.member_id) });
    const again = await call(createMember, ownersKey, { body, idempotencyKey: 'gone' });
    expect([again.status, again.body.member_id]).toEqual([201, made.body.member_id]);
  });

  test('makes one tenant, from every caller who is at home elsewhere', async () => {
    const body = { tenant_id: `new-${tenants}`, name: 'New' };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => call(createTenant, bootstrap, { body, idempotencyKey: `tenant-${tenants}` })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(5).fill(201));
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
    expect((await call(createTenant, bootstrap, { body })).body.code).toBe('tenant/exists');
  });

  test('with another body is refused', async () => {
    await call(createKey, service, { body: aKey(), idempotencyKey: 'mixed' });
    const other = await call(createKey, service, { body: aKey({ name: 'other' }), idempotencyKey: 'mixed' });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency/mismatch']);
  });
});

describe('another tenant', () => {
  test('what is theirs and what is nobody’s are the same answer, byte for byte', async () => {
    const other = await addTenant(sql, `other-${tenants}`);
    const stranger = await addPerson(sql, other, 'viewer');
    const theirs = await addKey(sql, other, ['requests:read']);
    const cases: [Route, string, string, object?][] = [
      [updateMember, stranger.memberId, newId('member'), { role: 'viewer' }],
      [removeMember, stranger.memberId, newId('member')],
      [revokeKey, theirs.keyId, newId('key')],
    ];
    for (const [route, foreign, missing, body] of cases) {
      const one = await call(route, ownersKey, { id: foreign, body });
      const two = await call(route, ownersKey, { id: missing, body });
      expect([one.status, two.status]).toEqual([404, 404]);
      expect({ ...one.body, instance: '' }).toEqual({ ...two.body, instance: '' });
    }
  });

  test('is not found by its name either, whether or not it exists', async () => {
    const other = await addTenant(sql, `named-${tenants}`);
    for (const named of [other, 'never-was']) {
      const answers = [
        await call(listMembers, ownersKey, { query: `?tenant_id=${named}` }),
        await call(listKeys, ownersKey, { query: `?tenant_id=${named}` }),
        await call(createMember, ownersKey, { body: aMember({ tenant_id: named }) }),
        await call(createKey, ownersKey, { body: aKey({ tenant_id: named }) }),
      ];
      expect(answers.map(({ status, body }) => `${status} ${body.code}`)).toEqual(
        Array(4).fill('404 tenant/not-found'),
      );
    }
  });

  test('is where the bootstrap key works when it names it', async () => {
    const made = await call(createMember, bootstrap, { body: aMember({ role: 'owner' }) });
    expect([made.status, made.body.tenant_id, made.body.role]).toEqual([201, tenant, 'owner']);
    const listed = await call(listMembers, bootstrap, { query: `?tenant_id=${tenant}` });
    expect(listed.body.data).toHaveLength(2);
    const changed = await call(updateMember, bootstrap, { id: String(made.body.member_id), body: { role: 'viewer' } });
    expect([changed.status, changed.body.level]).toEqual([200, 0]);
  });
});

describe('a key that can do everything', () => {
  test('mints no owner, binds nobody, widens nothing, and makes no tenant’s people but its own', async () => {
    const operator = await addPerson(sql, tenant, 'operator');
    const narrow = await addKey(sql, tenant, ['keys:manage', 'requests:read']);
    const refused = [
      await call(createMember, service, { body: aMember({ role: 'owner' }) }),
      await call(createMember, service, { body: aMember({ role: 'admin' }) }),
      await call(updateMember, service, { id: operator.memberId, body: { role: 'owner' } }),
      await call(updateMember, service, { id: owner.memberId, body: { role: 'viewer' } }),
      await call(createMember, service, { body: aMember({ password: 'correct horse battery' }) }),
      await call(createKey, service, { body: aKey({ member_id: operator.memberId }) }),
      await call(createKey, narrow, { body: aKey({ scopes: ['*'] }) }),
    ];
    expect(refused.map(({ status }) => status)).toEqual(Array(refused.length).fill(403));
  });

  test('without the permission it gets nowhere, whatever else the call says', async () => {
    const reader = await addKey(sql, tenant, ['*']);
    const answers = [
      await call(listMembers, reader),
      await call(createMember, reader, { body: { nonsense: true } }),
      await call(createKey, reader, { body: aKey() }),
      await call(listTenants, reader),
      await call(createTenant, reader, { body: { tenant_id: 'x', name: 'X' } }),
    ];
    expect(answers.map(({ status, body }) => `${status} ${body.code}`)).toEqual(Array(5).fill('403 access/forbidden'));
  });
});

describe('who made a key', () => {
  const asked = async (key: TestKey) => {
    const body = { skill_id: 'payments.transfer', tenant_id: tenant, payload: { amount_cents: 100 } };
    return String((await call(createRequest, key, { body })).body.request_id);
  };
  const made = async (by: TestKey, scopes: string[]) => {
    const { body } = await call(createKey, by, { body: aKey({ scopes }) });
    return { ...by, keyId: String(body.key_id), key: String(body.key) };
  };

  test('does not decide what it asked, nor what a key that it made has asked', async () => {
    const colleague = await addPerson(sql, tenant, 'admin');
    const colleaguesKey = await addKey(sql, tenant, ['*'], { person: colleague });
    const first = await made(ownersKey, ['keys:manage', 'requests:create']);
    const second = await made(first, ['requests:create']);
    for (const key of [first, second]) {
      const id = await asked(key);
      const own = await call(approveRequest, ownersKey, { id, body: {} });
      expect([own.status, own.body.code]).toEqual([403, 'review/self-approval']);
      const byKey = await call(approveRequest, key, { id, body: {} });
      expect(byKey.status).toBe(403);
      const other = await call(approveRequest, colleaguesKey, { id, body: {} });
      expect([other.status, other.body.status]).toEqual([200, 'approved']);
    }
  });
});

describe('a forged field', () => {
  test('is unknown, and nothing happens', async () => {
    const operator = await addPerson(sql, tenant, 'operator');
    const forged: [Route, { id?: string; body: object }, string][] = [
      [createMember, { body: aMember({ user_id: owner.userId }) }, '/user_id'],
      [createMember, { body: aMember({ password_hash: 'x' }) }, '/password_hash'],
      [updateMember, { id: operator.memberId, body: { level: 3, tenant_id: 'default' } }, '/tenant_id'],
      [updateMember, { id: operator.memberId, body: { level: 3, email: 'mine@example.com' } }, '/email'],
      [createKey, { body: aKey({ all_tenants: true }) }, '/all_tenants'],
      [createKey, { body: aKey({ owner_user_id: null }) }, '/owner_user_id'],
      [createKey, { body: aKey({ key: 'csk_live_mine' }) }, '/key'],
    ];
    for (const [route, input, pointer] of forged) {
      const answer = await call(route, ownersKey, input);
      expect(answer.status).toBe(422);
      expect(answer.body.errors).toEqual([{ pointer, detail: 'Unknown field' }]);
    }
    expect((await call(listMembers, ownersKey)).body.data).toHaveLength(2);
  });
});

const HOSTILE = {
  sql: `Robert'); DROP TABLE memberships;--`,
  html: `<script>alert(1)</script><img src=x onerror=alert(1)>`,
  formula: `=HYPERLINK("https://evil.example","x")`,
  bidi: 'a\u202Eb\u2066c',
  ansi: '\u001B[31mred\u001B[0m\u0007',
  lines: 'one\r\nSet-Cookie: a=b\n\ttwo',
  emoji: '👩‍👩‍👧‍👦'.repeat(18),
  proto: '__proto__',
  percent: '%00%0d%0a{{7*7}}',
} as const;

describe('hostile text', () => {
  test('in names is stored as it was sent and comes back so', async () => {
    for (const [what, name] of Object.entries(HOSTILE)) {
      const member = await call(createMember, ownersKey, { body: aMember({ name }) });
      const key = await call(createKey, ownersKey, { body: aKey({ name }) });
      const made = await call(createTenant, bootstrap, { body: { tenant_id: `hostile-${what}-${tenants}`, name } });
      expect([what, member.status, key.status, made.status]).toEqual([what, 201, 201, 201]);
      expect([member.body.name, key.body.name, made.body.name]).toEqual([name, name, name]);
    }
    const listed = await call(listMembers, ownersKey, { query: '?limit=200' });
    const names = (listed.body.data as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.values(HOSTILE)));
  });

  test('that no database can keep, or that is too long, is refused with its pointer', async () => {
    const refused = {
      nul: 'a\u0000b',
      surrogate: 'a\uD800b',
      long: '😀'.repeat(100_000).slice(0, 1001),
      blank: ' \t ',
    };
    for (const name of Object.values(refused)) {
      for (const [route, body] of [
        [createMember, aMember({ name })],
        [createKey, aKey({ name })],
      ] as const) {
        const answer = await call(route, ownersKey, { body });
        expect(answer.status).toBe(422);
        expect(answer.body.errors).toEqual([expect.objectContaining({ pointer: '/name' })]);
      }
    }
  });

  test('in ids, e-mails and cursors is refused cleanly', async () => {
    for (const text of Object.values(HOSTILE)) {
      expect((await call(removeMember, ownersKey, { id: text.slice(0, 100).toWellFormed() })).status).toBe(404);
      expect((await call(revokeKey, ownersKey, { id: text.slice(0, 100).toWellFormed() })).status).toBe(404);
      expect((await call(createMember, ownersKey, { body: aMember({ email: text }) })).status).toBe(422);
      expect((await call(createKey, ownersKey, { body: aKey({ scopes: [text] }) })).status).toBe(422);
      expect((await call(listKeys, ownersKey, { query: `?cursor=${encodeURIComponent(text)}` })).status).toBe(422);
      const cursor = Buffer.from(JSON.stringify(text)).toString('base64url');
      expect((await call(listTenants, bootstrap, { query: `?cursor=${cursor}` })).status).toBe(422);
    }
  });
});
