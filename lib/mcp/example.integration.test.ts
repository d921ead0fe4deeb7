import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { CallToolResult, Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { build } from 'esbuild';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { approveRequest, getRequest, rejectRequest } from '@/lib/http/handlers/requests';
import type { Route } from '@/lib/http/route';
import { type Caller, call, withKey, withSession } from '@/lib/testing/calls';
import { openMcp } from '@/lib/testing/mcp-session';
import { type OpenApi, openApi } from '@/lib/testing/open-api';
import { addKey, addPerson, addTenant, type TestKey, testDatabase } from '@/lib/testing/people';
import { bundleOptions } from '@/scripts/bundle';
import { ROOT } from '@/scripts/layout';

// docs/examples/agent-tool-call, as its README says: an agent’s host starts the tool, and the call is held.
const sql = testDatabase();

let folder: string;
let ledger: string;
let api: OpenApi;
let key: TestKey;
let session: Caller;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  key = await addKey(sql, 'acme', ['requests:create', 'requests:read']);
  session = await withSession(await addPerson(sql, 'acme', 'operator'));
  api = await openApi();
  const cache = path.join(ROOT, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(path.join(cache, 'countersign-example-'));
  ledger = path.join(folder, 'ledger.jsonl');
  const entryPoints = { tool: './docs/examples/agent-tool-call/payments-tool.ts' };
  await build({ ...bundleOptions([]), entryPoints, outdir: folder });
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => rmSync(ledger, { force: true }));

function startAgent(): Promise<Client> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [path.join(folder, 'tool.mjs')],
    env: { COUNTERSIGN_URL: api.url, COUNTERSIGN_TOKEN: key.key, COUNTERSIGN_TENANT: 'acme', LEDGER: ledger },
  });
  return openMcp(transport);
}

const TRANSFER = { to: 'Northwind GmbH', amount_cents: 250_000, currency: 'EUR', because: 'It is due' };
const transfer = (agent: Client, invoice: string, signal?: AbortSignal) =>
  agent.callTool({ name: 'transfer_money', arguments: { ...TRANSFER, invoice } }, signal ? { signal } : {});

const requestOf = (invoice: string) =>
  vi.waitFor(async () => {
    const [row] = await sql<{ id: string }>('SELECT id FROM approval_requests WHERE correlation_id = $1', [
      `invoice-${invoice}`,
    ]);
    if (row === undefined) throw new Error('Nobody has asked yet');
    return row.id;
  }, 20_000);
const decide = (route: Route, id: string, body: object = {}) => call(route, { as: session, params: { id }, body });
const textOf = ({ content }: CallToolResult) => content.map((part) => (part.type === 'text' ? part.text : '')).join('');
const payments = () => (existsSync(ledger) ? readFileSync(ledger, 'utf8').trim().split('\n') : []);

test('nothing is paid until a person approves; then it is, once, and the request says that it was used', async () => {
  const agent = await startAgent();
  const held = transfer(agent, '4711');
  const id = await requestOf('4711');
  expect(payments()).toEqual([]);
  expect((await decide(approveRequest, id)).status).toBe(200);
  expect(textOf((await held) as CallToolResult)).toBe(`Paid: ${id}`);
  expect(payments()).toHaveLength(1);
  const { body } = await call(getRequest, { as: withKey(key), params: { id } });
  expect(body).toMatchObject({ status: 'approved', outcome: { result: 'used' } });
  // The agent tries the same invoice again.
  const again = (await transfer(agent, '4711')) as CallToolResult;
  expect([again.isError, textOf(again)]).toEqual([true, '“Pay Northwind GmbH 2500.00 EUR” has been done already.']);
  expect(payments()).toHaveLength(1);
  await agent.close();
});

test('a rejection is told with its reason, and nothing is paid', async () => {
  const agent = await startAgent();
  const held = transfer(agent, '4712');
  await decide(rejectRequest, await requestOf('4712'), { notes: 'Paid in March' });
  const answer = (await held) as CallToolResult;
  expect(answer.isError).toBe(true);
  expect(textOf(answer)).toContain('was not approved: rejected, Paid in March. Do not try again.');
  expect(payments()).toEqual([]);
  await agent.close();
});

test('an agent that is stopped while it waits finds the same request when it is started again', async () => {
  const first = await startAgent();
  const abandoned = expect(transfer(first, '4713')).rejects.toThrow();
  const id = await requestOf('4713');
  await first.close();
  await abandoned;
  expect((await decide(approveRequest, id)).status).toBe(200);
  expect(payments()).toEqual([]);
  const second = await startAgent();
  expect(textOf((await transfer(second, '4713')) as CallToolResult)).toBe(`Paid: ${id}`);
  expect(payments()).toHaveLength(1);
  await second.close();
});
