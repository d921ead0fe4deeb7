/** The command line against the built server, which is killed under it and started again. */

import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer as createProxy, type Socket } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { StartRunBody } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { startRun } from '@/lib/services/runs';
import { cliProgram, type RunningCli } from '@/lib/testing/cli-process';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addPerson, addTenant, type TestKey, testDatabase } from '@/lib/testing/people';
import { type Door, startServer } from '@/lib/testing/server-processes';
import { ask } from '@/lib/testing/webhooks';

const sql = testDatabase();
const cli = cliProgram();
let server: Door;
let asker: TestKey;
let admin: TestKey;
const PATIENT = { timeout: 60_000, interval: 100 };

beforeAll(async () => {
  server = await startServer();
  const tenant = await addTenant(sql, 'acme');
  asker = await addKey(sql, tenant, ['requests:create', 'requests:read']);
  admin = await addKey(sql, tenant, ['*'], { person: await addPerson(sql, tenant, 'admin') });
});
afterAll(async () => {
  await server.stop();
  await expectInvariants(sql);
});

const as = ({ key }: TestKey) => ({
  env: { COUNTERSIGN_URL: `http://127.0.0.1:${server.port}`, COUNTERSIGN_TOKEN: key },
});
/** kill -9, and another server on the same port. */
const restart = async () => {
  await server.stop();
  return async () => {
    server = await startServer(server.port);
  };
};
const approve = async (id: string) => expect((await cli.run(['approve', id], as(admin))).code).toBe(0);

test('wait sits through a server that is killed and started again, and hears of the decision that came after it', async () => {
  const { request_id: id } = await ask(asker.actor);
  const waiting = cli.start(['wait', id, '--json'], as(asker));
  await vi.waitUntil(async () => (await listeners()) > 0, PATIENT);
  const start = await restart();
  await start();
  await approve(id);
  const { code, stdout, stderr } = await waiting.done;
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({ request_id: id, status: 'approved' });
});

test('events --follow shows every event once: before, while and after the server is away', async () => {
  const { following, proxy } = await follow();
  try {
    const before = await ask(asker.actor);
    await seen(following, 1);
    for (let round = 0; round < 3; round++) {
      const start = await restart();
      // It happens while nobody listens.
      await ask(asker.actor);
      await ask(asker.actor);
      await start();
      await ask(asker.actor);
    }
    await approve(before.request_id);
    await seen(following, 11);
    const expected = await sql<{ event_id: string }>(
      `SELECT e.event_id FROM events e JOIN approval_requests r ON r.id = e.subject_id
       WHERE r.created_at >= $1 ORDER BY e.xid, e.subject_id, e.seq`,
      [before.created_at],
    );
    expect(eventsOf(following)).toEqual(expected.map(({ event_id }) => event_id));
  } finally {
    following.child.kill();
    await following.done;
    await proxy.close();
  }
});

test('a follower that had heard nothing yet misses nothing either', async () => {
  const { following, proxy } = await follow();
  try {
    const start = await restart();
    const { request_id: id } = await ask(asker.actor);
    await start();
    await seen(following, 1);
    expect(following.said()).toContain(id);
  } finally {
    following.child.kill();
    await following.done;
    await proxy.close();
  }
});

test('a file of runs grows through servers and followers that are killed, every line once', async () => {
  const tenant = await addTenant(sql, 'runners');
  await addPerson(sql, tenant, 'admin');
  const starter = await addKey(sql, tenant, ['runs:write', 'runs:read']);
  const file = path.join(cli.configHome, 'orchestrator_events.jsonl');
  const run = async () => {
    const dag = { name: 'chain', tasks: [{ id: 'a', workflow_ref: 'echo' }] };
    await startRun(starter.actor, StartRunBody.parse({ tenant_id: tenant, dag }), NO_CALL);
  };
  const written = () =>
    (existsSync(file) ? readFileSync(file, 'utf8') : '')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line).event_id);
  const happened = async () => {
    const rows = await sql<{ event_id: string }>(
      `SELECT event_id FROM events WHERE tenant_id = $1 AND subject_kind = 'run' ORDER BY xid, subject_id, seq`,
      [tenant],
    );
    return rows.map(({ event_id }) => event_id);
  };
  const begin = () => cli.start(['export', 'orchestrator_events.jsonl', '--follow', '-o', file], as(starter));
  let following = begin();
  try {
    for (let round = 0; round < 3; round++) {
      await run();
      const start = await restart();
      await run();
      await start();
      await run();
      const ids = await happened();
      await vi.waitUntil(() => written().length === ids.length, PATIENT);
      following.child.kill('SIGKILL');
      await following.done;
      await run();
      following = begin();
    }
    const ids = await happened();
    await vi.waitUntil(() => written().length === ids.length, PATIENT);
    expect(written()).toEqual(ids);
  } finally {
    following.child.kill('SIGKILL');
    await following.done;
  }
});

test('an export of lines goes on where the connection was cut, and the file is whole and verifies', async () => {
  for (let i = 0; i < 60; i++) await ask(asker.actor, { justification: 'x'.repeat(3000) });
  const proxy = proxyTo(() => server.port, 70_000, 3);
  const url = await proxy.listen();
  try {
    const file = path.join(cli.configHome, 'cut.jsonl');
    await vi.waitUntil(async () => (await sql('SELECT 1 FROM events WHERE xid >= feed_xmin()')).length === 0, PATIENT);
    const call = { env: { ...as(admin).env, COUNTERSIGN_URL: url } };
    expect((await cli.run(['export', 'events.jsonl', '-o', file], call)).code).toBe(0);
    expect(proxy.cuts()).toBe(3);
    const [{ count } = { count: 0 }] = await sql<{ count: number }>(
      `SELECT count(*)::int AS count FROM events WHERE subject_kind = 'request'`,
    );
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(count + 1);
    expect((await cli.run(['verify', file])).code).toBe(0);
    // Tables go on behind their last whole row.
    const table = path.join(cli.configHome, 'cut.csv');
    proxy.again(2);
    expect((await cli.run(['export', 'requests.csv', '-o', table], call)).code).toBe(0);
    expect(proxy.cuts()).toBe(2);
    expect(readFileSync(table, 'utf8').match(/^"?req_|\nreq_/g)).not.toBeNull();
    const whole = await cli.run(['export', 'requests.csv'], as(admin));
    expect(readFileSync(table, 'utf8')).toBe(whole.stdout);
  } finally {
    await proxy.close();
  }
});

const listeners = async () =>
  (
    await sql(
      `SELECT 1 FROM pg_stat_activity WHERE application_name = 'countersign-listen' AND datname = current_database()`,
    )
  ).length;

/** A follower whose stream is open: what the server says first, where to resume from, has gone through to it. */
async function follow() {
  const proxy = proxyTo(() => server.port);
  const env = { ...as(asker).env, COUNTERSIGN_URL: await proxy.listen() };
  const following = cli.start(['events', '--follow', '--json'], { env });
  await vi.waitUntil(() => /^id: \S+$/m.test(proxy.passed()), PATIENT);
  return { following, proxy };
}

const eventsOf = (following: RunningCli): string[] =>
  following
    .said()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).event_id);

const seen = (following: RunningCli, count: number) => vi.waitUntil(() => eventsOf(following).length >= count, PATIENT);

/** A connection between that remembers the beginning of the answers, and can cut them after so many bytes, a few times. */
function proxyTo(port: () => number, afterBytes = Number.POSITIVE_INFINITY, times = 0) {
  let left = times;
  let cuts = 0;
  let passed = '';
  const sockets = new Set<Socket>();
  const proxy = createProxy((client) => {
    const upstream = connect(port(), '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    let sent = 0;
    upstream.on('data', (chunk: Buffer) => {
      sent += chunk.length;
      client.write(chunk, () => {
        if (passed.length < 10_000) passed += chunk.toString('utf8');
      });
      if (sent < afterBytes || left === 0) return;
      left -= 1;
      cuts += 1;
      client.resetAndDestroy();
    });
  });
  return {
    cuts: () => cuts,
    passed: () => passed,
    again: (count: number) => {
      left = count;
      cuts = 0;
    },
    listen: () =>
      new Promise<string>((resolve) =>
        proxy.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`)),
      ),
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise<void>((resolve) => proxy.close(() => resolve()));
    },
  };
}
