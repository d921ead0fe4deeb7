import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '@/lib/domain/access';
import { closeDatabases } from '@/lib/platform/db';
import { env } from '@/lib/platform/env';
import { COPIED, LEFT_BEHIND } from '@/lib/platform/scratch';
import { listDags } from '@/lib/services/dags';
import { getFlags } from '@/lib/services/flags';
import { getBudgets, getCostModels, learnCosts } from '@/lib/services/policy';
import { getCheckpoint, getRequest } from '@/lib/services/requests';
import { driveRuns, getRun, listRuns } from '@/lib/services/runs';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addTenant, EVERY_SCOPE, testDatabase } from '@/lib/testing/people';
import { MIGRATIONS } from '@/scripts/layout';
import { buildTenant } from './build-tenant';

const sql = testDatabase();
const PASSWORD = 'a company at work for weeks';
let home: string;
/** May read all of the demo. */
let reader: Actor;

beforeAll(async () => {
  home = env().DATABASE_URL;
  await addTenant(sql, 'bystander');
  await buildTenant('demo', 'demo', PASSWORD, MIGRATIONS);
  reader = (await addKey(sql, 'demo', EVERY_SCOPE)).actor;
  // Four weeks of a company at work, on a machine that may be busy with something else.
}, 240_000);
afterAll(closeDatabases);

const counts = async (by: 'status' | 'type', table: string) => {
  const rows = await sql(`SELECT ${by} AS key, count(*)::int AS n FROM ${table} WHERE tenant_id = 'demo' GROUP BY 1`);
  return Object.fromEntries(rows.map(({ key, n }) => [key, n])) as Record<string, number>;
};

test('the demo has requests in every state, and a queue that waits', async () => {
  const byStatus = await counts('status', 'approval_requests');
  // Beside what software asked for, a flag that somebody else has to agree to and the checkpoint of a run.
  expect(byStatus).toMatchObject({
    pending: 10,
    escalated: 3,
    expired: expect.any(Number),
    cancelled: expect.any(Number),
  });
  expect(byStatus.approved).toBeGreaterThan(40);
  expect(byStatus.rejected).toBeGreaterThan(4);
});

test('its history is whole: every event chained, every vote counted, nothing out of time', async () => {
  await expectInvariants(sql);
  const [{ late } = { late: null }] = await sql(
    `SELECT count(*)::int AS late FROM events e JOIN approval_requests r ON r.id = e.subject_id
     WHERE e.timestamp > r.updated_at OR e.timestamp > clock_timestamp()`,
  );
  expect(late).toBe(0);
});

test('what waits has not fallen due, so that no worker finds it late', async () => {
  const due = await sql(
    `SELECT title FROM approval_requests WHERE status IN ('pending', 'escalated')
      AND (expires_at < clock_timestamp() + interval '5 minutes' OR escalates_at < clock_timestamp() + interval '1 minute')`,
  );
  expect(due).toEqual([]);
});

test('its past is a past: four weeks of it, and nothing of it is sent to anybody', async () => {
  const [span] = await sql(
    `SELECT max(created_at) - min(created_at) > interval '24 days' AS long FROM approval_requests WHERE tenant_id = 'demo'`,
  );
  expect(span).toEqual({ long: true });
  expect(await sql('SELECT 1 FROM event_outbox')).toEqual([]);
  expect(await sql(`SELECT 1 FROM webhook_deliveries WHERE status NOT IN ('delivered', 'dead')`)).toEqual([]);
});

test('it has heard from its webhooks: most at once, some after a retry, some never, each at a time that can have been', async () => {
  const endings = await sql<{ status: string; attempts: number; n: number }>(
    `SELECT status, attempts, count(*)::int AS n FROM webhook_deliveries WHERE tenant_id = 'demo' GROUP BY 1, 2 ORDER BY 1, 2`,
  );
  expect(endings).toEqual([
    { status: 'dead', attempts: 4, n: 1 },
    { status: 'delivered', attempts: 1, n: expect.any(Number) },
    { status: 'delivered', attempts: 2, n: expect.any(Number) },
  ]);
  const strange = await sql(
    `SELECT d.delivery_id FROM webhook_deliveries d JOIN events e USING (event_id)
     LEFT JOIN webhook_attempts a ON a.delivery_id = d.delivery_id
     GROUP BY d.delivery_id, d.attempts, e.timestamp
     HAVING count(a.attempt) <> d.attempts OR min(a.at) < e.timestamp - interval '11 s' OR max(a.at) > clock_timestamp()`,
  );
  expect(strange).toEqual([]);
});

test('its settings are lived in: budgets that were drawn from, models that outcomes teach, flags of which one waits', async () => {
  const { budgets } = (await getBudgets(reader)).resource;
  expect(budgets.map(({ skill_id, agent_id, period }) => skill_id ?? agent_id ?? period)).toHaveLength(5);
  const month = budgets.find(({ skill_id: skill, period }) => skill === 'payments.transfer' && period === 'month');
  expect(month?.spent_cents ?? 0).toBeGreaterThan(0);
  for (const { left_cents: left, limit_cents: limit } of budgets) expect(left).toBeGreaterThan(limit / 4);

  await learnCosts();
  const models = (await getCostModels(reader)).resource.cost_models;
  expect(models.map(({ skill_id: skill }) => skill).sort()).toEqual(['data.export', 'deploy.production']);
  for (const { outcomes, spread, auto_approval: auto } of models) {
    expect(outcomes).toBeGreaterThan(0);
    expect(spread.p95).toBeLessThan(1.5);
    expect(auto.enabled).toBe(true);
  }

  const { flags } = (await getFlags(reader)).resource;
  expect(flags.map(({ key, environment, enabled }) => [key, environment, enabled])).toEqual([
    ['goodwill_coupons', 'production', true],
    ['refunds_without_photos', 'production', true],
    ['same_day_transfers', 'production', false],
    ['refunds_without_photos', 'staging', true],
  ]);
  const waiting = flags.find(({ key }) => key === 'same_day_transfers');
  expect(waiting?.pending_change).toMatchObject({ enabled: true, rollout_percentage: 25 });
  const asked = await getRequest(reader, waiting?.pending_request_id ?? '');
  expect(asked).toMatchObject({ status: 'pending', required_level: 4 });
});

test('runs have gone well, were refused, and one waits with a form that somebody fills in', async () => {
  const { data } = await listRuns(reader, { limit: 50 });
  expect(data.map(({ dag_name: name, status, tasks_done: done }) => [name, status, done])).toEqual([
    ['weekly_payment_run', 'paused', 1],
    ['access_review', 'failed', expect.any(Number)],
    ['weekly_payment_run', 'succeeded', 4],
    ['campaign_scale_up', 'succeeded', expect.any(Number)],
    ['weekly_payment_run', 'succeeded', 4],
  ]);
  expect(data[1]?.reason).toContain('Two contractors of Kestrel are missing');
  const paused = await getRun(reader, data[0]?.run_id ?? '');
  expect(paused.tasks[0]?.output).toEqual({ invoices: 4, total_cents: 1_698_330, large: ['INV-27411'] });
  const checkpoint = await getCheckpoint(reader, paused.checkpoint_id ?? '');
  expect(checkpoint).toMatchObject({ status: 'pending', title: 'Release this week’s payments?' });
  expect(Object.keys(checkpoint.checkpoint?.inputs_schema?.properties ?? {}).sort()).toEqual([
    'account',
    'note',
    'value_date',
  ]);
  const { data: dags } = await listDags(reader, { limit: 50 });
  expect(dags.map(({ name, version, risky }) => [name, version, risky])).toEqual([
    ['access_review', 1, 0],
    // Any operator may say yes there, which the lint of definitions points out.
    ['campaign_scale_up', 1, 1],
    ['weekly_payment_run', 1, 0],
  ]);
  // Nobody has to look at any of them: a worker that starts finds nothing to do.
  expect(await driveRuns(new AbortController().signal)).toBe(0);
});

test('everything that belongs to a tenant is either copied with it or left behind on purpose', async () => {
  const rows = await sql(
    `SELECT table_name AS name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND column_name = 'tenant_id' ORDER BY 1`,
  );
  const known = [...COPIED, ...LEFT_BEHIND];
  expect(rows.map(({ name }) => name).filter((name) => !known.includes(String(name)))).toEqual([]);
});

test('every key has been used, as whoever asked with it did', async () => {
  // Noted at most once a minute, as everywhere.
  const unused = await sql(
    `SELECT k.name FROM api_keys k JOIN approval_requests r ON r.requester_key_id = k.key_id WHERE k.tenant_id = 'demo'
     GROUP BY k.key_id HAVING k.last_used_at IS NULL OR max(r.created_at) NOT BETWEEN k.last_used_at AND k.last_used_at + interval '1 minute'`,
  );
  expect(unused).toEqual([]);
});

test('nobody in it has power over the instance', async () => {
  expect(await sql(`SELECT name FROM api_keys WHERE tenant_id = 'demo' AND all_tenants`)).toEqual([]);
  expect(await sql(`SELECT tenant_id FROM tenants ORDER BY tenant_id`)).toEqual([
    { tenant_id: 'bystander' },
    { tenant_id: 'demo' },
  ]);
});

test('a tenant that is there is left as it is', async () => {
  const before = await counts('type', 'events');
  expect(await buildTenant('demo', 'demo', PASSWORD, MIGRATIONS)).toBeNull();
  expect(await buildTenant('empty', 'bystander', PASSWORD, MIGRATIONS)).toBeNull();
  expect(await counts('type', 'events')).toEqual(before);
});

test('a tenant that cannot be copied whole leaves nothing', async () => {
  // Somebody with an address of the second demo has an account here already.
  await sql(
    `INSERT INTO users (user_id, email, name) VALUES ('usr_01M82BM2JWYZA4F33G427YQ82K', 'OZ@second.example', 'Another Oz')`,
  );
  await expect(buildTenant('empty', 'second', PASSWORD, MIGRATIONS)).rejects.toMatchObject({ code: '23505' });
  expect(await sql(`SELECT 1 FROM tenants WHERE tenant_id = 'second'`)).toEqual([]);
  expect(env().DATABASE_URL).toBe(home);
});

test('the empty scenario has people and nothing that anybody has asked for', async () => {
  expect(await buildTenant('empty', 'quiet', PASSWORD, MIGRATIONS)).toEqual({
    tenantId: 'quiet',
    requests: 0,
    events: 0,
  });
  const people = await sql(`SELECT level FROM memberships WHERE tenant_id = 'quiet' ORDER BY level DESC`);
  expect(people.map(({ level }) => level)).toEqual([5, 4, 4, 3, 3, 2, 1, 0]);
});
