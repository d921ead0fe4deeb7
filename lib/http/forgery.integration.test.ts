import { beforeAll, describe, expect, test } from 'vitest';
import { type Operation, type OperationId, operations } from '@/lib/contracts';
import {
  type Answer,
  type Caller,
  type CallInput,
  ORIGIN,
  readAnswer,
  toRequest,
  withKey,
  withSession,
} from '@/lib/testing/calls';
import { fingerprint } from '@/lib/testing/fingerprint';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addPerson, addTenant, EVERY_SCOPE, type TestPerson, testDatabase } from '@/lib/testing/people';
import { type SampleCalls, sampleCalls } from '@/lib/testing/sample-calls';
import { api } from './api';

const sql = testDatabase();

let acme: SampleCalls;
let owner: Caller;
let ownerKey: Caller;
let ada: TestPerson;

beforeAll(async () => {
  for (const tenantId of ['acme', 'globex']) await addTenant(sql, tenantId);
  await sql(`INSERT INTO policy_approval_levels (tenant_id, level) VALUES ('acme', 3)`);
  acme = await sampleCalls(sql, 'acme');
  const person = await addPerson(sql, 'acme', 'owner');
  owner = await withSession(person);
  ownerKey = withKey(await addKey(sql, 'acme', EVERY_SCOPE, { person }));
  ada = await addPerson(sql, 'acme', 'operator', { level: 2 });
});

const all = Object.values(operations as Record<OperationId, Operation>);
const idOf = ({ id }: Operation) => id as OperationId;
const writes = all.filter(({ method }) => method !== 'GET').map(idOf);
const reads = all.filter(({ method, responseKind }) => method === 'GET' && responseKind !== 'event-stream').map(idOf);
const withBody = all.filter(({ body }) => body !== undefined).map(idOf);

const ask = async (id: OperationId, input: CallInput): Promise<Answer> =>
  readAnswer(await api(toRequest(operations[id], input)));

/** Makes a request, and sees that nothing of acme changed by it. */
async function refusedWithoutTrace(request: Request): Promise<Answer> {
  const before = await fingerprint(sql, 'acme');
  const answer = await readAnswer(await api(request));
  // Noting that a key was used is not what it was used for.
  const { api_keys: _keys, ...now } = await fingerprint(sql, 'acme');
  const { api_keys: _before, ...then } = before;
  expect(now).toEqual(then);
  return answer;
}

describe('A5: reading decides nothing', () => {
  test.each(writes)(
    '%s answers GET and HEAD with 405 and what it does allow, or with what is read there',
    async (id) => {
      const input = await acme[id]();
      const { url } = toRequest(operations[id], input);
      const isReadToo = all.some(({ path, method }) => path === operations[id].path && method === 'GET');
      for (const method of ['GET', 'HEAD']) {
        for (const as of [owner, ownerKey]) {
          const answer = await refusedWithoutTrace(new Request(url, { method, headers: as }));
          const noRoute = !isReadToo;
          expect([method, answer.status]).toEqual([method, noRoute ? 405 : 200]);
          if (noRoute) expect(answer.headers.get('allow')).toContain(operations[id].method);
          if (noRoute) expect(answer.headers.get('allow')).not.toContain('GET');
        }
      }
    },
  );

  test.each([
    ['a method override header', { 'x-http-method-override': 'POST' }, ''],
    ['another spelling of it', { 'x-method-override': 'POST', 'x-http-method': 'POST' }, ''],
    ['a method in the query', {}, '?_method=POST&method=post'],
  ])('%s changes nothing about it', async (_, headers, search) => {
    const { url } = toRequest(operations.approveRequest, await acme.approveRequest());
    const answer = await refusedWithoutTrace(
      new Request(`${url.split('?')[0]}${search}`, { headers: { ...owner, ...headers } }),
    );
    expect(answer.status).toBe(405);
  });

  test.each(reads)('%s writes nothing, and HEAD is GET without its body', async (id) => {
    const input = { ...(await acme[id]()), as: owner };
    const { url, headers } = toRequest(operations[id], input);
    const got = await refusedWithoutTrace(new Request(url, { headers }));
    const head = await refusedWithoutTrace(new Request(url, { headers, method: 'HEAD' }));
    expect([head.status, head.text]).toEqual([got.status, '']);
    const names = (answer: Answer) => [...answer.headers.keys()].filter((name) => name !== 'x-request-id');
    expect(names(head)).toEqual(names(got));
  });
});

describe('A6: what another site makes a browser send is refused', () => {
  const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' };
  const plain = { 'content-type': 'text/plain' };
  const json = { 'content-type': 'application/json' };
  const FOREIGN: [string, Record<string, string>][] = [
    ['a form of another site', { ...urlencoded, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['a form from an old browser', { ...urlencoded, origin: 'https://evil.example' }],
    ['JSON as text/plain', { ...plain, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['JSON as text/plain from a page of ours', { ...plain, 'sec-fetch-site': 'same-origin', origin: ORIGIN }],
    ['a sandboxed frame', { ...json, origin: 'null' }],
    ['a sandboxed frame that says where it is', { ...json, 'sec-fetch-site': 'cross-site', origin: 'null' }],
    ['a neighbouring subdomain', { ...json, 'sec-fetch-site': 'same-site', origin: 'http://evil.localhost:3000' }],
    ['an address that was typed or a bookmark', { ...json, 'sec-fetch-site': 'none' }],
    ['nobody knows whom', json],
    ['another port', { ...json, origin: 'http://localhost:3001' }],
    ['another scheme', { ...json, origin: 'https://localhost:3000' }],
    ['a host that begins like ours', { ...json, origin: 'http://localhost:3000.evil.example' }],
    ['a host that is rebound to us', { ...json, host: 'evil.example', origin: 'http://evil.example' }],
    ['two origins', { ...json, origin: `${ORIGIN}, https://evil.example` }],
    ['a claim that contradicts itself', { ...json, 'sec-fetch-site': 'cross-site', origin: ORIGIN }],
  ];
  // What looks at no cookie does nothing in the name of who sends it.
  const inSomebodysName = writes.filter((id) => operations[id].access !== 'public');

  test.each(inSomebodysName)('%s', async (id) => {
    const input = await acme[id]();
    const { url, method } = toRequest(operations[id], input);
    const before = await fingerprint(sql, 'acme');
    for (const [who, headers] of FOREIGN) {
      // Without a body there is no type to be wrong about.
      if (input.body === undefined && who.endsWith('from a page of ours')) continue;
      const foreign = new Request(url, {
        method,
        headers: { ...input.headers, cookie: owner.cookie ?? '', ...headers },
        ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
      });
      const answer = await readAnswer(await api(foreign));
      expect([who, answer.status, answer.body.code]).toEqual([who, 403, 'auth/cross-site']);
    }
    expect(await fingerprint(sql, 'acme')).toEqual(before);
  });

  test('and what the console itself sends is not', async () => {
    const headers = { cookie: owner.cookie ?? '', origin: ORIGIN };
    expect((await ask('approveRequest', { ...(await acme.approveRequest()), as: headers })).status).toBe(200);
  });
});

describe('A9: what a body claims changes nothing', () => {
  const CLAIMS: Record<string, unknown> = {
    status: 'approved',
    approved: true,
    state: 'approved',
    decision: 'allow',
    actor: 'usr_root',
    user_id: 'usr_root',
    requester_user_id: null,
    current_level: 5,
    approvals_count: 9,
    resolved_at: '2026-01-14T12:00:00Z',
    resolved_by: 'policy',
    seq: 1,
    version: 9,
    policy: { decision: 'allow' },
    simulated_cost_cents: 0,
    all_tenants: true,
    permissions: ['*'],
    owner_user_id: 'usr_root',
    session_version: 1,
    is_admin: true,
  };

  test.each(withBody)('%s refuses every forged field with its name', async (id) => {
    const input = await acme[id]();
    for (const [field, value] of Object.entries(CLAIMS)) {
      const forged = toRequest(operations[id], {
        ...input,
        as: ownerKey,
        body: { ...(input.body as object), [field]: value },
      });
      if (Object.hasOwn(input.body as object, field) || isField(id, field)) continue;
      const answer = await readAnswer(await api(forged));
      expect([field, answer.status, answer.body.errors]).toEqual([
        field,
        422,
        [{ pointer: `/${field}`, detail: 'Unknown field' }],
      ]);
    }
  });

  test('a level above one’s own', async () => {
    const { params = {} } = await acme.approveRequest();
    const answer = await ask('approveRequest', { as: await withSession(ada), params, body: { level: 5 } });
    expect([answer.status, answer.body.code]).toEqual([403, 'review/insufficient-level']);
    for (const level of [0, 6, -1, 2.5, '3', null]) {
      const { status } = await ask('approveRequest', { as: await withSession(ada), params, body: { level } });
      expect([level, status]).toEqual([level, level === null ? 200 : 422]);
    }
  });

  test('somebody else’s name as the approver', async () => {
    const boss = await addPerson(sql, 'acme', 'owner');
    const { params = {} } = await acme.approveRequest();
    const key = withKey(await addKey(sql, 'acme', ['*'], { person: ada }));
    const service = withKey(await addKey(sql, 'acme', ['*']));
    for (const as of [await withSession(ada), key, service]) {
      for (const name of [boss.userId, boss.memberId, boss.email, 'usr_root', 'policy']) {
        const answer = await ask('approveRequest', { as, params, body: { approver_id: name } });
        expect([name, answer.status, answer.body.code]).toEqual([name, 403, 'access/approver-mismatch']);
      }
    }
  });

  test('one’s own name as the approver is no claim, in any of its forms', async () => {
    for (const name of [ada.userId, ada.memberId, ada.email, ada.email.toUpperCase()]) {
      const { params = {} } = await acme.approveRequest();
      const answer = await ask('approveRequest', { as: await withSession(ada), params, body: { approver_id: name } });
      expect([name, answer.status]).toEqual([name, 200]);
    }
  });

  test('another tenant', async () => {
    for (const as of [owner, ownerKey]) {
      const body = { ...((await acme.createRequest()).body as object), tenant_id: 'globex' };
      expect((await ask('createRequest', { as, body })).body.code).toBe('tenant/not-found');
      const { params = {} } = await acme.approveRequest();
      const claimed = await ask('approveRequest', { as, params, body: { tenant_id: 'globex' } });
      expect(claimed.body.errors).toEqual([{ pointer: '/tenant_id', detail: 'Unknown field' }]);
    }
  });

  test('two tenants at once', async () => {
    const answer = await ask('listRequests', { as: ownerKey, query: { tenant_id: ['acme', 'globex'] } });
    expect([answer.status, answer.body.errors]).toEqual([422, [{ pointer: '?tenant_id', detail: 'Give it once' }]]);
  });

  test('headers that name a user, a tenant, a role or an address', async () => {
    const headers = {
      'x-tenant-id': 'globex',
      'x-user-id': 'usr_root',
      'x-forwarded-user': 'root',
      'x-user-rbac-role': 'owner',
      'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware',
      'x-original-url': '/api/v1/tenants',
    };
    const { body } = await ask('getMe', {
      as: withKey(await addKey(sql, 'acme', ['requests:read'], { person: ada })),
      headers,
    });
    expect(body).toMatchObject({
      tenant_id: 'acme',
      id: ada.userId,
      role: 'operator',
      level: 2,
      scopes: ['requests:read', 'events:read'],
    });
    const { status } = await readAnswer(await api(new Request(`${ORIGIN}/api/v1/me`, { headers })));
    expect(status).toBe(401);
  });

  test('duplicate members: the last one counts, and is looked at like any other', async () => {
    const { params = {} } = await acme.approveRequest();
    const twice = await ask('approveRequest', {
      as: ownerKey,
      params,
      body: '{"notes":"a","status":"approved","notes":"b"}',
    });
    expect(twice.body.errors).toEqual([{ pointer: '/status', detail: 'Unknown field' }]);
  });

  test('members of the prototype', async () => {
    const { params = {} } = await acme.approveRequest();
    for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
      const body = `{"${name}":{"status":"approved","level":5,"permissions":["*"]}}`;
      const answer = await ask('approveRequest', { as: await withSession(ada), params, body });
      expect([name, answer.status]).toEqual([name, 422]);
    }
    expect(({} as { status?: string }).status).toBeUndefined();
  });
});

function isField(id: OperationId, field: string): boolean {
  const body = operations[id].body as { shape?: object } | undefined;
  return body?.shape !== undefined && Object.hasOwn(body.shape, field);
}

test('and all of it has left the database whole', () => expectInvariants(sql));
