/** The examples of external workers, as processes of their own, against the API over the wire. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { StartRunBody } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { putDag } from '@/lib/services/dags';
import { endWorkWaits, getRun, startRun } from '@/lib/services/runs';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addPerson, addTenant, type TestKey, testDatabase } from '@/lib/testing/people';
import { type Answer, answers, type Receiver, startReceiver } from '@/lib/testing/webhook-receiver';
import { ROOT } from '@/scripts/layout';
import { api } from './api';

const sql = testDatabase();
const EXAMPLES = path.join(ROOT, 'docs/examples/external-worker');
const COMMANDS = {
  TypeScript: [process.execPath, [path.join(EXAMPLES, 'worker.ts')]],
  Python: ['python3', [path.join(EXAMPLES, 'worker.py')]],
} as const satisfies Record<string, readonly [string, readonly string[]]>;
type Language = keyof typeof COMMANDS;

let server: Server;
let url: string;
let documents: Receiver;
let serial = 0;
let tenant: string;
let starter: TestKey;
let worker: TestKey;
let children: ChildProcess[] = [];

beforeAll(async () => {
  server = createServer(getRequestListener(api, { overrideGlobalObjects: false }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(async () => {
  serial += 1;
  tenant = await addTenant(sql, `acme-${serial}`);
  starter = await addKey(sql, tenant, ['runs:write', 'runs:read']);
  worker = await addKey(sql, tenant, ['tasks:work']);
  documents = await startReceiver();
});
afterEach(async () => {
  await Promise.all(children.map(kill));
  children = [];
  await documents.close();
  await expectInvariants(sql);
});
afterAll(async () => {
  endWorkWaits();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

interface Running {
  child: ChildProcess;
  /** Resolves when it has written this. */
  says: (text: string) => Promise<void>;
}

function run(language: Language, env: Record<string, string> = {}): Running {
  const [command, args] = COMMANDS[language];
  const child = spawn(command, args, {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      COUNTERSIGN_URL: url,
      COUNTERSIGN_TOKEN: worker.key,
      COUNTERSIGN_TENANT: tenant,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return {
    child,
    says: (text) => vi.waitFor(() => expect(said).toContain(text), { timeout: 20_000, interval: 20 }),
  };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

const start = (document: string, over: object = {}) => {
  const task = {
    id: 'checksum',
    workflow_ref: 'external:checksum',
    params: { url: `${documents.url}${document}` },
    ...over,
  };
  const dag = { name: 'verify_delivery', tasks: [task] };
  return startRun(starter.actor, StartRunBody.parse({ tenant_id: tenant, dag }), NO_CALL);
};
const taskOf = async (runId: string) => (await getRun(starter.actor, runId)).tasks[0];
const until = (runId: string, status: string) =>
  vi.waitFor(async () => {
    const task = await taskOf(runId);
    expect(task?.status).toBe(status);
    return task;
  }, 20_000);
const document = (text: string): Answer => answers.status(200, {}, text);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe.each(Object.keys(COMMANDS) as Language[])('a worker in %s', (language) => {
  test('leases tasks and says what came of them', async () => {
    documents.answerWith([document('hello')], '/a');
    documents.answerWith([answers.status(404)], '/b');
    documents.answerWith([answers.status(503), document('late')], '/c');
    const running = run(language);
    await running.says('working');
    const [a, b, c] = [
      await start('/a'),
      await start('/b', { retries: 3 }),
      await start('/c', { retries: 1, backoff_seconds: 0.1 }),
    ];
    expect(await until(a.run_id, 'succeeded')).toMatchObject({
      output: { sha256: sha256('hello'), bytes: 5 },
      attempts: 1,
    });
    expect(await until(b.run_id, 'failed')).toMatchObject({
      error: expect.stringContaining('answered 404'),
      attempts: 1,
    });
    expect(await until(c.run_id, 'succeeded')).toMatchObject({ output: { sha256: sha256('late') }, attempts: 2 });
  });

  test('works for what is kept alone, where it is told to', async () => {
    documents.answerWith([document('hello')], '/g');
    const running = run(language, { COUNTERSIGN_DAG: 'verify_delivery' });
    await running.says('working');
    const brought = await start('/g');
    expect(await until(brought.run_id, 'failed')).toMatchObject({
      error: expect.stringContaining('as it is kept'),
      attempts: 1,
    });
    const admin = await addPerson(sql, tenant, 'admin');
    const params = { url: `${documents.url}/g` };
    const sent = { name: 'verify_delivery', tasks: [{ id: 'checksum', workflow_ref: 'external:checksum', params }] };
    await putDag(admin.actor, 'verify_delivery', { sent, source: null }, NO_CALL);
    const body = StartRunBody.parse({ tenant_id: tenant, dag_name: 'verify_delivery' });
    const kept = await startRun(starter.actor, body, NO_CALL);
    expect(await until(kept.run_id, 'succeeded')).toMatchObject({ output: { sha256: sha256('hello') } });
  });

  test('drops a task whose lease it lost, and goes on with the next', async () => {
    let answerFirst = () => {};
    documents.answerWith([(response) => (answerFirst = () => response.end('old')), document('new')], '/d');
    const first = run(language);
    const lost = await start('/d', { retries: 1 });
    await documents.waitFor(1, '/d');
    await sql(
      `UPDATE dag_steps SET leased_until = now_ms() - interval '1 second', next_attempt_at = now_ms() - interval '1 second' WHERE run_id = $1`,
      [lost.run_id],
    );
    const second = run(language === 'Python' ? 'TypeScript' : 'Python');
    const done = await until(lost.run_id, 'succeeded');
    expect(done).toMatchObject({ output: { sha256: sha256('new') }, attempts: 2 });
    await kill(second.child);
    answerFirst();
    await first.says(`lost ${lost.run_id}.checksum`);
    expect(await taskOf(lost.run_id)).toEqual(done);
    documents.answerWith([document('next')], '/e');
    const next = await start('/e');
    expect(await until(next.run_id, 'succeeded')).toMatchObject({ output: { sha256: sha256('next') } });
  });

  test('that is killed has its task done by another once its lease has run out', async () => {
    documents.answerWith([answers.hang(), document('again')], '/f');
    const killed = run(language);
    const task = await start('/f', { retries: 1 });
    await documents.waitFor(1, '/f');
    await kill(killed.child);
    run(language);
    await sql('UPDATE dag_steps SET leased_until = now_ms(), next_attempt_at = now_ms() WHERE run_id = $1', [
      task.run_id,
    ]);
    expect(await until(task.run_id, 'succeeded')).toMatchObject({ output: { sha256: sha256('again') }, attempts: 2 });
  });

  test('ends when it is asked to', async () => {
    const running = run(language);
    await running.says('working');
    const ended = new Promise((resolve) => running.child.once('exit', (code, signal) => resolve(code ?? signal)));
    running.child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});
