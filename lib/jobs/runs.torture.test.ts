/** Runs whose processes are killed wherever they are (TORTURE C7 and the kill test): they end, once, with everything that came before. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { operations, type RunResource, RunResource as RunSchema } from '@/lib/contracts';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addPerson, addTenant, type TestKey, testDatabase } from '@/lib/testing/people';
import { type Door, startServer } from '@/lib/testing/server-processes';
import { type Receiver, startReceiver } from '@/lib/testing/webhook-receiver';
import { bundleWorker, startWorkerProcess, type WorkerProcess } from '@/lib/testing/worker-process';

const sql = testDatabase();
const KILLS = 100;
const RUNS = 5;
const GROUPS = ['first', 'second', 'third'];
/** Of each group of nine these call out. */
const CALLS = ['t2', 't3', 't4', 't5', 't8'];

let bundle: Awaited<ReturnType<typeof bundleWorker>>;
let receiver: Receiver;
let server: Door;
let worker: WorkerProcess;
let starter: TestKey;
let approver: TestKey;

beforeAll(async () => {
  bundle = await bundleWorker();
  receiver = await startReceiver();
  receiver.answerWith(
    [
      (response, { body }) => {
        const { task } = JSON.parse(body) as { task: string };
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ done: task }));
      },
    ],
    '/effect',
  );
  await addTenant(sql, 'acme');
  starter = await addKey(sql, 'acme', ['runs:write', 'runs:read', 'policy:manage']);
  approver = await addKey(sql, 'acme', ['*'], { person: await addPerson(sql, 'acme', 'admin') });
  server = await startServer();
  worker = await startWorkerProcess(bundle.file);
}, 120_000);

afterAll(async () => {
  await worker.kill();
  await server.stop();
  await receiver.close();
  bundle.remove();
});

/** Nine tasks that fan out and come together again, and a checkpoint behind them; after the checkpoint of the group before. */
function group(name: string, before: string | null) {
  const id = (task: string) => `${name}-${task}`;
  const depends: Record<string, string[]> = {
    t1: before === null ? [] : [before],
    t2: [id('t1')],
    t3: [id('t1')],
    t4: [id('t1')],
    t5: [id('t1')],
    t6: [id('t2'), id('t3')],
    t7: [id('t4'), id('t5')],
    t8: [id('t6'), id('t7')],
    t9: [id('t8')],
  };
  const tasks = Object.entries(depends).map(([task, depends_on]) =>
    CALLS.includes(task)
      ? {
          id: id(task),
          workflow_ref: 'http',
          retries: 20,
          backoff_seconds: 0.1,
          depends_on,
          params: {
            method: 'POST',
            url: `${receiver.url}/effect`,
            body: { task: id(task) },
            output: { done: 'response.body.done' },
          },
        }
      : { id: id(task), workflow_ref: 'echo', depends_on, params: { said: id(task) } },
  );
  return [...tasks, { id: name, type: 'checkpoint', prompt: `Past the ${name}?`, depends_on: [id('t9')] }];
}

const DAG = () => ({
  name: 'long',
  tasks: GROUPS.flatMap((name, n) => group(name, n === 0 ? null : (GROUPS[n - 1] ?? null))),
});

/** Calls the server until it answers: it may be down, or be killed while it answers. */
async function call(key: TestKey, method: string, path: string, body?: object, idempotencyKey?: string) {
  for (;;) {
    try {
      const response = await fetch(`http://127.0.0.1:${server.port}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key.key}`,
          'content-type': 'application/json',
          ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer = (await response.json()) as Record<string, unknown>;
      if (response.status !== 503) return { status: response.status, answer };
    } catch (error) {
      if (!(error instanceof TypeError) && !(error instanceof SyntaxError)) throw error;
    }
    await pause(20);
  }
}

const read = async (runId: string): Promise<RunResource> =>
  RunSchema.parse((await call(starter, 'GET', `${operations.startRun.path}/${runId}`)).answer);

/** Approves whatever waits, until it is told that enough is done. */
async function approveAll(isDone: () => boolean): Promise<void> {
  while (!isDone()) {
    const { answer } = await call(approver, 'GET', `${operations.listCheckpoints.path}?status=open`);
    for (const { request_id } of answer.data as { request_id: string }[]) {
      await call(approver, 'POST', `${operations.listCheckpoints.path}/${request_id}/approve`, {
        approval_data: { by: request_id },
      });
    }
    await pause(100);
  }
}

test('a hundred kills: every run ends, every effect happened once, and nothing from before a pause is lost', {
  timeout: 400_000,
}, async () => {
  expect(DAG().tasks).toHaveLength(30);
  const ids: string[] = [];
  for (let n = 0; n < RUNS; n++) {
    const { status, answer } = await call(
      starter,
      'POST',
      operations.startRun.path,
      { tenant_id: 'acme', dag: DAG() },
      `run-${n}`,
    );
    expect([status, answer.errors]).toEqual([201, undefined]);
    ids.push(String(answer.run_id));
  }
  let over = false;
  const approving = approveAll(() => over);
  let kills = 0;
  while (kills < KILLS) {
    await pause(Math.random() * 250);
    // Sometimes one of them, sometimes both at the same moment.
    const which = kills % 3;
    if (which !== 1) {
      await worker.kill();
      kills += 1;
      worker = await startWorkerProcess(bundle.file);
    }
    if (which !== 0) {
      const { port } = server;
      await server.stop();
      kills += 1;
      server = await startServer(port);
    }
  }
  const finished: RunResource[] = [];
  for (const id of ids) {
    let run = await read(id);
    for (; run.status === 'running' || run.status === 'paused'; run = await read(id)) await pause(200);
    finished.push(run);
  }
  over = true;
  await approving;
  expect(finished.map(({ status, reason }) => [status, reason])).toEqual(ids.map(() => ['succeeded', null]));
  const keys = new Set(receiver.received.map(({ header }) => header('idempotency-key')));
  const wanted = ids.flatMap((id) => GROUPS.flatMap((name) => CALLS.map((task) => `${id}.${name}-${task}`)));
  expect([...keys].sort()).toEqual(wanted.sort());
  for (const run of finished) {
    const last = run.tasks.find(({ id }) => id === 'third-t9');
    for (const name of GROUPS) {
      expect(last?.params).toMatchObject({ [`${name}-t1__said`]: `${name}-t1`, [`${name}-t8__done`]: `${name}-t8` });
    }
    const checkpoint = run.tasks.find(({ id }) => id === 'first');
    expect(last?.params.first__by).toBe(checkpoint?.request_id);
  }
  console.log(`${kills} kills; ${receiver.received.length} calls for ${wanted.length} effects`);
  await expectInvariants(sql);
});
