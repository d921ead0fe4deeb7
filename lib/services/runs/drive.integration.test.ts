import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type RunResource, StartRunBody } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { addKey, addPerson, addTenant, type TestKey, type TestPerson, testDatabase } from '@/lib/testing/people';
import { commandRequest } from '../requests';
import { driveRuns, getRun, startRun } from './index';

const sql = testDatabase();
let starter: TestKey;
let ada: TestPerson;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  starter = await addKey(sql, 'acme', ['runs:write', 'runs:read']);
  ada = await addPerson(sql, 'acme', 'admin');
});
afterEach(() => vi.restoreAllMocks());

/** A run whose checkpoint is approved, so that it is due. */
async function startDue(): Promise<RunResource> {
  const tasks = [{ id: 'agree', type: 'checkpoint', prompt: 'Go on?' }];
  const run = await startRun(
    starter.actor,
    StartRunBody.parse({ tenant_id: 'acme', dag: { name: 'due', tasks } }),
    NO_CALL,
  );
  await commandRequest(ada.actor, run.checkpoint_id ?? '', { type: 'approve' }, NO_CALL);
  return run;
}

const statusOf = async (run: RunResource) => (await getRun(starter.actor, run.run_id)).status;

test('runs that cannot be advanced keep nobody waiting and are left alone for a while, and go on once they can', async () => {
  const broken = [await startDue(), await startDue(), await startDue()];
  const ids = broken.map(({ run_id }) => run_id);
  await sql(`UPDATE dag_runs SET definition = definition - 'tasks' WHERE run_id = ANY($1)`, [ids]);
  const well = await startDue();
  const ending = AbortSignal.timeout(5000);
  // One is read at a time, and those that have been due for longest cannot be advanced.
  expect(await driveRuns(ending, { batch: 1 })).toBe(4);
  expect([ending.aborted, await statusOf(well)]).toEqual([false, 'succeeded']);
  expect(await driveRuns(ending), 'they rest').toBe(0);

  await sql('UPDATE dag_runs SET definition = $2 WHERE run_id = ANY($1)', [ids, await definitionOf(well)]);
  const now = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => now() + 1000);
  expect(await driveRuns(ending, { batch: 2 })).toBe(3);
  for (const run of broken) expect(await statusOf(run)).toBe('succeeded');
});

async function definitionOf({ run_id }: RunResource): Promise<unknown> {
  const [row] = await sql<{ definition: unknown }>('SELECT definition FROM dag_runs WHERE run_id = $1', [run_id]);
  return row?.definition;
}
