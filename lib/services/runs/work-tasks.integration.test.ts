import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type RunResource, StartRunBody } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { resetEnv } from '@/lib/platform/env';
import { createGuardedClient, type GuardedClient } from '@/lib/platform/http-client';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addPerson, addTenant, type TestKey, testDatabase } from '@/lib/testing/people';
import { answers, type Receiver, startReceiver } from '@/lib/testing/webhook-receiver';
import { putSecret } from '../secrets';
import { cancelRun, driveRuns, getRun, startRun, startTaskRunner, type TaskRunner } from './index';

const sql = testDatabase();
let serial = 0;
let tenant: string;
let starter: TestKey;
let receiver: Receiver;
let client: GuardedClient;
let runners: TaskRunner[] = [];

beforeAll(() => {
  vi.stubEnv('WEBHOOK_ALLOW_CIDRS', '127.0.0.0/8');
  resetEnv();
});
beforeEach(async () => {
  serial += 1;
  tenant = await addTenant(sql, `acme-${serial}`);
  starter = await addKey(sql, tenant, ['runs:write', 'runs:read']);
  receiver = await startReceiver();
  client = createGuardedClient();
});
afterEach(async () => {
  await Promise.all(runners.map((runner) => runner.stop(0)));
  runners = [];
  await client.close();
  await receiver.close();
  await expectInvariants(sql);
});

const json = (value: unknown) => answers.status(200, { 'content-type': 'application/json' }, JSON.stringify(value));
const work = (over: Partial<Parameters<typeof startTaskRunner>[0]> = {}) => {
  const runner = startTaskRunner({ client, pollMs: 20, ...over });
  runners.push(runner);
  return runner;
};
const HTTP = (id: string, over: object = {}, params: object = {}) => ({
  id,
  workflow_ref: 'http',
  params: { method: 'POST', url: `${receiver.url}/${id}`, ...params },
  ...over,
});
const start = (tasks: object[], params: object = {}): Promise<RunResource> =>
  startRun(starter.actor, StartRunBody.parse({ tenant_id: tenant, params, dag: { name: 'chain', tasks } }), NO_CALL);
const until = (run: RunResource, status: RunResource['status']) =>
  vi.waitFor(async () => {
    await driveRuns(new AbortController().signal);
    const now = await getRun(starter.actor, run.run_id);
    expect(now.status).toBe(status);
    return now;
  }, 8000);

describe('a request of a run', () => {
  test('is sent once, with the key of its task, and its answer reaches the tasks after it', async () => {
    receiver.answerWith([json({ id: 7 })]);
    const body = { amount: { $param: 'amount' } };
    const run = await start(
      [
        HTTP('order', {}, { body, output: { id: 'response.body.id' } }),
        { id: 'after', workflow_ref: 'echo', depends_on: ['order'] },
      ],
      { amount: 12 },
    );
    work();
    const done = await until(run, 'succeeded');
    expect(done.tasks[0]).toMatchObject({ output: { id: 7 }, attempts: 1, error: null });
    expect(done.tasks[1]?.output).toMatchObject({ order__id: 7 });
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]?.header('idempotency-key')).toBe(`${run.run_id}.order`);
    expect(receiver.received[0]?.body).toBe('{"amount":12}');
  });

  test('is tried again where that may help, not sooner than asked, under the same key', async () => {
    receiver.answerWith([answers.status(503), answers.status(429, { 'retry-after': '30' }), json({})]);
    const run = await start([HTTP('order', { retries: 3, backoff_seconds: 0.1 })]);
    work();
    const wait = await vi.waitFor(async () => {
      const [step] = await sql<{ wait: number; attempts: number }>(
        `SELECT extract(epoch FROM next_attempt_at - now_ms())::float8 AS wait, attempts FROM dag_steps
         WHERE run_id = $1 AND attempts = 2 AND leased_until IS NULL`,
        [run.run_id],
      );
      return step?.wait ?? expect.unreachable();
    }, 5000);
    expect(wait).toBeGreaterThan(25);
    await sql('UPDATE dag_steps SET next_attempt_at = now_ms() WHERE run_id = $1', [run.run_id]);
    const done = await until(run, 'succeeded');
    expect(done.tasks[0]?.attempts).toBe(3);
    const keys = new Set(receiver.received.map(({ header }) => header('idempotency-key')));
    expect([...keys]).toEqual([`${run.run_id}.order`]);
  });

  test('that is refused for good fails its run', async () => {
    receiver.answerWith([answers.status(403)]);
    const run = await start([HTTP('order', { retries: 5 })]);
    work();
    expect(await until(run, 'failed')).toMatchObject({ reason: 'Answered 403', tasks: [{ attempts: 1 }] });
  });

  test('is made by one of many workers', async () => {
    const run = await start(Array.from({ length: 40 }, (_, n) => HTTP(`t${n}`)));
    for (let i = 0; i < 4; i++) work({ concurrency: 5, perTenant: 5 });
    await until(run, 'succeeded');
    expect(receiver.received.map(({ path }) => path).sort()).toEqual(
      Array.from({ length: 40 }, (_, n) => `/t${n}`).sort(),
    );
  });

  test('of one tenant leaves room for those of others', async () => {
    receiver.answerWith([answers.hang()]);
    await start(Array.from({ length: 30 }, (_, n) => HTTP(`slow${n}`)));
    work({ concurrency: 10, perTenant: 3 });
    await vi.waitFor(() => expect(receiver.received).toHaveLength(3), 5000);
    tenant = await addTenant(sql, `quick-${serial}`);
    starter = await addKey(sql, tenant, ['runs:write', 'runs:read']);
    receiver.answerWith([json({})], '/quick');
    await until(await start([HTTP('quick')]), 'succeeded');
    expect(receiver.received.filter(({ path }) => path.startsWith('/slow'))).toHaveLength(3);
  });

  test('is not made while the emergency stop is on', async () => {
    await sql('UPDATE tenants SET emergency_stop = true WHERE tenant_id = $1', [tenant]);
    await sql('UPDATE tenants SET emergency_stop = false WHERE tenant_id = $1', [tenant]);
    const run = await start([HTTP('order')]);
    await sql('UPDATE tenants SET emergency_stop = true WHERE tenant_id = $1', [tenant]);
    work();
    const witness = await addTenant(sql, `witness-${serial}`);
    const [held, holder] = [tenant, starter];
    tenant = witness;
    starter = await addKey(sql, witness, ['runs:write', 'runs:read']);
    await until(await start([HTTP('witness')]), 'succeeded');
    [tenant, starter] = [held, holder];
    expect(receiver.received.map(({ path }) => path)).toEqual(['/witness']);
    await sql('UPDATE tenants SET emergency_stop = false WHERE tenant_id = $1', [tenant]);
    await until(run, 'succeeded');
  });
});

describe('a request that is under way', () => {
  test('when its worker is stopped is given back and made by another, as the same attempt', async () => {
    receiver.answerWith([answers.hang(), json({})]);
    const run = await start([HTTP('order')]);
    const first = work();
    await receiver.waitFor(1);
    await first.stop(0);
    work();
    expect((await until(run, 'succeeded')).tasks[0]).toMatchObject({ attempts: 1 });
    expect(receiver.received.map(({ header }) => header('idempotency-key'))).toEqual(
      Array(2).fill(`${run.run_id}.order`),
    );
  });

  test('when its run is cancelled is broken off', async () => {
    receiver.answerWith([answers.hang()]);
    const run = await start([HTTP('order')]);
    let aborted = false;
    const watched: Pick<GuardedClient, 'send'> = {
      send: (url, options) => {
        options.signal?.addEventListener('abort', () => {
          aborted = true;
        });
        return client.send(url, options);
      },
    };
    work({ client: watched, leaseSeconds: 1 });
    await receiver.waitFor(1);
    await cancelRun(starter.actor, run.run_id, 'no more', NO_CALL);
    await vi.waitFor(() => expect(aborted).toBe(true), 5000);
    expect((await getRun(starter.actor, run.run_id)).status).toBe('cancelled');
  });

  test('when its lease is taken over has its late result refused', async () => {
    let answer = () => {};
    receiver.answerWith([(response) => (answer = () => response.writeHead(500).end()), json({ by: 'the second' })]);
    const run = await start([HTTP('order', { retries: 0 }, { output: { by: 'response.body.by' } })]);
    // Its heart does not beat: as a process that is frozen.
    work({ leaseSeconds: 3600 });
    await receiver.waitFor(1);
    await sql('UPDATE dag_steps SET leased_until = now_ms(), next_attempt_at = now_ms() WHERE run_id = $1', [
      run.run_id,
    ]);
    await until(run, 'succeeded');
    answer();
    await Promise.all(runners.map((runner) => runner.stop(5000)));
    expect(receiver.received).toHaveLength(2);
    expect((await until(run, 'succeeded')).tasks[0]).toMatchObject({ output: { by: 'the second' }, attempts: 1 });
  });
});

describe('a secret', () => {
  const CANARY = 'canary-7f3e9a1c5b';

  // A definition that uses secrets and comes with its run needs who may manage policy.
  beforeEach(async () => {
    starter = await addKey(sql, tenant, ['runs:write', 'runs:read', 'policy:manage']);
  });

  test('is sent and is in no row, no event and no log', async () => {
    const admin = await addPerson(sql, tenant, 'admin');
    const written: string[] = [];
    const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      written.push(String(chunk));
      return true;
    });
    try {
      const host = new URL(receiver.url).host;
      await putSecret(admin.actor, 'TOKEN', { value: CANARY, allowed_hosts: [host] });
      receiver.answerWith([
        (response, { headers }) =>
          response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ headers })),
      ]);
      const headers = { Authorization: { $secret: 'TOKEN', prefix: 'Bearer ' } };
      const run = await start([HTTP('order', {}, { headers })]);
      work();
      const done = await until(run, 'succeeded');
      expect(receiver.received[0]?.header('authorization')).toBe(`Bearer ${CANARY}`);
      expect(JSON.stringify(done.tasks[0]?.output)).toContain('Bearer [secret TOKEN]');
    } finally {
      spy.mockRestore();
    }
    expect(written.join('')).not.toContain(CANARY);
    const tables = await sql<{ name: string }>(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`);
    const found: string[] = [];
    for (const { name } of tables) {
      const rows = await sql<{ n: number }>(`SELECT count(*)::int AS n FROM "${name}" t WHERE t::text LIKE $1`, [
        `%${CANARY}%`,
      ]);
      if ((rows[0]?.n ?? 0) > 0) found.push(name);
    }
    expect(found).toEqual([]);
  });

  test('of another tenant is none', async () => {
    const other = await addTenant(sql, `other-${serial}`);
    const admin = await addPerson(sql, other, 'admin');
    await putSecret(admin.actor, 'TOKEN', { value: CANARY, allowed_hosts: [new URL(receiver.url).host] });
    const run = await start([HTTP('order', {}, { headers: { Authorization: { $secret: 'TOKEN' } } })]);
    work();
    expect(await until(run, 'failed')).toMatchObject({ reason: 'There is no secret TOKEN' });
    expect(receiver.received).toHaveLength(0);
  });
});
