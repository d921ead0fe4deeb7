// How runs behave where there are many of them: approved in bulk, and beside a long past.
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { StartRunBody } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { closeDatabases } from '@/lib/platform/db';
import { env, resetEnv } from '@/lib/platform/env';
import { closeNotifier } from '@/lib/platform/notify';
import { createTestDatabase } from '@/lib/testing/database';
import { expectInvariants } from '@/lib/testing/invariants';
import {
  addKey,
  addPerson,
  addTenant,
  type Sql,
  type TestKey,
  type TestPerson,
  testDatabase,
} from '@/lib/testing/people';
import { bundleWorker, startWorkerProcess } from '@/lib/testing/worker-process';
import { commandRequest } from '../requests';
import { driveRuns, startRun } from './index';

const sql = testDatabase();
const MANY = 1000;
const FINISHED = 100_000;
const AT_ONCE = 8;
const TIMES = 12;
const A_FEW = 5;
const NEVER = new AbortController().signal;

/** Who starts and who approves, in one tenant. */
interface Place {
  tenant: string;
  starter: TestKey;
  ada: TestPerson;
}

async function settle(database: Sql, tenant: string): Promise<Place> {
  await addTenant(database, tenant);
  const starter = await addKey(database, tenant, ['runs:write', 'runs:read']);
  return { tenant, starter, ada: await addPerson(database, tenant, 'admin') };
}

let acme: Place;
let bundle: Awaited<ReturnType<typeof bundleWorker>>;

beforeAll(async () => {
  acme = await settle(sql, 'acme');
  bundle = await bundleWorker();
});
afterAll(() => bundle.remove());

const bodyFor = (tenant: string) =>
  StartRunBody.parse({
    tenant_id: tenant,
    dag: {
      name: 'bulk',
      tasks: [
        { id: 'before', workflow_ref: 'echo', params: { n: 1 } },
        { id: 'agree', type: 'checkpoint', prompt: 'Go on?', depends_on: ['before'] },
        { id: 'after', workflow_ref: 'echo', depends_on: ['agree'] },
      ],
    },
  });

/** Does something so many times, a few at once. */
async function times<T>(count: number, act: (n: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let n = next++; n < count; n = next++) results.push(await act(n));
    }),
  );
  return results;
}

async function pauseRuns({ tenant, starter }: Place, count: number): Promise<string[]> {
  const runs = await times(count, () => startRun(starter.actor, bodyFor(tenant), NO_CALL));
  expect(runs.every(({ status }) => status === 'paused')).toBe(true);
  return runs.map(({ checkpoint_id }) => checkpoint_id ?? '');
}

async function approveAll({ ada }: Place, checkpoints: readonly string[]): Promise<void> {
  await times(checkpoints.length, (n) => commandRequest(ada.actor, checkpoints[n] ?? '', { type: 'approve' }, NO_CALL));
}

const unfinished = async () =>
  Number((await sql<{ n: string }>(`SELECT count(*) AS n FROM dag_runs WHERE status <> 'succeeded'`))[0]?.n);

test('a thousand paused at once are approved, and workers elsewhere finish all of them', async () => {
  const checkpoints = await pauseRuns(acme, MANY);
  const workers = await Promise.all([startWorkerProcess(bundle.file), startWorkerProcess(bundle.file)]);
  try {
    const beganMs = performance.now();
    await approveAll(acme, checkpoints);
    const approvedMs = performance.now();
    await vi.waitFor(async () => expect(await unfinished()).toBe(0), { timeout: 120_000, interval: 50 });
    const endedMs = performance.now();
    console.log(
      `${MANY} runs were approved in ${((approvedMs - beganMs) / 1000).toFixed(1)} s and had finished ` +
        `${((endedMs - approvedMs) / 1000).toFixed(1)} s after the last approval: ${Math.round((MANY / (endedMs - beganMs)) * 1000)}/s`,
    );
  } finally {
    for (const worker of workers) await worker.kill();
  }
  await expectInvariants(sql);
});

/** Where this process reads and writes from now on. */
async function goTo(url: string): Promise<void> {
  await closeNotifier();
  await closeDatabases();
  vi.stubEnv('DATABASE_URL', url);
  resetEnv();
}

/**
 * How long it takes to find and advance a run that was approved, in milliseconds. A few at a time, so that finding them counts: where it
 * reads what is over, that shows.
 */
async function measure(place: Place): Promise<number> {
  let tookMs = 0;
  for (let n = 0; n <= TIMES; n++) {
    await approveAll(place, await pauseRuns(place, A_FEW));
    const beganMs = performance.now();
    await driveRuns(NEVER);
    // The first ones warm connections.
    if (n > 0) tookMs += performance.now() - beganMs;
  }
  return tookMs / (TIMES * A_FEW);
}

test('advancing costs the same beside a hundred thousand that are over', { timeout: 300_000 }, async () => {
  const short = env().DATABASE_URL ?? '';
  const other = await createTestDatabase();
  const owner = new pg.Pool({ connectionString: other.url, max: 1 });
  owner.on('error', () => {});
  owner.on('connect', (client) => client.on('error', () => {}));
  try {
    const long: Sql = async (text, values) => (await owner.query(text, values)).rows;
    const beta = await settle(long, 'beta');
    await addPast(long, 'beta');
    const costs: Record<'short' | 'long', number[]> = { short: [], long: [] };
    // One after the other, so that whatever else the machine does is the same for both.
    for (let round = 0; round < 8; round++) {
      await goTo(short);
      costs.short.push(await measure(acme));
      await goTo(other.url);
      costs.long.push(await measure(beta));
    }
    const [a, b] = [Math.min(...costs.short), Math.min(...costs.long)];
    console.log(
      `advancing a run: ${a.toFixed(2)} ms, ${b.toFixed(2)} ms beside ${FINISHED} that are over (${(b / a).toFixed(2)})`,
    );
    expect(b / a).toBeLessThanOrEqual(1.3);
  } finally {
    await goTo(short);
    await owner.end();
    await other.drop();
  }
});

async function addPast(database: Sql, tenant: string): Promise<void> {
  await database(
    `WITH past AS (
       INSERT INTO dag_runs (run_id, tenant_id, dag_name, definition, status, seq, last_hash, advanced_seq, requester_name, created_at, updated_at,
         finished_at)
       SELECT 'run_' || upper(lpad(to_hex(n), 26, '0')), $1, 'past', '{"name":"past","maxParallel":null,"tasks":[]}', 'succeeded', 1, '', 1, 'test',
         now_ms(), now_ms(), now_ms()
       FROM generate_series(1, ${FINISHED}) n RETURNING run_id)
     INSERT INTO dag_steps (run_id, tenant_id, task_id, type, workflow_ref, status, started_at, finished_at)
     SELECT run_id, $1, 'past', 'workflow', 'echo', 'succeeded', now_ms(), now_ms() FROM past`,
    [tenant],
  );
  await database('VACUUM ANALYZE dag_runs');
  await database('VACUUM ANALYZE dag_steps');
}
