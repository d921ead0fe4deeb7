/** The built server as a process of its own, where what counts is the connection and not the operation. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { env } from '@/lib/platform/env';
import { expectInvariants } from '@/lib/testing/invariants';
import { testDatabase } from '@/lib/testing/people';
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
