import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  PROTOCOL_VERSION_META_KEY,
} from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { resetEnv } from '@/lib/platform/env';
import { type Caller, call, ORIGIN, withKey, withSession } from '@/lib/testing/calls';
import { expectInvariants } from '@/lib/testing/invariants';
import { askTool, ERAS, mcpOverHttp, openMcp, readSaid } from '@/lib/testing/mcp-session';
import { openApi } from '@/lib/testing/open-api';
import { addKey, addPerson, addTenant, type TestKey, type TestPerson, testDatabase } from '@/lib/testing/people';
import { api } from './api';
import { approveRequest, createRequest, getRequest, rejectRequest } from './handlers/requests';
import { MCP_PATH } from './mcp';

const sql = testDatabase();

let server: Awaited<ReturnType<typeof openApi>>;
let agent: TestKey;
let ada: TestPerson;
let adasKey: TestKey;
let session: Caller;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  agent = await addKey(sql, 'acme', ['policy:evaluate', 'requests:create', 'requests:read']);
  ada = await addPerson(sql, 'acme', 'admin');
  adasKey = await addKey(sql, 'acme', ['requests:read', 'requests:decide'], { person: ada });
  session = await withSession(ada);
  server = await openApi();
});
afterAll(() => server.close());

const connect = (key: Pick<TestKey, 'key'>, era: (typeof ERAS)[number] = 'auto') =>
  openMcp(mcpOverHttp(server.url, key.key), era);

/** However busy the machine is. */
const SOON_MS = 20_000;
const WISH = { skill_id: 'payments.transfer', agent_id: 'billing-bot', payload: { amount_cents: 250_000 } };

/** Asks past the tools; who decides then is not who asked. */
async function ask(tenantId = 'acme', as = withKey(agent)): Promise<string> {
  const { body, status } = await call(createRequest, { as, body: { ...WISH, tenant_id: tenantId } });
  expect(status).toBe(201);
  return String(body.request_id);
}

const decide = (route: typeof approveRequest, id: string, body: object) =>
  call(route, { as: session, params: { id }, body });

/** How many calls wait in this process. */
function waiting(): number {
  const watch: unknown = Reflect.get(globalThis, Symbol.for('countersign.request-watch'));
  const { byCredential } = watch as { byCredential: Map<string, number> };
  return [...byCredential.values()].reduce((sum, each) => sum + each, 0);
}

describe.each(ERAS)('a session of the official client (%s)', (era) => {
  test('lists the tools that the key can use, with schemas that are closed', async () => {
    const client = await connect(agent, era);
    expect(client.getServerVersion()).toMatchObject({ name: 'countersign' });
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'evaluate_policy',
      'request_approval',
      'wait_for_decision',
      'list_requests',
      'get_request',
      'cancel_request',
      'report_outcome',
    ]);
    for (const { name, inputSchema, outputSchema } of tools) {
      expect([name, inputSchema.type, inputSchema.additionalProperties]).toEqual([name, 'object', false]);
      expect([name, outputSchema?.type]).toEqual([name, 'object']);
    }
    await client.close();
  });

  test('a person’s key lists what decides; a service key never does', async () => {
    const client = await connect(adasKey, era);
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toEqual(['wait_for_decision', 'list_requests', 'get_request', 'approve_request', 'reject_request']);
    await client.close();
    const service = await connect(await addKey(sql, 'acme', ['*']), era);
    const forService = (await service.listTools()).tools.map(({ name }) => name);
    expect(forService).not.toContain('approve_request');
    expect(forService).not.toContain('reject_request');
    await service.close();
  });

  test('asks what policy would answer, and changes nothing', async () => {
    const client = await connect(agent, era);
    const before = await sql('SELECT count(*)::int AS n FROM approval_requests');
    const { text, data } = await askTool(client, 'evaluate_policy', WISH);
    expect(text).toBe(
      'A person at level 3 would have to approve this. Nothing is configured for payments.transfer: the default is level 3.',
    );
    expect(data).toMatchObject({ decision: 'requires_approval', approval_level_required: 3 });
    expect(await sql('SELECT count(*)::int AS n FROM approval_requests')).toEqual(before);
    await client.close();
  });

  test('a tool call is held until a person decides, hears how it goes, and then says what was decided', async () => {
    const client = await connect(agent, era);
    const heard: string[] = [];
    const held = client.callTool(
      { name: 'request_approval', arguments: { ...WISH, title: 'Pay 4711', wait_seconds: 60 } },
      { onprogress: ({ message = '' }) => heard.push(message) },
    );
    const id = await vi.waitFor(async () => {
      expect(heard).toHaveLength(1);
      return /req_\w+/.exec(heard[0] ?? '')?.[0] ?? '';
    }, SOON_MS);
    expect(heard[0]).toBe(`${id} waits for a person at level 3`);
    expect((await decide(approveRequest, id, { notes: 'The order matches' })).status).toBe(200);
    const { text, data, isError } = readSaid((await held) as Parameters<typeof readSaid>[0]);
    expect(isError).toBe(false);
    expect(data).toMatchObject({ request_id: id, status: 'approved', decided: true, approved: true });
    expect(text).toContain('Approved');
    expect(text).toContain('The order matches');
    await client.close();
  });

  test('what is not decided in time comes back as not approved, and waiting goes on with its id', async () => {
    const client = await connect(agent, era);
    const first = await askTool(client, 'request_approval', { ...WISH, wait_seconds: 0 });
    expect(first.data).toMatchObject({ status: 'pending', decided: false, approved: false });
    expect(first.text).toContain('must not be done before it is approved; call wait_for_decision');
    const id = String(first.data.request_id);
    const still = await askTool(client, 'wait_for_decision', { request_id: id, wait_seconds: 1 });
    expect(still.data).toMatchObject({ decided: false, approved: false });
    const held = askTool(client, 'wait_for_decision', { request_id: id, wait_seconds: 60 });
    await decide(rejectRequest, id, { notes: 'Paid already' });
    const { data, text } = await held;
    expect(data).toMatchObject({ status: 'rejected', decided: true, approved: false, reason: 'Paid already' });
    expect(text).toContain('must not be done');
    await client.close();
  });

  test('asking again with the same correlation id gives the first request; with another payload it is a refusal', async () => {
    const client = await connect(agent, era);
    const again = { ...WISH, correlation_id: `pay-${era}`, wait_seconds: 0 };
    const first = await askTool(client, 'request_approval', again);
    const second = await askTool(client, 'request_approval', again);
    expect(second.data.request_id).toBe(first.data.request_id);
    const other = await askTool(client, 'request_approval', { ...again, payload: { amount_cents: 1 } });
    expect(other).toMatchObject({ isError: true, data: { code: 'request/correlation-conflict', status: 409 } });
    await client.close();
  });

  test('reads, lists, and takes back', async () => {
    const client = await connect(agent, era);
    const id = await ask();
    const listed = await askTool(client, 'list_requests', { status: ['open'], limit: 1 });
    expect(listed.data).toMatchObject({ requests: [{ request_id: id }], next_cursor: expect.any(String) });
    const read = await askTool(client, 'get_request', { request_id: id });
    expect(read.data).toMatchObject({ request_id: id, payload: WISH.payload, status_history: [{ seq: 1 }] });
    const cancelled = await askTool(client, 'cancel_request', { request_id: id, reason: 'Not needed' });
    expect(cancelled.data).toMatchObject({ status: 'cancelled', reason: 'Not needed' });
    await client.close();
  });

  test('reports once what became of what was approved', async () => {
    const client = await connect(agent, era);
    const request_id = await ask();
    const early = await askTool(client, 'report_outcome', { request_id, result: 'used' });
    expect(early.data).toMatchObject({ code: 'request/not-approved' });
    await decide(approveRequest, request_id, {});
    const used = { request_id, result: 'used', actual_cost_cents: 240_000 };
    for (const _ of [1, 2]) expect((await askTool(client, 'report_outcome', used)).text).toBe('Recorded as used.');
    const other = await askTool(client, 'report_outcome', { request_id, result: 'failed' });
    expect(other.data).toMatchObject({ code: 'outcome/already-reported' });
    await client.close();
  });

  test('a person’s key decides what it has read; what changed since, or was never read, it does not', async () => {
    const client = await connect(adasKey, era);
    const [first, second] = [await ask(), await ask()];
    const { data } = await askTool(client, 'get_request', { request_id: first });
    const blind = await askTool(client, 'approve_request', { request_id: first });
    expect(blind.data).toMatchObject({ code: 'input/invalid', errors: [{ pointer: '/viewed_digest' }] });
    const stale = await askTool(client, 'approve_request', { request_id: first, viewed_digest: 'sha256:00' });
    expect(stale.data).toMatchObject({ status: 412, code: 'request/changed' });
    const viewed_digest = data.payload_digest;
    const approved = await askTool(client, 'approve_request', { request_id: first, viewed_digest, notes: 'Fine' });
    expect(approved.data).toMatchObject({ status: 'approved', resolved_by: expect.any(String) });
    const rejected = await askTool(client, 'reject_request', { request_id: second, viewed_digest, reason: 'Twice' });
    expect(rejected.data).toMatchObject({ status: 'rejected', reason: 'Twice' });
    await client.close();
  });
});

describe('a tool can do what the API lets its key do, and nothing else', () => {
  test('a service key that calls a tool it was not shown is refused by the API', async () => {
    const client = await connect(agent);
    const id = await ask();
    const { isError, data, text } = await askTool(client, 'approve_request', { request_id: id, viewed_digest: 'x' });
    expect(isError).toBe(true);
    expect(data).toMatchObject({ type: '/problems/access/forbidden', status: 403, code: 'access/forbidden' });
    expect(text).toBe('You may not do this. This needs the permission requests:decide.');
    await client.close();
  });

  test('another tenant’s request is not found, as one that does not exist', async () => {
    await addTenant(sql, 'globex');
    const stranger = await addKey(sql, 'globex', ['*']);
    const client = await connect(stranger);
    const theirs = await ask();
    const missing = 'req_00000000000000000000000000';
    for (const [name, input] of [
      ['get_request', {}],
      ['wait_for_decision', { wait_seconds: 5 }],
      ['cancel_request', { reason: 'x' }],
    ] as const) {
      const answers = await Promise.all(
        [theirs, missing].map((request_id) => askTool(client, name, { ...input, request_id })),
      );
      const [foreign, absent] = answers.map(({ isError, text, data: { request_id: _, instance: __, ...data } }) => ({
        isError,
        text,
        data,
      }));
      expect([name, foreign]).toEqual([name, absent]);
      expect(foreign).toMatchObject({ isError: true, data: { code: 'request/not-found', status: 404 } });
    }
    const elsewhere = await askTool(client, 'request_approval', { ...WISH, tenant_id: 'acme', wait_seconds: 0 });
    expect(elsewhere.data).toMatchObject({ code: 'tenant/not-found' });
    expect((await askTool(client, 'list_requests')).data).toEqual({ requests: [], next_cursor: null });
    await client.close();
  });

  test('nobody approves through the key that asked, though it is a person’s', async () => {
    const both = await addKey(sql, 'acme', ['requests:create', 'requests:read', 'requests:decide'], { person: ada });
    const client = await connect(both);
    const asked = await askTool(client, 'request_approval', { ...WISH, wait_seconds: 0 });
    const { request_id, payload_digest: viewed_digest } = asked.data;
    const own = await askTool(client, 'approve_request', { request_id, viewed_digest });
    expect(own).toMatchObject({ isError: true, data: { code: 'review/self-approval' } });
    await client.close();
  });

  test('the role that a caller lowers itself to holds for its tools too', async () => {
    const client = await openMcp(mcpOverHttp(server.url, adasKey.key, { 'x-user-rbac-role': 'viewer' }));
    expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain('approve_request');
    const refused = await askTool(client, 'approve_request', { request_id: await ask(), viewed_digest: 'x' });
    expect(refused.data).toMatchObject({ code: 'access/forbidden' });
    await client.close();
  });

  test('a key that may ask but not read is told the id of what it asked for', async () => {
    const blind = await addKey(sql, 'acme', ['requests:create']);
    const client = await connect(blind);
    const { isError, data, text } = await askTool(client, 'request_approval', WISH);
    expect(isError).toBe(false);
    expect(data).toMatchObject({ request_id: expect.stringMatching(/^req_/), decided: false, approved: false });
    expect(text).toContain('Waiting for it broke off');
    await client.close();
  });

  test('arguments are held to the schema, with a pointer to each fault', async () => {
    const client = await connect(agent);
    const input = { ...WISH, webhook_secret: 'a secret of sixteen', min_approvals: 0, wait_seconds: 301 };
    const { isError, data } = await askTool(client, 'request_approval', input);
    expect(isError).toBe(true);
    expect((data.errors as { pointer: string }[]).map(({ pointer }) => pointer).sort()).toEqual([
      '/min_approvals',
      '/wait_seconds',
      '/webhook_secret',
    ]);
    await client.close();
  });

  test('a tool that does not exist is a fault of the protocol', async () => {
    const client = await connect(agent);
    await expect(client.callTool({ name: 'delete_everything', arguments: {} })).rejects.toMatchObject({ code: -32602 });
    await client.close();
  });
});

describe('waiting', () => {
  test('ends when the caller cancels; the request is still there to be waited for', async () => {
    const client = await connect(agent);
    const controller = new AbortController();
    const heard: string[] = [];
    const held = client.callTool(
      { name: 'request_approval', arguments: { ...WISH, wait_seconds: 300 } },
      { signal: controller.signal, onprogress: ({ message = '' }) => heard.push(message) },
    );
    const refused = expect(held).rejects.toThrow();
    await vi.waitFor(() => expect(heard).toHaveLength(1), SOON_MS);
    const id = /req_\w+/.exec(heard[0] ?? '')?.[0] ?? '';
    controller.abort('no longer needed');
    await refused;
    await vi.waitFor(() => expect(waiting()).toBe(0), SOON_MS);
    expect((await call(getRequest, { as: withKey(agent), params: { id } })).body.status).toBe('pending');
    await client.close();
  });

  test.each(['2026-07-28', '2025-06-18'])('ends when the caller’s connection does (%s)', async (revision) => {
    const params = { name: 'wait_for_decision', arguments: { request_id: await ask(), wait_seconds: 300 } };
    const modern = revision === '2026-07-28';
    const gone = new AbortController();
    const answer = fetch(`${server.url}${MCP_PATH}`, {
      method: 'POST',
      headers: {
        ...withKey(agent),
        ...MODERN_HEADERS,
        'mcp-protocol-version': revision,
        ...(modern ? { 'mcp-method': 'tools/call', 'mcp-name': 'wait_for_decision' } : {}),
      },
      body: JSON.stringify(
        modern ? message('tools/call', params) : { jsonrpc: '2.0', id: 1, method: 'tools/call', params },
      ),
      signal: gone.signal,
    }).then((response) => response.text());
    const cut = expect(answer).rejects.toThrow();
    await vi.waitFor(() => expect(waiting()).toBe(1), SOON_MS);
    gone.abort();
    await cut;
    await vi.waitFor(() => expect(waiting()).toBe(0), SOON_MS);
  });

  test('does not hold a connection to the database: more wait than there are connections, and others are served', async () => {
    const id = await ask();
    const clients = await Promise.all(Array.from({ length: 4 }, () => connect(agent)));
    const held = Promise.all(
      clients.flatMap((client) =>
        Array.from({ length: 5 }, () => askTool(client, 'wait_for_decision', { request_id: id, wait_seconds: 120 })),
      ),
    );
    await vi.waitFor(() => expect(waiting()).toBe(20), SOON_MS);
    expect((await decide(approveRequest, id, {})).status).toBe(200);
    for (const { data } of await held) expect(data).toMatchObject({ status: 'approved' });
    for (const client of clients) await client.close();
  });
});

const MODERN_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2026-07-28',
};

function message(method: string, params: object = {}): object {
  const _meta = {
    [PROTOCOL_VERSION_META_KEY]: '2026-07-28',
    [CLIENT_INFO_META_KEY]: { name: 'test', version: '1' },
    [CLIENT_CAPABILITIES_META_KEY]: {},
  };
  return { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } };
}

describe('the door', () => {
  const LIST = JSON.stringify(message('tools/list'));
  const post = (headers: Record<string, string>, body: string = LIST, method = 'POST') =>
    api(
      new Request(`${ORIGIN}${MCP_PATH}`, {
        method,
        headers: { ...MODERN_HEADERS, 'mcp-method': 'tools/list', ...headers },
        ...(method === 'POST' ? { body } : {}),
      }),
    );

  test('answers a message with a key', async () => {
    const response = await post(withKey(agent));
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store, no-transform');
    expect(response.headers.get('x-request-id')).toMatch(/^rq_/);
    const { result } = (await response.json()) as { result: { tools: unknown[]; cacheScope: string } };
    expect(result.tools).toHaveLength(7);
    expect(result.cacheScope).toBe('private');
  });

  test('wants a key: no credential, a wrong key and a session’s cookie are 401', async () => {
    for (const as of [{}, { authorization: 'Bearer csk_live_x_y_z' }, { authorization: 'Basic eA==' }, session]) {
      const response = await post(as);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(response.headers.get('content-type')).toBe('application/problem+json');
    }
  });

  test('a page of another origin is refused, with the best of keys; the console’s own is not', async () => {
    for (const origin of ['https://evil.example', 'http://localhost:3000.evil.example', 'null']) {
      const response = await post({ ...withKey(agent), origin });
      expect([origin, response.status]).toEqual([origin, 403]);
      expect(await response.json()).toMatchObject({ code: 'mcp/foreign-origin' });
    }
    const own = await post({ ...withKey(agent), origin: ORIGIN });
    expect(own.status).toBe(200);
    expect(own.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('offers POST alone: there are no sessions to end and no stream to open', async () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']) {
      const response = await post(withKey(agent), '', method);
      expect([method, response.status, response.headers.get('allow')]).toEqual([method, 405, 'OPTIONS, POST']);
    }
    const options = await post({}, '', 'OPTIONS');
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'OPTIONS, POST']);
  });

  test('what is no message is refused before anything is done', async () => {
    const deep = JSON.stringify(message('tools/call', { a: JSON.parse('['.repeat(40) + ']'.repeat(40)) }));
    const cases = [
      ['not JSON', '{', 400],
      ['a batch', `[${LIST}, ${LIST}]`, 422],
      ['too large', JSON.stringify({ x: 'y'.repeat(256 * 1024) }), 413],
      ['too deep', deep, 422],
    ] as const;
    for (const [name, body, status] of cases) {
      expect([name, (await post(withKey(agent), body)).status]).toEqual([name, status]);
    }
    const form = await post({ ...withKey(agent), 'content-type': 'text/plain' });
    expect(form.status).toBe(415);
  });

  describe('takes only so many messages of a key in a short time', () => {
    const SENT = 300;
    const AT_ONCE = 20;

    /** What became of so many messages, and how many seconds they took. */
    async function sendMany(key: TestKey): Promise<{ responses: Response[]; seconds: number }> {
      const beganMs = performance.now();
      const responses: Response[] = [];
      while (responses.length < SENT) {
        responses.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => post(withKey(key))))));
      }
      return { responses, seconds: (performance.now() - beganMs) / 1000 };
    }

    test('the others are told when to come back, and no other key is', async () => {
      const loop = await addKey(sql, 'acme', ['requests:read']);
      const { responses, seconds } = await sendMany(loop);
      const answered = responses.filter(({ status }) => status === 200);
      const refused = responses.filter(({ status }) => status === 429);
      expect(answered.length + refused.length).toBe(SENT);
      expect(answered.length).toBeGreaterThanOrEqual(120);
      expect(answered.length).toBeLessThanOrEqual(121 + seconds * 10);
      expect(refused[0]?.headers.get('retry-after')).toBe('1');
      expect(refused[0]?.headers.get('content-type')).toBe('application/problem+json');
      expect(await refused[0]?.json()).toMatchObject({
        type: '/problems/mcp/too-many-messages',
        status: 429,
        instance: MCP_PATH,
        detail: 'At most 10 messages a second, and 120 at once, are taken of one credential.',
      });
      expect((await post(withKey(agent))).status).toBe(200);
    });

    test('unless limits are switched off', async () => {
      vi.stubEnv('RATE_LIMIT_ENABLED', 'false');
      resetEnv();
      try {
        const { responses } = await sendMany(await addKey(sql, 'acme', ['requests:read']));
        expect(responses.filter(({ status }) => status !== 200)).toEqual([]);
      } finally {
        vi.stubEnv('RATE_LIMIT_ENABLED', 'true');
        resetEnv();
      }
    });
  });

  test('nothing can be listened to: a stream would outlive the rights of its key', async () => {
    const params = { notifications: { toolsListChanged: true } };
    const response = await post(
      { ...withKey(agent), 'mcp-method': 'subscriptions/listen' },
      JSON.stringify(message('subscriptions/listen', params)),
    );
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toMatchObject({ error: { code: expect.any(Number) } });
  });
});

test('all of that left nothing behind that must not be', () => expectInvariants(sql));
