import { beforeAll, expect, test } from 'vitest';
import { addTenant, testDatabase } from '@/lib/testing/people';
import { listDueRuns } from './index';

const sql = testDatabase();

const LIMIT = 200;
/** Of each kind: more than are read at once. */
const STOPPED = 300;

/** The three ways in which a run is due. Each is that way and no other. */
const KINDS = ['behind', 'decided', 'timed out'] as const;

beforeAll(async () => {
  await addTenant(sql, 'stopped');
  await addTenant(sql, 'acme');
  await sql(`UPDATE tenants SET emergency_stop = true, emergency_stop_reason = 'A leak' WHERE tenant_id = 'stopped'`);
  await addDueRuns('stopped', STOPPED, '1 hour');
  await addDueRuns('acme', 1, '1 minute');
  await sql('ANALYZE');
});

/** So many due runs of each kind, due for so long. */
async function addDueRuns(tenant: string, count: number, due: string): Promise<void> {
  await sql(
    `WITH due AS (
       INSERT INTO dag_runs (run_id, tenant_id, dag_name, definition, status, seq, last_hash, advanced_seq, requester_name, created_at, updated_at)
       SELECT $1 || ' ' || kind || ' ' || n, $1, 'due', '{"name":"due","maxParallel":null,"tasks":[]}', 'running', 2, '',
         CASE kind WHEN 'behind' THEN 1 ELSE 2 END, 'test', now_ms(), now_ms() - $4::interval
       FROM unnest($2::text[]) kind, generate_series(1, $3::int) n RETURNING run_id, updated_at)
     INSERT INTO dag_steps (run_id, tenant_id, task_id, type, status, request_id, decided_at, times_out_at, started_at)
     SELECT run_id, $1, 'task', 'checkpoint', 'waiting', run_id, updated_at, NULL, updated_at FROM due WHERE run_id LIKE '%decided%'
     UNION ALL
     SELECT run_id, $1, 'task', 'workflow', 'running', NULL, NULL, updated_at, updated_at FROM due WHERE run_id LIKE '%timed out%'`,
    [tenant, KINDS, count, due],
  );
}

test('a tenant that is stopped keeps nobody else waiting, however much of it is due for longer', async () => {
  const due = await listDueRuns(LIMIT);
  expect(due.map(({ run_id }) => run_id).toSorted()).toEqual(KINDS.map((kind) => `acme ${kind} 1`));
});

test('what rests takes nobody’s place either', async () => {
  await addTenant(sql, 'globex');
  await addDueRuns('globex', LIMIT + 1, '30 minutes');
  const resting = await sql<{ run_id: string }>(
    `SELECT run_id FROM dag_runs WHERE tenant_id = 'acme' OR (tenant_id = 'globex' AND run_id NOT LIKE '% 201')`,
  );
  const due = await listDueRuns(
    LIMIT,
    resting.map(({ run_id }) => run_id),
  );
  expect(due.map(({ run_id }) => run_id).toSorted()).toEqual(KINDS.map((kind) => `globex ${kind} 201`));
});

test('and once it goes on, its runs are due, as many as are wanted at once', async () => {
  await sql(`UPDATE tenants SET emergency_stop = false, emergency_stop_reason = NULL WHERE tenant_id = 'stopped'`);
  const due = await listDueRuns(LIMIT);
  expect(due).toHaveLength(LIMIT);
  expect(new Set(due.map(({ tenant_id }) => tenant_id))).toContain('stopped');
});
