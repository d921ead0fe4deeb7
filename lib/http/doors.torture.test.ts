/** One server, two doors: what the direct one answers, Next's route handlers answer too, byte for byte but for what is one's own. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Operation, type OperationId, operations } from '@/lib/contracts';
import { hashPassword } from '@/lib/platform/auth';
import { env, resetEnv } from '@/lib/platform/env';
import { type Caller, type CallInput, toRequest, withKey, withSession } from '@/lib/testing/calls';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addPerson, addTenant, EVERY_SCOPE, testDatabase } from '@/lib/testing/people';
import { PASSWORD, type SampleCalls, sampleCalls } from '@/lib/testing/sample-calls';
import { type Door, type RawAnswer, type RawCall, send, startNext, startServer } from '@/lib/testing/server-processes';
import { MCP_PATH } from './mcp';

const sql = testDatabase();

let direct: Door;
let next: Door;
let acme: SampleCalls;
let key: Caller;

beforeAll(async () => {
  vi.stubEnv('METRICS_TOKEN', 'a token for metrics');
  resetEnv();
  for (const tenantId of ['acme', 'default']) await addTenant(sql, tenantId);
  await sql(`INSERT INTO policy_approval_levels (tenant_id, level) VALUES ('acme', 1)`);
  acme = await sampleCalls(sql, 'acme');
  key = withKey(await addKey(sql, 'acme', EVERY_SCOPE, { person: await addPerson(sql, 'acme', 'owner') }));
  [direct, next] = await Promise.all([startServer(), startNext()]);
});
afterAll(async () => {
  await Promise.all([direct.stop(), next.stop()]);
  await expectInvariants(sql);
});

/** How a body travels is the door's own affair, and so is whether it may be kept alive or compressed, and how a redirect says it again. */
const FRAMING = ['date', 'connection', 'keep-alive', 'transfer-encoding', 'content-length', 'vary', 'refresh'];
/** What is different in two calls of the same kind. */
const OWN = [
  [/\b(req|evt|usr|mem|key|whe|whd|aud|rq|evl|rpl|run)_[0-9A-HJKMNP-TV-Z]{26}\b/g, '$1_…'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z/g, 'TIME'],
  [/\b[0-9a-f]{64}\b/g, 'HASH'],
  [/csk_live_\w+|whsec_[\w+/=]+|rst_[0-9a-f]{64}/g, 'SECRET'],
  [/"fingerprint":"[^"]*"/g, '"fingerprint":…'],
  [/\b(member|tenant|skill\.of|SECRET|chain)-\d+\b/g, '$1-…'],
  [/usr_[0-9a-z]{26}@/g, 'usr_…@'],
  [/\bacme(@|%40)\d+/g, 'acme$1…'],
] as const;

function shown({ status, headers, text }: RawAnswer): {
  status: number;
  headers: Record<string, unknown>;
  text: string;
} {
  const bare = (value: string) => OWN.reduce((left, [pattern, name]) => left.replace(pattern, name), value);
  const kept = Object.entries(headers)
    .filter(([name]) => !FRAMING.includes(name))
    .map(([name, value]) => [name, bare(String(value))] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return { status, headers: Object.fromEntries(kept), text: status === 308 ? '' : bare(text) };
}

async function compare(call: RawCall, other: RawCall = call): Promise<RawAnswer> {
  const [ours, theirs] = await Promise.all([send(direct.port, call), send(next.port, other)]);
  expect(shown(theirs)).toEqual(shown(ours));
  return ours;
}

async function toRaw(operation: Operation, input: CallInput): Promise<RawCall> {
  const request = toRequest(operation, input);
  const { pathname, search } = new URL(request.url);
  const body = request.body === null ? undefined : await request.text();
  return {
    method: request.method,
    path: `${pathname}${search}`,
    headers: Object.fromEntries(request.headers),
    ...(body === undefined ? {} : { body }),
  };
}

const all = Object.values(operations as Record<OperationId, Operation>);

function withoutEnd({ headers, text }: RawAnswer): unknown {
  return [headers['content-type'], headers['content-disposition'], text];
}

/** Where the same bytes would be wrong, or are not ours to make: what has to be alike all the same. */
const ALIKE: Partial<Record<OperationId, (answer: RawAnswer) => unknown>> = {
  // Each process counts for itself.
  getMetrics: ({ headers }) => headers['content-type'],
  // The second change of the configuration has another version than the first.
  putLevels: ({ text }) => JSON.parse(text),
  putFlags: ({ text }) => JSON.parse(text),
  putRecording: ({ text }) => JSON.parse(text),
  putBudgets: ({ text }) => JSON.parse(text),
  // Each process writes what it was asked a moment later.
  listEvaluations: ({ text }) => Object.keys(JSON.parse(text)),
  // The end of the feed that was looked at moves on between two calls.
  listEvents: ({ text }) => ({ ...JSON.parse(text), next_cursor: undefined }),
  exportCheckpoints: withoutEnd,
  exportRunState: withoutEnd,
  exportRunEvents: withoutEnd,
  // Sealed anew each time, and a key of its own for each.
  allowCliLogin: ({ text }) => Object.keys(JSON.parse(text)),
  finishCliLogin: ({ text }) => Object.keys(JSON.parse(text)),
  // Next serves the file in `public/` before it looks at routes. It is the same document.
  getOpenapi: ({ text }) => JSON.parse(text),
};

describe('every operation', () => {
  test.each(all.map(({ id }) => id as OperationId))('%s: the same success', async (id) => {
    const own = id === 'changePassword' || id === 'signOutEverywhere' || id === 'allowCliLogin';
    const as = async (): Promise<Caller> => {
      if (id === 'getMetrics') return { authorization: 'Bearer a token for metrics' };
      if (!own) return key;
      const person = await addPerson(sql, 'acme', 'operator');
      const hash = await hashPassword(PASSWORD);
      await sql('UPDATE users SET password_hash = $1 WHERE user_id = $2', [hash, person.userId]);
      return withSession(person);
    };
    // Lists and counts must see the same: a sample of one's own is only for what changes something.
    const one = await acme[id]();
    const two = operations[id].method === 'GET' ? one : await acme[id]();
    const calls = await Promise.all([
      toRaw(operations[id], { ...one, as: await as() }),
      toRaw(operations[id], { ...two, as: await as() }),
    ]);
    if (id in ALIKE) {
      const [ours, theirs] = await Promise.all([send(direct.port, calls[0]), send(next.port, calls[1])]);
      expect(ours.status).toBe(200);
      expect([theirs.status, ALIKE[id]?.(theirs)]).toEqual([ours.status, ALIKE[id]?.(ours)]);
      return;
    }
    const { status } = await compare(...calls);
    expect(status).toBeLessThan(300);
  });

  // A file that Next serves answers for itself which methods it takes.
  const routed = all.map(({ id }) => id as OperationId).filter((id) => id !== 'getOpenapi');

  test.each(routed)('%s: the same refusals', async (id) => {
    const input = await acme[id]();
    const raw = await toRaw(operations[id], { ...input, as: key });
    const { authorization: _key, ...headers } = raw.headers ?? {};
    const [bare = '', search] = raw.path.split('?');
    // It needs no credential, so a code that works is no refusal, and works at one door only.
    if (id === 'finishCliLogin') await send(direct.port, raw);
    await compare({ ...raw, headers });
    await compare({ ...raw, headers: { ...headers, authorization: 'Bearer csk_live_nonsense' } });
    if (operations[id].query !== undefined) {
      await compare({ ...raw, path: `${bare}?unknown=1${search === undefined ? '' : `&${search}`}` });
    }
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      if (all.some((other) => other.path === operations[id].path && other.method === method)) continue;
      if (id === 'streamEvents' && method === 'HEAD') continue;
      await compare({ method, path: bare, headers: { authorization: key.authorization ?? '' } });
    }
    if (raw.body === undefined) return;
    for (const body of ['', 'no json', '[]', 'null', `{"unknown_field":1}`, `{"a":"\\u0000"}`])
      await compare({ ...raw, body });
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      await compare({ ...raw, headers: { ...raw.headers, 'content-type': type } });
    }
  });
});

describe('the Model Context Protocol', () => {
  const headers = () => ({
    authorization: key.authorization ?? '',
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  });
  const list = { method: 'POST', path: MCP_PATH, body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' };

  test('the same tools, and the same answer of one', async () => {
    const { status } = await compare({ ...list, headers: headers() });
    expect(status).toBe(200);
    const params = { name: 'get_request', arguments: { request_id: 'req_none' } };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
    await compare({ ...list, headers: headers(), body });
  });

  test('the same refusals', async () => {
    const { authorization: _key, ...anonymous } = headers();
    await compare({ ...list, headers: anonymous });
    await compare({ ...list, headers: { ...headers(), origin: 'https://evil.example' } });
    await compare({ ...list, headers: { ...headers(), 'content-type': 'text/plain' } });
    for (const body of ['', 'no json', '[]', 'null', '{}', '{"jsonrpc":"2.0","id":1,"method":"nothing"}'])
      await compare({ ...list, headers: headers(), body });
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
      await compare({ method, path: MCP_PATH, headers: { authorization: key.authorization ?? '' } });
  });
});

describe('what no client would send by itself', () => {
  const as = () => ({ authorization: key.authorization ?? '' });

  test.each([
    '/api/v1',
    '/api/v1/nothing',
    '/api/v1/nothing/at/all',
    '/api/v1/me/',
    '/api/v1/me/?a=1',
    '/api/v1/ME',
    '/api/v1/me%20',
    '/api/v1/%6de',
    '/api/v1/me?',
    '/api/v1/me?tenant_id=acme&tenant_id=globex',
    '/api/v1/policy/requests/',
    '/api/v1/policy/requests/x',
    '/api/v1/policy/requests/x/',
    '/api/v1/policy/requests/x%2Fapprove',
    '/api/v1/policy/requests/x%2fy%2Fz',
    '/api/v1/policy/requests/%252e',
    '/api/v1/policy/requests/%00',
    '/api/v1/policy/requests/a%20b',
    '/api/v1/policy/requests/%E2%82%AC',
    '/api/v1/policy/requests/x/nothing',
    '/api/v1/policy/requests/x/approve',
    '/api/v1/policy/requests?limit=0',
    '/api/v1/policy/requests?cursor=nonsense',
    '/api/v1/exports/requests.csv?status=nonsense',
    '/api/v1/__proto__',
  ])('GET and POST %s', async (path) => {
    await compare({ method: 'GET', path, headers: as() });
    await compare({ method: 'HEAD', path, headers: as() });
    await compare({ method: 'POST', path, headers: { ...as(), 'content-type': 'application/json' }, body: '{}' });
  });

  // Before it looks at any route, Next tidies up dots and doubled slashes by a redirect and breaks on what is no percent-encoding.
  test.each([
    ['/api/v1/', 404],
    ['/api/v1//me', 404],
    ['/api/v1/policy/requests/%2e%2e', 404],
    ['/api/v1/policy/requests/%zz', 400],
    ['/api/v1/policy/requests/%', 400],
    ['/api/v1/policy/requests/%ff', 400],
  ])('GET %s is a problem document at the direct door, and no data at either', async (path, status) => {
    const [ours, theirs] = await Promise.all(
      [direct, next].map((door) => send(door.port, { method: 'GET', path, headers: as() })),
    );
    expect([ours?.status, ours?.headers['content-type']]).toEqual([status, 'application/problem+json']);
    expect(theirs?.status).toBeGreaterThanOrEqual(300);
  });

  test('an id with an encoded slash reaches no sub-resource', async () => {
    const { params = {} } = await acme.approveRequest();
    const path = `/api/v1/policy/requests/${params.id}%2Fapprove`;
    const call = { method: 'POST', path, headers: { ...as(), 'content-type': 'application/json' }, body: '{}' };
    expect((await compare(call)).status).toBe(405);
  });

  test('a body that is too large, with and without its length', async () => {
    const body = JSON.stringify({ ...operations.createRequest.example, justification: 'x'.repeat(300 * 1024) });
    const call = {
      method: 'POST',
      path: '/api/v1/policy/requests',
      headers: { ...as(), 'content-type': 'application/json' },
      body,
    };
    expect((await compare(call)).status).toBe(413);
    expect((await compare({ ...call, chunked: true })).status).toBe(413);
  });

  test('a body in chunks', async () => {
    const body = JSON.stringify({ ...operations.createRequest.example, tenant_id: 'acme' });
    const headers = { ...as(), 'content-type': 'application/json' };
    const call = { method: 'POST', path: '/api/v1/policy/requests', headers, body, chunked: true };
    expect((await compare(call)).status).toBe(201);
  });

  test('ids of a call and of a trace are kept by both', async () => {
    const headers = {
      ...as(),
      'x-request-id': 'mine',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
    const [ours, theirs] = await Promise.all(
      [direct, next].map((door) => send(door.port, { method: 'GET', path: '/api/v1/me', headers })),
    );
    for (const answer of [ours, theirs]) {
      expect(answer?.headers['x-request-id']).toBe('mine');
      expect(answer?.headers.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01$/);
    }
  });

  test('what one door has done, the other replays', async () => {
    const body = JSON.stringify({ ...operations.createRequest.example, tenant_id: 'acme' });
    const headers = { ...as(), 'content-type': 'application/json', 'idempotency-key': 'through-both-doors' };
    const call = { method: 'POST', path: '/api/v1/policy/requests', headers, body };
    const first = await send(direct.port, call);
    const second = await send(next.port, call);
    expect([first.status, second.status]).toEqual([201, 201]);
    expect([first.headers['idempotent-replayed'], second.headers['idempotent-replayed']]).toEqual([undefined, 'true']);
    expect(second.headers.location).toBe(first.headers.location);
  });

  test('where a client says it comes from is believed by neither', async () => {
    await sql('DELETE FROM login_attempts');
    const form = new URLSearchParams({ email: 'nobody@example.com', password: 'a guess', json: 'true' }).toString();
    const path = '/api/auth/callback/credentials';
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'same-origin',
      'x-countersign-peer': '203.0.113.7',
      host: new URL(env().NEXTAUTH_URL).host,
    };
    for (const door of [direct, next]) {
      expect((await send(door.port, { method: 'POST', path, headers, body: form })).status).toBe(401);
    }
    const attempts = await sql<{ address: string }>('SELECT address FROM login_attempts ORDER BY attempt_id');
    expect(attempts.map(({ address }) => address)).toEqual(['127.0.0.1', '']);
  });

  test('a page cannot be framed, nor its type guessed, nor its base moved', async () => {
    const headers = { host: new URL(env().NEXTAUTH_URL).host };
    const [ours, theirs] = await Promise.all(
      [direct, next].map((door) => send(door.port, { method: 'GET', path: '/login', headers })),
    );
    const names = ['x-frame-options', 'x-content-type-options', 'referrer-policy', 'permissions-policy'];
    for (const name of [...names, 'cross-origin-opener-policy']) {
      expect([name, ours?.headers[name]]).toEqual([name, expect.any(String)]);
      expect([name, theirs?.headers[name]]).toEqual([name, ours?.headers[name]]);
    }
    const rules = (answer?: RawAnswer) => String(answer?.headers['content-security-policy']).split('; ');
    // Only our own server makes nonces, so what needs one is not said by Next alone.
    expect(rules(ours)).toEqual(expect.arrayContaining([expect.stringMatching(/^script-src 'self' 'nonce-/)]));
    expect(rules(theirs)).toEqual(expect.arrayContaining(["frame-ancestors 'none'", "base-uri 'none'"]));
    expect(rules(ours)).toEqual(expect.arrayContaining(rules(theirs)));
  });

  test('a session of the console, and a write that it did not send', async () => {
    const { cookie = '' } = await withSession(await addPerson(sql, 'acme', 'operator'));
    expect((await compare({ method: 'GET', path: '/api/v1/me', headers: { cookie } })).status).toBe(200);
    const write = {
      method: 'POST',
      path: '/api/v1/me/sign-out-everywhere',
      headers: { cookie, origin: 'https://evil.example' },
    };
    expect((await compare(write)).status).toBe(403);
  });
});
