/** The built server as a process of its own, where what counts is the connection and not the operation. */
import { Agent, request } from 'node:http';
import type { CallToolResult } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { operations } from '@/lib/contracts';
import { env } from '@/lib/platform/env';
import { expectInvariants } from '@/lib/testing/invariants';
import { mcpOverHttp, openMcp, readSaid } from '@/lib/testing/mcp-session';
import { addKey, addTenant, testDatabase } from '@/lib/testing/people';
import { type Door, send, startServer } from '@/lib/testing/server-processes';

const sql = testDatabase();
let server: Door;

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
  await expectInvariants(sql);
});

test('a client that offers another protocol is answered in this one, also after a page has been served', async () => {
  const offer = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAoAAAAAIAAAAA' };
  const { host } = new URL(env().NEXTAUTH_URL);
  const call = (path: string, headers: Record<string, string>) =>
    send(server.port, { method: 'GET', path, headers: { host, ...headers } });
  expect((await call('/login', {})).status).toBe(200);
  expect((await call('/healthz', offer)).status).toBe(200);
  expect((await call('/login', offer)).status).toBe(200);
  expect((await call('/healthz', { connection: 'Upgrade', upgrade: 'websocket' })).status).toBe(200);
});

describe('what stands on the request line', () => {
  const get = (path: string, headers: Record<string, string> = {}) =>
    send(server.port, { method: 'GET', path, headers });
  const host = 'localhost:3000';

  test.each(['http://localhost:3000', 'HTTP://localhost:3000', 'https://localhost:3000', 'http://me@localhost:3000'])(
    'may be a whole address: %s',
    async (origin) => {
      for (const path of ['/healthz', '/healthz?a=1', '/api/v1/me', '/api/v1/me?x=//y', '/login', '/', '']) {
        const [whole, bare] = await Promise.all([get(`${origin}${path}`), get(path || '/', { host })]);
        expect([path, whole.status, whole.headers['content-type'], whole.headers.location]).toEqual([
          path,
          bare.status,
          bare.headers['content-type'],
          bare.headers.location,
        ]);
      }
    },
  );

  test('its host is the one that counts, whatever Host says', async () => {
    const elsewhere = await get('http://elsewhere.example/login?a=1', { host });
    expect([elsewhere.status, elsewhere.headers.location]).toEqual([307, 'http://localhost:3000/login?a=1']);
    expect((await get('http://localhost:3000/login', { host: 'elsewhere.example' })).status).toBe(200);
  });

  test('may be an asterisk where the server itself is asked about, and nothing else', async () => {
    const options = await send(server.port, { method: 'OPTIONS', path: '*' });
    expect([options.status, options.headers.allow]).toEqual([204, 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT']);
    for (const path of ['*', 'ftp://localhost/healthz', 'http:///healthz']) {
      const answer = await get(path);
      expect([path, answer.status]).toEqual([path, 400]);
    }
    expect(JSON.parse((await get('*')).text)).toMatchObject({ code: 'http/bad-path', status: 400 });
  });
});

test('who waits for a decision is answered when the server is asked to stop, and the stop is quick', async () => {
  const stopping = await startServer();
  const agent = new Agent({ keepAlive: true });
  try {
    await addTenant(sql, 'acme');
    const { key } = await addKey(sql, 'acme', ['requests:create', 'requests:read']);
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ ...operations.createRequest.example, tenant_id: 'acme' });
    const path = '/api/v1/policy/requests';
    const created = JSON.parse((await send(stopping.port, { method: 'POST', path, headers, body })).text);
    const waiting = keptAlive(agent, stopping.port, `${path}/${created.request_id}?wait=60`, headers);
    // Whoever waits listens for decisions.
    await vi.waitUntil(async () => (await listeners()) === 1, 10_000);
    const askedMs = performance.now();
    expect(await stopping.terminate()).toBe(0);
    expect(performance.now() - askedMs).toBeLessThan(4000);
    const answer = await waiting;
    expect([answer.status, answer.connection]).toEqual([200, 'close']);
    expect(JSON.parse(answer.text)).toMatchObject({ request_id: created.request_id, resolved_at: null });
  } finally {
    agent.destroy();
    await stopping.stop();
  }
});

test('an agent whose tool call is held is answered when the server is asked to stop: not decided, ask again', async () => {
  const stopping = await startServer();
  try {
    await addTenant(sql, 'globex');
    const { key } = await addKey(sql, 'globex', ['requests:create', 'requests:read']);
    const client = await openMcp(mcpOverHttp(`http://127.0.0.1:${stopping.port}`, key));
    const heard: string[] = [];
    const input = { skill_id: 'payments.transfer', payload: {}, wait_seconds: 300 };
    const held = client.callTool(
      { name: 'request_approval', arguments: input },
      { onprogress: ({ message = '' }) => heard.push(message) },
    );
    await vi.waitFor(() => expect(heard).toHaveLength(1), 10_000);
    const askedMs = performance.now();
    expect(await stopping.terminate()).toBe(0);
    expect(performance.now() - askedMs).toBeLessThan(4000);
    const { data, isError } = readSaid((await held) as CallToolResult);
    expect(isError).toBe(false);
    expect(data).toMatchObject({ request_id: expect.stringMatching(/^req_/), decided: false, approved: false });
  } finally {
    await stopping.stop();
  }
});

const listeners = async () =>
  (
    await sql(
      `SELECT 1 FROM pg_stat_activity WHERE application_name = 'countersign-listen' AND datname = current_database()`,
    )
  ).length;

/** A call over a connection that its client would keep. */
function keptAlive(agent: Agent, port: number, path: string, headers: Record<string, string>) {
  return new Promise<{ status: number; connection: string | undefined; text: string }>((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path, headers, agent }, async (response) => {
      const chunks = await response.toArray();
      const { connection } = response.headers;
      resolve({ status: response.statusCode ?? 0, connection, text: Buffer.concat(chunks).toString('utf8') });
    });
    call.once('error', reject).end();
  });
}
