/** R5, C2 for the tasks of runs: workers that are killed and frozen in the middle of a request. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { StartRunBody } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { resetEnv } from '@/lib/platform/env';
import { getRun, startRun } from '@/lib/services/runs';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addTenant, type TestKey, testDatabase } from '@/lib/testing/people';
import { type Answer, answers, type Receiver, startReceiver } from '@/lib/testing/webhook-receiver';
import { bundleWorker, startWorkerProcess, type WorkerProcess } from '@/lib/testing/worker-process';

const sql = testDatabase();

let bundle: Awaited<ReturnType<typeof bundleWorker>>;
let serial = 0;
let tenant: string;
let starter: TestKey;
let receiver: Receiver;
let workers: WorkerProcess[] = [];

beforeAll(async () => {
  vi.stubEnv('WEBHOOK_ALLOW_CIDRS', '127.0.0.0/8');
  resetEnv();
  bundle = await bundleWorker();
});
afterAll(() => bundle.remove());
beforeEach(async () => {
  serial += 1;
  tenant = await addTenant(sql, `acme-${serial}`);
  starter = await addKey(sql, tenant, ['runs:write', 'runs:read']);
  receiver = await startReceiver();
});
afterEach(async () => {
  for (const worker of workers) {
    worker.signal('SIGCONT');
    await worker.kill();
  }
  workers = [];
  await receiver.close();
  await expectInvariants(sql);
});

const work = async () => {
  const worker = await startWorkerProcess(bundle.file);
  workers.push(worker);
  return worker;
};
const json = (value: unknown) => answers.status(200, { 'content-type': 'application/json' }, JSON.stringify(value));
const start = (ids: readonly string[]) => {
  const tasks = ids.map((id) => ({
    id,
    workflow_ref: 'http',
    params: { method: 'POST', url: `${receiver.url}/${id}`, output: { by: 'response.body.by' } },
  }));
  return startRun(starter.actor, StartRunBody.parse({ tenant_id: tenant, dag: { name: 'chain', tasks } }), NO_CALL);
};
const until = (runId: string, status: string, timeout: number) =>
  vi.waitFor(
    async () => {
      const run = await getRun(starter.actor, runId);
      expect(run.status).toBe(status);
      return run;
    },
    { timeout, interval: 100 },
  );

describe('a request of a run', () => {
  test('whose worker is killed is made again by another within half a minute, under the same key', async () => {
    receiver.answerWith([answers.hang(), json({ by: 'the second' })], '/order');
    const first = await work();
    const run = await start(['order']);
    await receiver.waitFor(1, '/order');
    await first.kill();
    await work();
    const done = await until(run.run_id, 'succeeded', 30_000);
    expect(done.tasks[0]).toMatchObject({ output: { by: 'the second' }, attempts: 1 });
    const keys = receiver.received.map(({ header }) => header('idempotency-key'));
    expect(keys).toEqual([`${run.run_id}.order`, `${run.run_id}.order`]);
  });

  test('whose worker is frozen is taken over; what it hears when it thaws is refused', async () => {
    let answer = () => {};
    const late: Answer = (response) => {
      answer = () => response.writeHead(500).end();
    };
    receiver.answerWith([late, json({ by: 'the second' })], '/order');
    const first = await work();
    const run = await start(['order']);
    await receiver.waitFor(1, '/order');
    first.signal('SIGSTOP');
    await work();
    const done = await until(run.run_id, 'succeeded', 30_000);
    answer();
    first.signal('SIGCONT');
    await vi.waitFor(() => expect(first.output()).toMatch(/has passed on, or is over|could not be done/), 15_000);
    expect(await getRun(starter.actor, run.run_id)).toEqual(done);
    expect(done.tasks[0]).toMatchObject({ output: { by: 'the second' }, attempts: 1 });
  });

  test('is made whole times, however often workers are killed: each key has one effect', async () => {
    const effects = new Map<string, number>();
    receiver.answerWith([
      (response, { header }) => {
        const key = header('idempotency-key');
        effects.set(key, (effects.get(key) ?? 0) + 1);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"by":"anybody"}');
      },
    ]);
    const ids = Array.from({ length: 30 }, (_, n) => `t${n}`);
    const run = await start(ids);
    for (let kills = 0; kills < 3; kills++) {
      const worker = await work();
      await receiver.waitFor((kills + 1) * 5);
      await worker.kill();
    }
    await work();
    const done = await until(run.run_id, 'succeeded', 60_000);
    expect(done.tasks.every(({ attempts, output }) => attempts === 1 && output?.by === 'anybody')).toBe(true);
    expect([...effects.keys()].sort()).toEqual(ids.map((id) => `${run.run_id}.${id}`).sort());
  });
});
