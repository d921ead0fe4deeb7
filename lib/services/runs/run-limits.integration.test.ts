// What one run may take from everybody else, on real PostgreSQL: it fails or waits, and nobody else does.
import { beforeAll, describe, expect, test } from 'vitest';
import { StartRunBody } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { listRunRows } from '@/lib/platform/db';
import { longestTurn } from '@/lib/testing/event-loop';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addTenant, type TestKey, testDatabase } from '@/lib/testing/people';
import { completeTask, driveRuns, getRun, leaseTasks, listRuns, planRun, startRun } from './index';

const sql = testDatabase();
const KIB = 1024;
let starter: TestKey;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  starter = await addKey(sql, 'acme', ['runs:write', 'runs:read', 'tasks:work']);
});

const body = (tasks: object[], params: object = {}) =>
  StartRunBody.parse({ tenant_id: 'acme', params, dag: { name: 'large', tasks } });
const start = (tasks: object[], params: object = {}) => startRun(starter.actor, body(tasks, params), NO_CALL);
const drive = () => driveRuns(new AbortController().signal);

/** What a run's tasks hold in the database, in bytes. */
async function storedBytes(runId: string): Promise<number> {
  const [row] = await sql<{ bytes: number }>(
    "SELECT sum(octet_length(params::text) + octet_length(coalesce(output::text, '')))::int AS bytes FROM dag_steps WHERE run_id = $1",
    [runId],
  );
  return row?.bytes ?? 0;
}

describe('a run whose tasks hold much', () => {
  const many = Array.from({ length: 100 }, (_, n) => ({ id: `t${n}`, workflow_ref: 'echo' }));

  test('fails before they hold more than 8 MiB, and begins nothing after that', async () => {
    const run = await start(many, { big: 'x'.repeat(200 * KIB) });
    expect(run).toMatchObject({ status: 'failed', reason: 'The tasks of this run would hold more than 8 MiB' });
    const count = (status: string) => run.tasks.filter((task) => task.status === status).length;
    // Each of them receives and gives back 200 KiB.
    expect([count('succeeded'), count('failed'), count('pending')]).toEqual([20, 1, 79]);
    expect(await storedBytes(run.run_id)).toBeLessThan(8 * KIB * KIB);
    await expectInvariants(sql);
  });

  test('is listed without any of it', async () => {
    const run = await start(many, { big: 'x'.repeat(200 * KIB) });
    const page = { status: undefined, dagName: undefined, after: null, limit: 10 };
    const row = (await listRunRows({ tenantId: 'acme' }, page)).find(({ run_id }) => run_id === run.run_id);
    expect(JSON.stringify(row).length).toBeLessThan(KIB);
    expect((await listRuns(starter.actor, { limit: 10 })).data[0]).toMatchObject({
      run_id: run.run_id,
      tasks_total: 100,
      tasks_done: 21,
      waiting_for: [],
    });
  });

  test('takes no result from a worker elsewhere that is too much', async () => {
    const filled = Array.from({ length: 19 }, (_, n) => ({ id: `t${n}`, workflow_ref: 'echo' }));
    const run = await start([...filled, { id: 'out', workflow_ref: 'external:out' }], { big: 'x'.repeat(210 * KIB) });
    expect(run.status).toBe('running');
    const wanted = { tenant_id: 'acme', workflow_refs: ['external:out'], max: 1, lease_seconds: 30, wait_seconds: 0 };
    const { tasks } = await leaseTasks(starter.actor, wanted, new AbortController().signal);
    const { task_id: id = '', lease_token = '' } = tasks[0] ?? {};
    const output = { more: 'x'.repeat(200 * KIB) };
    expect(await completeTask(starter.actor, id, { lease_token, output })).toMatchObject({
      status: 'failed',
      error: 'The tasks of this run would hold more than 8 MiB',
    });
    await drive();
    expect((await getRun(starter.actor, run.run_id)).status).toBe('failed');
  });
});

describe('a run whose tasks compute much', () => {
  /** Each just below what the gate lets through, on so many values. */
  const expressions = Object.fromEntries(
    Array.from({ length: 64 }, (_, n) => [`k${n}`, `params.list.filter(x, x > ${n}).size()`]),
  );
  const heavy = Array.from({ length: 20 }, (_, n) => ({
    id: `t${n}`,
    workflow_ref: 'transform',
    params: { expressions },
  }));
  const list = Array.from({ length: 250 }, (_, n) => n);

  test('keeps nobody waiting: it is left to the worker, which lets others go first', async () => {
    // What is done for the first time in a process takes longer.
    await planRun(starter.actor, body(heavy));
    const longestMs = await longestTurn(async () => {
      const run = await start(heavy, { list });
      expect(run.status).toBe('running');
      expect(new Set(run.tasks.map(({ status }) => status))).toEqual(new Set(['succeeded', 'pending']));
      await drive();
      expect(await getRun(starter.actor, run.run_id)).toMatchObject({ status: 'succeeded' });
    });
    expect(longestMs).toBeLessThan(150);
    await expectInvariants(sql);
  });
});
