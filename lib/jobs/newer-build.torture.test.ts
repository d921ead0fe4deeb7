/** TORTURE C7: a paused run whose process is killed goes on in another build, approved from elsewhere, with what came before. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { StartRunBody } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { resetEnv } from '@/lib/platform/env';
import { commandRequest } from '@/lib/services/requests';
import { getRun, listRunEvents, startRun } from '@/lib/services/runs';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addPerson, addTenant, testDatabase } from '@/lib/testing/people';
import { answers, type Receiver, startReceiver } from '@/lib/testing/webhook-receiver';
import { bundleWorker, startWorkerProcess, type WorkerProcess } from '@/lib/testing/worker-process';

const sql = testDatabase();
let older: Awaited<ReturnType<typeof bundleWorker>>;
let newer: Awaited<ReturnType<typeof bundleWorker>>;
let receiver: Receiver;
const workers: WorkerProcess[] = [];

beforeAll(async () => {
  vi.stubEnv('WEBHOOK_ALLOW_CIDRS', '127.0.0.0/8');
  resetEnv();
  older = await bundleWorker();
  // What it does after the pause shows which build did it.
  newer = await bundleWorker({
    file: 'lib/services/runs/workflows/echo.ts',
    from: 'output: { ...params }',
    to: `output: { ...params, build: 'newer' }`,
  });
  receiver = await startReceiver();
  await addTenant(sql, 'acme');
});
afterAll(async () => {
  for (const worker of workers) await worker.kill();
  await receiver.close();
  older.remove();
  newer.remove();
});

const work = async (bundle: { file: string }) => {
  const worker = await startWorkerProcess(bundle.file);
  workers.push(worker);
  return worker;
};

test('C7: a run whose worker is killed while it is paused resumes once, in a newer build, with its earlier outputs', async () => {
  const starter = await addKey(sql, 'acme', ['runs:write', 'runs:read', 'policy:manage']);
  const ada = await addPerson(sql, 'acme', 'admin');
  receiver.answerWith([answers.status(200, { 'content-type': 'application/json' }, '{"number":7}')], '*');
  const call = (id: string, over: object) => ({
    id,
    workflow_ref: 'http',
    params: { method: 'POST', url: `${receiver.url}/${id}`, output: { number: 'response.body.number' } },
    ...over,
  });
  const tasks = [
    call('book', {}),
    { id: 'early', workflow_ref: 'echo', depends_on: ['book'], params: { said: 'before' } },
    { id: 'agree', type: 'checkpoint', prompt: 'Go on?', depends_on: ['early'] },
    { id: 'late', workflow_ref: 'echo', depends_on: ['agree'] },
    call('pay', { depends_on: ['late'] }),
  ];
  const read = (id: string) => getRun(starter.actor, id);
  const until = (id: string, status: string) =>
    vi.waitFor(async () => expect((await read(id)).status).toBe(status), { timeout: 30_000, interval: 50 });

  const first = await work(older);
  const { run_id: id } = await startRun(
    starter.actor,
    StartRunBody.parse({ tenant_id: 'acme', dag: { name: 'order', tasks } }),
    NO_CALL,
  );
  await until(id, 'paused');
  const before = await read(id);
  await first.kill();
  // Nobody works while it is approved, here and not where it ran.
  await commandRequest(ada.actor, before.checkpoint_id ?? '', { type: 'approve' }, NO_CALL);
  expect((await read(id)).status).toBe('paused');
  await Promise.all([work(newer), work(newer)]);
  await until(id, 'succeeded');

  const after = await read(id);
  const task = (run: typeof after, name: string) => run.tasks.find((each) => each.id === name);
  for (const name of ['book', 'early']) expect(task(after, name)).toEqual(task(before, name));
  expect(task(after, 'early')?.output).not.toHaveProperty('build');
  expect(task(after, 'late')?.output).toMatchObject({ build: 'newer', book__number: 7, early__said: 'before' });
  expect(task(after, 'pay')?.params).toMatchObject({ book__number: 7, late__build: 'newer' });
  expect(receiver.received.map(({ header }) => header('idempotency-key'))).toEqual([`${id}.book`, `${id}.pay`]);
  const { data } = await listRunEvents(starter.actor, id, { limit: 50 });
  expect(data.filter(({ type }) => type === 'run.resumed')).toHaveLength(1);
  expect(data.filter(({ type, task_id }) => type === 'run.task_started' && task_id === 'late')).toHaveLength(1);
  await expectInvariants(sql);
});
