import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type LeasedTaskResource, LeaseTasksBody, type RunResource, StartRunBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { NO_CALL } from '@/lib/domain/call';
import { isAppError } from '@/lib/domain/errors';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addPerson, addTenant, type TestKey, testDatabase } from '@/lib/testing/people';
import { putDag } from '../dags';
import {
  cancelRun,
  completeTask,
  driveRuns,
  failTask,
  getRun,
  heartbeatTask,
  leaseTasks,
  startRun,
  startTaskRunner,
} from './index';

const sql = testDatabase();
let serial = 0;
let tenant: string;
let starter: TestKey;
let worker: TestKey;

beforeEach(async () => {
  serial += 1;
  tenant = await addTenant(sql, `acme-${serial}`);
  starter = await addKey(sql, tenant, ['runs:write', 'runs:read']);
  worker = await addKey(sql, tenant, ['tasks:work']);
});

const RENDER = 'external:render';
const EXTERNAL = (id: string, over: object = {}) => ({ id, workflow_ref: RENDER, ...over });
const start = (tasks: object[], params: object = {}): Promise<RunResource> =>
  startRun(starter.actor, StartRunBody.parse({ tenant_id: tenant, params, dag: { name: 'chain', tasks } }), NO_CALL);
const read = async (run: RunResource) => {
  await driveRuns(new AbortController().signal);
  return getRun(starter.actor, run.run_id);
};
const lease = async (over: object = {}, actor: Actor = worker.actor) => {
  const body = LeaseTasksBody.parse({ tenant_id: tenant, workflow_refs: [RENDER], ...over });
  return (await leaseTasks(actor, body, new AbortController().signal)).tasks;
};
const leaseOne = async (over: object = {}): Promise<LeasedTaskResource> => {
  const [task] = await lease(over);
  return task ?? expect.unreachable('nothing was leased');
};
const complete = (
  { task_id, lease_token }: LeasedTaskResource,
  output: Record<string, unknown> = {},
  actor = worker.actor,
) => completeTask(actor, task_id, { lease_token, output: output as Record<string, string> });
const fail = (
  { task_id, lease_token }: LeasedTaskResource,
  error: string,
  over: { final?: boolean; retry_after_seconds?: number } = {},
) => failTask(worker.actor, task_id, { lease_token, error, final: false, ...over });
const runOut = ({ run_id, task }: LeasedTaskResource) =>
  sql(
    `UPDATE dag_steps SET leased_until = now_ms() - interval '1 second', next_attempt_at = now_ms() - interval '1 second'
       WHERE run_id = $1 AND task_id = $2`,
    [run_id, task],
  );
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error) => (isAppError(error) ? error.code : Promise.reject(error)),
  );

describe('a task of somebody’s own worker', () => {
  test('is leased with what it received, and what it gave reaches the tasks after it', async () => {
    const run = await start(
      [
        { id: 'sweep', workflow_ref: 'echo' },
        EXTERNAL('draw', { depends_on: ['sweep'], params: { size: 3 } }),
        { id: 'after', workflow_ref: 'echo', depends_on: ['draw'] },
      ],
      { who: 'ops' },
    );
    expect(run.status).toBe('running');
    // Whoever looks can tell what waits for a worker from what one is doing.
    expect((await read(run)).tasks[1]).toMatchObject({
      status: 'running',
      attempts: 0,
      next_attempt_at: expect.any(String),
    });
    const task = await leaseOne();
    expect((await read(run)).tasks[1]).toMatchObject({ status: 'running', attempts: 1, next_attempt_at: null });
    expect(task).toMatchObject({
      task_id: `${run.run_id}.draw`,
      run_id: run.run_id,
      task: 'draw',
      dag_name: 'chain',
      dag_version: null,
      workflow_ref: RENDER,
      params: { who: 'ops', sweep__who: 'ops', size: 3 },
      attempt: 1,
      idempotency_key: `${run.run_id}.draw`,
    });
    expect(await lease()).toEqual([]);
    expect(await complete(task, { pages: 2 })).toMatchObject({
      status: 'succeeded',
      attempts: 1,
      next_attempt_at: null,
    });
    const done = await read(run);
    expect(done.status).toBe('succeeded');
    expect(done.tasks[2]?.output).toMatchObject({ draw__pages: 2 });
    await expectInvariants(sql);
  });

  test('says of which kept definition it is, so that a worker may refuse others', async () => {
    const admin = await addPerson(sql, tenant, 'admin');
    const dag = { name: 'kept', tasks: [EXTERNAL('draw')] };
    for (const max_parallel of [1, 2])
      await putDag(admin.actor, 'kept', { sent: { ...dag, max_parallel }, source: null }, NO_CALL);
    await startRun(starter.actor, StartRunBody.parse({ tenant_id: tenant, dag_name: 'kept' }), NO_CALL);
    expect(await leaseOne()).toMatchObject({ dag_name: 'kept', dag_version: 2 });
  });

  test('goes to one of many who ask at once', async () => {
    await start(Array.from({ length: 30 }, (_, n) => EXTERNAL(`t${n}`)));
    const leased = (await Promise.all(Array.from({ length: 12 }, () => lease({ max: 5 })))).flat();
    leased.push(...(await lease({ max: 50 })));
    expect(leased.map(({ task }) => task).sort()).toEqual(Array.from({ length: 30 }, (_, n) => `t${n}`).sort());
  });

  test('whose lease ran out is leased again; what comes under the old one is refused', async () => {
    const run = await start([EXTERNAL('draw', { retries: 1 })]);
    const lost = await leaseOne();
    await runOut(lost);
    expect((await read(run)).tasks[0]?.next_attempt_at).not.toBeNull();
    const again = await leaseOne();
    expect(again).toMatchObject({ attempt: 2, idempotency_key: lost.idempotency_key });
    expect(again.lease_token).not.toBe(lost.lease_token);
    expect(await codeOf(complete(lost, { by: 'the first' }))).toBe('task/lease-lost');
    expect(await codeOf(fail(lost, 'late'))).toBe('task/lease-lost');
    expect(
      await codeOf(heartbeatTask(worker.actor, lost.task_id, { lease_token: lost.lease_token, lease_seconds: 60 })),
    ).toBe('task/lease-lost');
    await complete(again, { by: 'the second' });
    expect(await codeOf(complete(lost, { by: 'the first' }))).toBe('task/lease-lost');
    expect((await read(run)).tasks[0]).toMatchObject({
      status: 'succeeded',
      output: { by: 'the second' },
      attempts: 2,
    });
  });

  test('that has no attempts left when its lease runs out has failed, though nobody asks for it', async () => {
    const run = await start([EXTERNAL('draw')]);
    await runOut(await leaseOne());
    expect(await lease()).toEqual([]);
    const client = { send: () => expect.unreachable() };
    const runner = startTaskRunner({ client, pollMs: 20 });
    await vi.waitFor(async () => expect((await read(run)).status).toBe('failed'), 5000);
    await runner.stop(1000);
    expect((await read(run)).tasks[0]).toMatchObject({ status: 'failed', error: 'Its worker was lost' });
    await expectInvariants(sql);
  });

  test('said to be done twice is done once, and answers alike; another result is refused', async () => {
    await start([EXTERNAL('draw')]);
    const task = await leaseOne();
    const both = await Promise.all([complete(task, { n: 1, a: [1.5] }), complete(task, { a: [1.5], n: 1 })]);
    expect(both[0]).toEqual(both[1]);
    expect(await complete(task, { n: 1, a: [1.5] })).toEqual(both[0]);
    expect(await codeOf(complete(task, { n: 2 }))).toBe('task/lease-lost');
    expect(await codeOf(fail(task, 'after all'))).toBe('task/lease-lost');
    await expectInvariants(sql);
  });

  test('that failed is tried again as its definition says, however often the failure is reported', async () => {
    const run = await start([EXTERNAL('draw', { retries: 1, backoff_seconds: 1 })]);
    const task = await leaseOne();
    const said = await Promise.all([fail(task, 'no paper'), fail(task, 'no paper'), fail(task, 'no paper')]);
    expect(said[0]).toMatchObject({
      status: 'running',
      attempts: 1,
      error: 'no paper',
      next_attempt_at: expect.any(String),
    });
    expect(said[1]).toEqual(said[0]);
    expect(await lease()).toEqual([]);
    await sql('UPDATE dag_steps SET next_attempt_at = now_ms() WHERE run_id = $1', [run.run_id]);
    const again = await leaseOne();
    expect(again.attempt).toBe(2);
    expect(await codeOf(fail(task, 'no paper'))).toBe('task/lease-lost');
    expect(await fail(again, 'no ink')).toMatchObject({ status: 'failed', error: 'no ink', next_attempt_at: null });
    expect(await read(run)).toMatchObject({ status: 'failed', reason: 'no ink' });
    await expectInvariants(sql);
  });

  test('is not tried again when its worker says that it would change nothing, and not sooner than it says', async () => {
    const run = await start([EXTERNAL('a', { retries: 5 }), EXTERNAL('b', { retries: 5 })]);
    const tasks = await lease({ max: 2 });
    const [a, b] = [tasks.find(({ task }) => task === 'a'), tasks.find(({ task }) => task === 'b')];
    if (a === undefined || b === undefined) return expect.unreachable();
    const later = await fail(b, 'busy', { retry_after_seconds: 900 });
    const [{ wait } = { wait: 0 }] = await sql<{ wait: number }>(
      `SELECT extract(epoch FROM next_attempt_at - now_ms())::float8 AS wait FROM dag_steps WHERE run_id = $1 AND task_id = 'b'`,
      [run.run_id],
    );
    expect(later.status).toBe('running');
    expect(wait).toBeGreaterThan(880);
    expect(await fail(a, 'no such page', { final: true })).toMatchObject({ status: 'failed', attempts: 1 });
  });

  test('keeps its lease by heartbeats, and loses it when its run is cancelled', async () => {
    const run = await start([EXTERNAL('draw')]);
    const task = await leaseOne({ lease_seconds: 5 });
    const beat = () =>
      heartbeatTask(worker.actor, task.task_id, { lease_token: task.lease_token, lease_seconds: 3600 });
    expect(Date.parse((await beat()).leased_until)).toBeGreaterThan(Date.parse(task.leased_until) + 3_000_000);
    await cancelRun(starter.actor, run.run_id, 'no more', NO_CALL);
    expect(await codeOf(beat())).toBe('task/lease-lost');
    expect(await codeOf(complete(task))).toBe('task/lease-lost');
    expect(await lease()).toEqual([]);
    expect((await read(run)).status).toBe('cancelled');
  });

  test('is leased no longer than it may take', async () => {
    await start([EXTERNAL('draw', { timeout_seconds: 10 })]);
    const task = await leaseOne({ lease_seconds: 3600 });
    expect(Date.parse(task.leased_until)).toBeLessThan(Date.now() + 15_000);
  });

  test('is leased to nobody while the emergency stop is on', async () => {
    await start([EXTERNAL('draw')]);
    await sql('UPDATE tenants SET emergency_stop = true WHERE tenant_id = $1', [tenant]);
    expect(await lease()).toEqual([]);
    await sql('UPDATE tenants SET emergency_stop = false WHERE tenant_id = $1', [tenant]);
    expect(await lease()).toHaveLength(1);
  });

  test('is waited for, and goes out as soon as it is there', async () => {
    const waiting = lease({ wait_seconds: 30 });
    const startedMs = performance.now();
    await start([EXTERNAL('draw')]);
    expect(await waiting).toHaveLength(1);
    expect(performance.now() - startedMs).toBeLessThan(5000);
    const gone = new AbortController();
    const left = leaseTasks(
      worker.actor,
      LeaseTasksBody.parse({ tenant_id: tenant, workflow_refs: [RENDER], wait_seconds: 30 }),
      gone.signal,
    );
    gone.abort();
    expect(await left).toEqual({ tasks: [] });
  });

  test('is nobody else’s: other tenants, other names, forged tokens and mistyped ids', async () => {
    await start([EXTERNAL('draw')]);
    const other = await addKey(sql, await addTenant(sql, `other-${serial}`), ['tasks:work']);
    expect(await codeOf(lease({}, other.actor))).toBe('tenant/not-found');
    expect(await lease({ workflow_refs: ['external:other'] })).toEqual([]);
    const task = await leaseOne();
    expect(await codeOf(complete(task, {}, other.actor))).toBe('task/not-found');
    for (const lease_token of ['1', '1.', `${task.lease_token}0`, `2${task.lease_token.slice(1)}`, 'x']) {
      expect(await codeOf(complete({ ...task, lease_token }))).toBe('task/lease-lost');
    }
    for (const task_id of ['x', task.run_id, `${task.run_id}.other`, `run_.draw`, `.draw`]) {
      expect(await codeOf(complete({ ...task, task_id }))).toBe('task/not-found');
    }
    expect(await complete(task)).toMatchObject({ status: 'succeeded' });
  });
});
