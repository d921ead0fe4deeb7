import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { CallToolResult } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { approveRequest } from '@/lib/http/handlers/requests';
import { type Caller, call, withSession } from '@/lib/testing/calls';
import { expectInvariants } from '@/lib/testing/invariants';
import { askTool, ERAS, type Era, openMcp, readSaid } from '@/lib/testing/mcp-session';
import { openApi } from '@/lib/testing/open-api';
import { addKey, addPerson, addTenant, type TestKey, testDatabase } from '@/lib/testing/people';
import { bundleOptions } from '@/scripts/bundle';
import { ROOT } from '@/scripts/layout';

const sql = testDatabase();
/** However busy the machine is. */
const SOON_MS = 20_000;
const WISH = { skill_id: 'payments.transfer', payload: { amount_cents: 250_000 } };

let folder: string;
let api: Awaited<ReturnType<typeof openApi>>;
let agent: TestKey;
let session: Caller;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  agent = await addKey(sql, 'acme', ['policy:evaluate', 'requests:create', 'requests:read']);
  session = await withSession(await addPerson(sql, 'acme', 'operator'));
  api = await openApi();
  const cache = path.join(ROOT, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(path.join(cache, 'countersign-mcp-'));
  await build({ ...bundleOptions(['cli', 'mcp']), outdir: folder });
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The server as a host starts it: a process of its own that knows an address and a key. */
function start(era: Era, url = api.url) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [path.join(folder, 'cli.mjs'), 'mcp'],
    env: { COUNTERSIGN_URL: url, COUNTERSIGN_TOKEN: agent.key },
  });
  return openMcp(transport, era);
}

const approve = (id: string) => call(approveRequest, { as: session, params: { id }, body: {} });

describe.each(ERAS)('a session over standard input and output (%s)', (era) => {
  test('lists the tools of its key, asks, and is held until a person decides', async () => {
    const client = await start(era);
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
    const answer = await askTool(client, 'evaluate_policy', WISH);
    expect(answer.data).toMatchObject({ decision: 'requires_approval' });
    const heard: string[] = [];
    const held = client.callTool(
      { name: 'request_approval', arguments: { ...WISH, wait_seconds: 60 } },
      { onprogress: ({ message = '' }) => heard.push(message) },
    );
    await vi.waitFor(() => expect(heard).toHaveLength(1), SOON_MS);
    await approve(/req_\w+/.exec(heard[0] ?? '')?.[0] ?? '');
    expect(readSaid((await held) as CallToolResult).data).toMatchObject({ status: 'approved', approved: true });
    await client.close();
  });

  test('a refusal is an answer with its problem document', async () => {
    const client = await start(era);
    const { isError, data } = await askTool(client, 'get_request', { request_id: 'req_none' });
    expect(isError).toBe(true);
    expect(data).toMatchObject({ type: '/problems/request/not-found', status: 404 });
    await client.close();
  });

  test('a cancelled call stops waiting', async () => {
    const client = await start(era);
    const controller = new AbortController();
    const heard: string[] = [];
    const held = client.callTool(
      { name: 'request_approval', arguments: { ...WISH, wait_seconds: 300 } },
      { signal: controller.signal, onprogress: ({ message = '' }) => heard.push(message) },
    );
    const refused = expect(held).rejects.toThrow();
    await vi.waitFor(() => expect(heard).toHaveLength(1), SOON_MS);
    await vi.waitFor(() => expect(waiting()).toBe(1), SOON_MS);
    controller.abort('not needed');
    await refused;
    await vi.waitFor(() => expect(waiting()).toBe(0), SOON_MS);
    // The session goes on.
    expect((await askTool(client, 'list_requests')).isError).toBe(false);
    await client.close();
  });
});

/** How many calls wait in this process, where the API is. */
function waiting(): number {
  const watch: unknown = Reflect.get(globalThis, Symbol.for('countersign.request-watch'));
  const { byCredential } = watch as { byCredential: Map<string, number> };
  return [...byCredential.values()].reduce((sum, each) => sum + each, 0);
}

test('a server that is gone for a while is waited for: the call ends with the decision, and it was asked once', async () => {
  let down = false;
  const flaky = await openApi({ isDown: () => down });
  const client = await start('auto', flaky.url);
  const heard: string[] = [];
  const held = client.callTool(
    { name: 'request_approval', arguments: { ...WISH, title: 'Through a restart', wait_seconds: 120 } },
    { onprogress: ({ message = '' }) => heard.push(message) },
  );
  await vi.waitFor(() => expect(heard).toHaveLength(1), SOON_MS);
  const id = /req_\w+/.exec(heard[0] ?? '')?.[0] ?? '';
  down = true;
  flaky.cut();
  await vi.waitFor(() => expect(flaky.refused()).toBeGreaterThan(1), SOON_MS);
  await approve(id);
  down = false;
  expect(readSaid((await held) as CallToolResult).data).toMatchObject({ request_id: id, approved: true });
  expect(await sql("SELECT id FROM approval_requests WHERE title = 'Through a restart'")).toEqual([{ id }]);
  await client.close();
  await flaky.close();
});

test('an answer that is lost on its way is not asked for twice', async () => {
  let lose = 2;
  const lossy = await openApi({ losesAnswer: ({ method }) => method === 'POST' && lose-- > 0 });
  const client = await start('auto', lossy.url);
  const { data } = await askTool(client, 'request_approval', { ...WISH, title: 'Lost', wait_seconds: 0 });
  expect(await sql("SELECT id FROM approval_requests WHERE title = 'Lost'")).toEqual([{ id: data.request_id }]);
  expect(lose).toBeLessThan(0);
  await client.close();
  await lossy.close();
});

test('without a key it says what to do, on standard error alone', async () => {
  const child = spawn(process.execPath, [path.join(folder, 'cli.mjs'), 'mcp'], {
    env: { NODE_ENV: 'production', COUNTERSIGN_URL: api.url, XDG_CONFIG_HOME: folder },
  });
  const [said, answered]: [Buffer[], Buffer[]] = [[], []];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  child.stdout.on('data', (chunk: Buffer) => answered.push(chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect([code, answered]).toEqual([1, []]);
  expect(Buffer.concat(said).toString()).toContain('Set COUNTERSIGN_TOKEN, or run: countersign login');
});

test('it ends when its input does, also in the middle of a wait', async () => {
  const child = spawn(process.execPath, [path.join(folder, 'cli.mjs'), 'mcp'], {
    env: { NODE_ENV: 'production', COUNTERSIGN_URL: api.url, COUNTERSIGN_TOKEN: agent.key },
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const params = { name: 'request_approval', arguments: { ...WISH, wait_seconds: 300 } };
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  const hello = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: hello })}\n`);
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'tools/call', params })}\n`);
  await vi.waitFor(() => expect(waiting()).toBe(1), SOON_MS);
  child.stdin.end();
  expect(await ended).toBe(0);
  await vi.waitFor(() => expect(waiting()).toBe(0), SOON_MS);
});

test('all of that left nothing behind that must not be', () => expectInvariants(sql));
