/** The last cent of a budget: processes that race for it, and approvals that draw from the same budgets in other combinations. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { newId } from '@/lib/platform/crypto';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addPerson, addTenant, type TestKey, type TestPerson, testDatabase } from '@/lib/testing/people';
import { bundleSpender, type Spender, type SpenderAnswer, startSpender } from '@/lib/testing/spender-process';

const sql = testDatabase();
let bundle: Awaited<ReturnType<typeof bundleSpender>>;
let one: Spender;
let two: Spender;

beforeAll(async () => {
  bundle = await bundleSpender();
});
afterAll(() => bundle.remove());
beforeEach(async () => {
  [one, two] = await Promise.all([startSpender(bundle.file), startSpender(bundle.file)]);
});
afterEach(() => Promise.all([one.end(), two.end()]));

const ROUNDS_PER_TENANT = 200;
const TENANTS = 5;

const question = (tenantId: string, skill: string, agent: string, cents: number) => ({
  policy_type: 'cost',
  tenant_id: tenantId,
  skill_id: skill,
  agent_id: agent,
  payload: { amount_cents: cents },
  links: [],
});
const addBudget = (tenantId: string, over: { agent?: string; skill?: string; period?: string; limit: number }) =>
  sql(
    'INSERT INTO budgets (budget_id, tenant_id, agent_id, skill_id, period, limit_cents) VALUES ($1, $2, $3, $4, $5, $6)',
    [newId('budget'), tenantId, over.agent ?? null, over.skill ?? null, over.period ?? 'day', over.limit],
  );

const overlap = ([a, b]: readonly [SpenderAnswer, SpenderAnswer]): boolean => a.began < b.ended && b.began < a.ended;

test('two processes race for the last cent of a budget: 1,000 rounds, one winner in each, never overspent', async () => {
  let races = 0;
  for (let t = 0; t < TENANTS; t++) {
    const tenantId = await addTenant(sql, `last-cent-${t}`);
    await sql(
      'INSERT INTO policy_approval_levels (tenant_id, level, auto_approve_max_cost_cents) VALUES ($1, 3, 1000)',
      [tenantId],
    );
    const keys = await Promise.all([1, 2].map(() => addKey(sql, tenantId, ['requests:create'])));
    for (let n = 0; n < ROUNDS_PER_TENANT; n++) await addBudget(tenantId, { agent: `bot-${n}`, limit: 1 });
    const race = (n: number, does: 'look' | 'create') =>
      Promise.all(
        ([one, two] as const).map((spender, index) => {
          const { actor } = keys[index] as TestKey;
          return spender.act({ actor, does, body: question(tenantId, 'payments.transfer', `bot-${n}`, 1) });
        }) as [Promise<SpenderAnswer>, Promise<SpenderAnswer>],
      );
    // Both know every budget, and that its cent is there: what they remember would let both through.
    expect((await race(0, 'look')).map(({ said }) => said)).toEqual([
      String(ROUNDS_PER_TENANT),
      String(ROUNDS_PER_TENANT),
    ]);
    for (let n = 0; n < ROUNDS_PER_TENANT; n++) {
      const answers = await race(n, 'create');
      expect([n, ...answers.map(({ said }) => said).sort()]).toEqual([n, 'approved', 'rejected']);
      if (overlap(answers)) races += 1;
    }
  }
  const held = await sql<{ held: number; n: number }>(
    'SELECT (spent_cents + reserved_cents)::int AS held, count(*)::int AS n FROM budget_periods GROUP BY 1',
  );
  expect(held).toEqual([{ held: 1, n: TENANTS * ROUNDS_PER_TENANT }]);
  console.log(`the two were at it at the same time in ${races} of ${TENANTS * ROUNDS_PER_TENANT} rounds`);
  expect(races).toBeGreaterThan((TENANTS * ROUNDS_PER_TENANT) / 2);
  await expectInvariants(sql);
});

test('votes on requests that share budgets in every combination: as many as there is money for, and no deadlock', async () => {
  const tenantId = await addTenant(sql, 'shared');
  const { actor: asker } = await addKey(sql, tenantId, ['requests:create']);
  const people = await Promise.all(
    Array.from({ length: 8 }, (): Promise<TestPerson> => addPerson(sql, tenantId, 'operator')),
  );
  await addBudget(tenantId, { limit: 60, period: 'month' });
  for (const skill of ['x', 'y']) await addBudget(tenantId, { skill, limit: 35 });
  for (const agent of ['a', 'b']) await addBudget(tenantId, { agent, limit: 40 });
  await addBudget(tenantId, { agent: 'b', skill: 'y', limit: 5 });
  const ids: string[] = [];
  for (let n = 0; n < 160; n++) {
    const said = await one.act({
      actor: asker,
      does: 'create',
      body: question(tenantId, n % 2 === 0 ? 'x' : 'y', n % 4 < 2 ? 'a' : 'b', 1),
    });
    expect(said.said).toBe('pending');
  }
  for (const { id } of await sql<{ id: string }>('SELECT id FROM approval_requests WHERE tenant_id = $1', [tenantId])) {
    ids.push(id);
  }
  const answers: string[] = [];
  // Everybody goes through the queue at once, in the two processes, outcomes that give back what was taken in between.
  await Promise.all(
    people.map(async ({ actor }, lane) => {
      const spender = lane % 2 === 0 ? one : two;
      for (const [index, requestId] of ids.entries()) {
        if (index % people.length !== lane) continue;
        const { said } = await spender.act({ actor, does: 'approve', requestId });
        answers.push(said);
        if (said === 'approved' && index % 10 === 0) await spender.act({ actor: asker, does: 'fail', requestId });
      }
    }),
  );
  expect(new Set(answers)).toEqual(new Set(['approved', 'budget/exhausted']));
  await expectInvariants(sql);
  // Whoever is left over is left over because there is nothing left: every further vote says so.
  const open = await sql<{ id: string }>(
    `SELECT id FROM approval_requests WHERE tenant_id = $1 AND status = 'pending'`,
    [tenantId],
  );
  const again = await Promise.all(
    open
      .slice(0, 20)
      .map(({ id }) => one.act({ actor: (people[0] as TestPerson).actor, does: 'approve', requestId: id })),
  );
  expect(again.filter(({ said }) => said !== 'budget/exhausted' && said !== 'approved')).toEqual([]);
  await expectInvariants(sql);
  expect(await deadlocks()).toBe(0);
});

/** How many there have been. A connection tells when it ends, so those of the spenders must have. */
async function deadlocks(): Promise<number> {
  await Promise.all([one.end(), two.end()]);
  await vi.waitUntil(async () => {
    // The test's own pool has two at most.
    const [row] = await sql<{ n: number }>(
      'SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database()',
    );
    return (row?.n ?? 0) <= 2;
  });
  const [row] = await sql<{ n: number }>(
    'SELECT deadlocks::int AS n FROM pg_stat_database WHERE datname = current_database()',
  );
  return row?.n ?? 0;
}
