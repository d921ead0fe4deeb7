// How runs behave where there are many of them: approved in bulk, and beside a long past.
import { beforeAll, expect, test } from 'vitest';
import { StartRunBody } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addPerson, addTenant, type TestKey, type TestPerson, testDatabase } from '@/lib/testing/people';
import { commandRequest } from '../requests';
import { driveRuns, startRun } from './index';

const sql = testDatabase();
const MANY = 1000;
const FINISHED = 100_000;
const AT_ONCE = 8;
const NEVER = new AbortController().signal;

let starter: TestKey;
let ada: TestPerson;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  starter = await addKey(sql, 'acme', ['runs:write', 'runs:read']);
  ada = await addPerson(sql, 'acme', 'admin');
});

const BODY = StartRunBody.parse({
  tenant_id: 'acme',
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

async function pauseAndApprove(count: number): Promise<void> {
  const runs = await times(count, () => startRun(starter.actor, BODY, NO_CALL));
  expect(runs.every(({ status }) => status === 'paused')).toBe(true);
  await times(count, async (n) => {
    await commandRequest(ada.actor, runs[n]?.checkpoint_id ?? '', { type: 'approve' }, NO_CALL);
  });
}

async function drive(): Promise<number> {
  const beganMs = performance.now();
  await driveRuns(NEVER);
  return performance.now() - beganMs;
}

const unfinished = async () =>
  Number((await sql<{ n: string }>(`SELECT count(*) AS n FROM dag_runs WHERE status <> 'succeeded'`))[0]?.n);

test('a thousand paused at once are approved, and all of them finish', async () => {
  await pauseAndApprove(MANY);
  const tookMs = await drive();
  console.log(
    `${MANY} runs finished ${(tookMs / 1000).toFixed(1)} s after the last approval: ${Math.round((MANY / tookMs) * 1000)}/s`,
  );
  expect(await unfinished()).toBe(0);
  await expectInvariants(sql);
});

test('advancing costs the same beside a hundred thousand that are over', { retry: 2, timeout: 300_000 }, async () => {
  const each = 100;
  const measure = async () => {
    const rounds: number[] = [];
    for (let round = 0; round < 5; round++) {
      await pauseAndApprove(each);
      rounds.push((await drive()) / each);
    }
    return Math.min(...rounds);
  };
  await measure();
  await sql(`DELETE FROM dag_steps WHERE task_id = 'past'`);
  await sql(`DELETE FROM dag_runs WHERE dag_name = 'past'`);
  const short = await measure();
  await sql(
    `WITH past AS (
       INSERT INTO dag_runs (run_id, tenant_id, dag_name, definition, status, seq, last_hash, advanced_seq, requester_name, created_at, updated_at,
         finished_at)
       SELECT 'run_' || upper(lpad(to_hex(n), 26, '0')), 'acme', 'past', '{"name":"past","maxParallel":null,"tasks":[]}', 'succeeded', 1, '', 1, 'test',
         now_ms(), now_ms(), now_ms()
       FROM generate_series(1, ${FINISHED}) n ON CONFLICT DO NOTHING RETURNING run_id)
     INSERT INTO dag_steps (run_id, tenant_id, task_id, type, workflow_ref, status, started_at, finished_at)
     SELECT run_id, 'acme', 'past', 'workflow', 'echo', 'succeeded', now_ms(), now_ms() FROM past`,
  );
  await sql('VACUUM ANALYZE dag_runs, dag_steps');
  const long = await measure();
  console.log(
    `advancing a run: ${short.toFixed(2)} ms, ${long.toFixed(2)} ms beside ${FINISHED} that are over (${(long / short).toFixed(2)})`,
  );
  expect(long / short).toBeLessThanOrEqual(1.3);
});
