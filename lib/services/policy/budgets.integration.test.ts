import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { evaluatePolicy, getBudgetDraws, getBudgets, putBudgets } from '@/lib/http/handlers/policy';
import {
  approveRequest,
  cancelRequest,
  commentRequest,
  createRequest,
  getRequest,
  rejectRequest,
  reportOutcome,
} from '@/lib/http/handlers/requests';
import { newId } from '@/lib/platform/crypto';
import { metrics } from '@/lib/platform/metrics';
import { type Answer, type Caller, call, callUntilServed, withKey, withSession } from '@/lib/testing/calls';
import { installFakeClock } from '@/lib/testing/fake-clock';
import { expectInvariants } from '@/lib/testing/invariants';
import { hold, waitersFor } from '@/lib/testing/locks';
import { addKey, addPerson, addTenant, testDatabase } from '@/lib/testing/people';
import { forgetTenantConfig } from './config-cache';

const sql = testDatabase();
let setClock: (at: Date) => Promise<void>;
let tenants = 0;
let tenant: string;
let as: Caller;
let admin: Caller;
let asker: Caller;

const NOON = new Date('2026-11-23T12:00:00Z');

beforeAll(async () => {
  setClock = await installFakeClock(sql);
});
beforeEach(async () => {
  await setClock(NOON);
  tenants += 1;
  tenant = await addTenant(sql, `acme-${tenants}`);
  as = withKey(await addKey(sql, tenant, ['policy:manage', 'policy:evaluate', 'requests:create', 'requests:read']));
  asker = withKey(await addKey(sql, tenant, ['requests:create', 'requests:read', 'policy:evaluate']));
  admin = await withSession(await addPerson(sql, tenant, 'admin'));
  await sql('INSERT INTO policy_approval_levels (tenant_id, level, auto_approve_max_cost_cents) VALUES ($1, 3, 1000)', [
    tenant,
  ]);
});

interface Row {
  budget_id?: string;
  agent_id?: string | null;
  skill_id?: string | null;
  period: string;
  limit_cents: number;
  description?: string | null;
}
type Shown = Required<Row> & { spent_cents: number; reserved_cents: number; left_cents: number; resets_at: string };

const put = (budgets: unknown, ifMatch = '*', caller = as): Promise<Answer> =>
  call(putBudgets, { as: caller, headers: { 'if-match': ifMatch }, body: { budgets } });
const read = async (): Promise<Shown[]> => (await call(getBudgets, { as })).body.budgets as Shown[];
/** What each budget holds: spent, reserved. */
const held = async () => (await read()).map(({ spent_cents, reserved_cents }) => [spent_cents, reserved_cents]);

const question = (amountCents: number | null, over: object = {}) => ({
  tenant_id: tenant,
  skill_id: 'payments.transfer',
  agent_id: 'billing-bot',
  payload: amountCents === null ? {} : { amount_cents: amountCents },
  ...over,
});
const evaluate = async (amountCents: number | null, over: object = {}) =>
  (await call(evaluatePolicy, { as, body: question(amountCents, over) })).body as Record<string, unknown> & {
    violations: { type: string; message: string; details: Record<string, unknown> }[];
  };
const create = async (amountCents: number | null, over: object = {}): Promise<Answer['body']> => {
  const { status, body } = await callUntilServed(createRequest, { as: asker, body: question(amountCents, over) });
  expect(status).toBe(201);
  return body;
};
const approve = (request: Answer['body'], caller = admin): Promise<Answer> =>
  callUntilServed(approveRequest, { as: caller, params: { id: String(request.request_id) }, body: {} });
const report = (request: Answer['body'], body: object): Promise<Answer> =>
  callUntilServed(reportOutcome, { as: asker, params: { id: String(request.request_id) }, body });
const draws = async (request: Answer['body']) =>
  (await call(getBudgetDraws, { as: asker, params: { id: String(request.request_id) } })).body.budgets;
const denials = async (at: string) =>
  (await metrics().budgetDenials.get()).values
    .filter(({ labels }) => labels.at === at)
    .reduce((n, v) => n + v.value, 0);

describe('the budgets of a tenant', () => {
  test('are set, read with what they hold and when they begin anew, and versioned like the levels', async () => {
    const before = await call(getBudgets, { as });
    expect(before.body).toEqual({ tenant_id: tenant, budgets: [] });
    const set = await put(
      [
        { period: 'day', limit_cents: 1000 },
        { period: 'month', limit_cents: 5000, skill_id: 'payments.transfer', description: 'Transfers' },
        { period: 'request', limit_cents: 400, agent_id: 'billing-bot' },
      ],
      before.headers.get('etag') ?? '',
    );
    expect(set.status).toBe(200);
    const nothing = { spent_cents: 0, reserved_cents: 0 };
    const id = expect.stringMatching(/^bud_[0-9A-Z]{26}$/);
    expect(set.body.budgets).toEqual([
      {
        ...{ budget_id: id, agent_id: null, skill_id: null, period: 'day', limit_cents: 1000, description: null },
        ...{ ...nothing, left_cents: 1000, resets_at: '2026-11-24T00:00:00.000Z' },
      },
      {
        ...{ budget_id: id, agent_id: null, skill_id: 'payments.transfer', period: 'month', limit_cents: 5000 },
        ...{ description: 'Transfers', ...nothing, left_cents: 5000, resets_at: '2026-12-01T00:00:00.000Z' },
      },
      {
        ...{ budget_id: id, agent_id: 'billing-bot', skill_id: null, period: 'request', limit_cents: 400 },
        ...{ description: null, ...nothing, left_cents: 400, resets_at: null },
      },
    ]);
    const after = await call(getBudgets, { as });
    expect([after.body, after.headers.get('etag')]).toEqual([set.body, set.headers.get('etag')]);
    const stale = await put([], before.headers.get('etag') ?? '');
    expect([stale.status, stale.body.code]).toEqual([412, 'config/changed']);
    const blind = await call(putBudgets, { as, body: { budgets: [] } });
    expect([blind.status, blind.body.code]).toEqual([428, 'http/precondition-required']);
    const [entry] = await sql(`SELECT * FROM audit_log WHERE tenant_id = $1 ORDER BY seq DESC LIMIT 1`, [tenant]);
    expect(entry).toMatchObject({ action: 'policy.budgets_replaced', data: { before: [], budgets: [{}, {}, {}] } });
  });

  test('keep their identity and what was spent when the limit changes, and when they are taken away and set again', async () => {
    const rows = [{ period: 'day', limit_cents: 1000 }];
    await put(rows);
    const [first] = await read();
    await report(await create(300), { result: 'used' });
    const etag = (await call(getBudgets, { as })).headers.get('etag');
    await put([{ budget_id: first?.budget_id, period: 'day', limit_cents: 800 }]);
    expect(await read()).toMatchObject([
      { budget_id: first?.budget_id, limit_cents: 800, spent_cents: 300, left_cents: 500 },
    ]);
    expect((await call(getBudgets, { as })).headers.get('etag')).not.toBe(etag);
    await put([]);
    expect(await read()).toEqual([]);
    expect((await create(900)).status).toBe('approved');
    expect(await sql('SELECT retired_at FROM budgets WHERE tenant_id = $1', [tenant])).toEqual([
      { retired_at: expect.any(Date) },
    ]);
    await put(rows);
    expect(await read()).toMatchObject([{ budget_id: first?.budget_id, limit_cents: 1000, spent_cents: 300 }]);
  });

  test.each([
    [
      'two of one scope and period',
      [
        { period: 'day', limit_cents: 1 },
        { agent_id: null, period: 'day', limit_cents: 2 },
      ],
      '/budgets/1',
    ],
    [
      'an id that names nothing',
      [{ budget_id: newId('budget'), period: 'day', limit_cents: 1 }],
      '/budgets/0/budget_id',
    ],
    ['no limit', [{ period: 'day' }], '/budgets/0/limit_cents'],
    ['a limit below nothing', [{ period: 'day', limit_cents: -1 }], '/budgets/0/limit_cents'],
    ['half a cent', [{ period: 'day', limit_cents: 0.5 }], '/budgets/0/limit_cents'],
    ['another period', [{ period: 'week', limit_cents: 1 }], '/budgets/0/period'],
    ['what is read only', [{ period: 'day', limit_cents: 1, spent_cents: 0 }], '/budgets/0/spent_cents'],
  ])('are refused with a pointer: %s', async (_, rows, pointer) => {
    const answer = await put(rows);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, pointer]);
    expect(await read()).toEqual([]);
  });

  test('do not change their scope under their name, nor another tenant’s', async () => {
    await put([{ period: 'day', limit_cents: 1000 }]);
    const [first] = await read();
    const moved = await put([{ budget_id: first?.budget_id, period: 'month', limit_cents: 1000 }]);
    expect([moved.status, moved.body.errors?.[0]?.pointer]).toEqual([422, '/budgets/0/budget_id']);
    const rival = await addTenant(sql, `rival-${tenants}`);
    const theirs = withKey(await addKey(sql, rival, ['policy:manage']));
    const taken = await put([{ budget_id: first?.budget_id, period: 'day', limit_cents: 5 }], '*', theirs);
    expect([taken.status, taken.body.errors?.[0]?.pointer]).toEqual([422, '/budgets/0/budget_id']);
    expect(await read()).toMatchObject([{ budget_id: first?.budget_id, period: 'day', limit_cents: 1000 }]);
  });
});

describe('an evaluation', () => {
  test('denies what a budget does not pay for, and says how far it is', async () => {
    await put([{ period: 'day', limit_cents: 1000, skill_id: 'payments.transfer' }]);
    await create(900);
    const denied = await evaluate(101);
    const [{ budget_id: budgetId } = { budget_id: '' }] = await read();
    const message = 'The daily budget of 10.00 for payments.transfer has 1.00 left, and this costs 1.01';
    expect(denied).toMatchObject({ decision: 'deny', reasons: [message], simulated_cost_cents: 101 });
    expect(denied.violations).toEqual([
      {
        type: 'BudgetExceeded',
        policy: 'budget',
        message,
        details: {
          breach_type: 'daily',
          limit_cents: 1000,
          spent_cents: 0,
          reserved_cents: 900,
          requested_cents: 101,
          scope: { budget_id: budgetId, agent_id: null, skill_id: 'payments.transfer' },
        },
      },
    ]);
    expect((await evaluate(100)).decision).toBe('allow');
    expect((await evaluate(101, { skill_id: 'deploy' })).decision).toBe('allow');
  });

  test('takes nothing: a hundred of them leave the budget as it was', async () => {
    await put([{ period: 'day', limit_cents: 1000 }]);
    for (let n = 0; n < 100; n++) await evaluate(900);
    expect(await held()).toEqual([[0, 0]]);
  });

  test('under the emergency stop hears of the stop first', async () => {
    await put([{ period: 'day', limit_cents: 0 }]);
    await sql(`UPDATE tenants SET emergency_stop = true, config_version = config_version + 1 WHERE tenant_id = $1`, [
      tenant,
    ]);
    forgetTenantConfig(tenant);
    const stopped = await evaluate(1);
    expect(stopped.violations.map(({ type }) => type)).toEqual(['EmergencyStop', 'BudgetExceeded']);
    expect(stopped.reasons).toEqual(['The emergency stop is on']);
  });

  test('by rules may ask what is left, and is denied by the budget before any rule speaks', async () => {
    await put([{ period: 'day', limit_cents: 1000, agent_id: 'billing-bot' }]);
    await sql(
      `INSERT INTO policy_sets (tenant_id, version, status, default_effect, default_level, created_by, created_by_name, activated_at,
         activation_reason) VALUES ($1, 7, 'active', 'require_approval', 2, 'x', 'x', now(), 'x')`,
      [tenant],
    );
    for (const [id, condition, effect] of [
      ['little-left', 'has(cost.budget_left_cents) && cost.budget_left_cents < 500', 'require_approval'],
      ['all-else', 'true', 'allow'],
    ]) {
      await sql(
        `INSERT INTO policy_rules (tenant_id, version, rule_id, position, condition, effect, level, reason)
         VALUES ($1, 7, $2, (SELECT count(*) FROM policy_rules WHERE tenant_id = $1), $3, $4, CASE WHEN $4 = 'allow' THEN NULL ELSE 4 END, $2)`,
        [tenant, id, condition, effect],
      );
    }
    forgetTenantConfig(tenant);
    expect((await evaluate(600)).decision).toBe('allow');
    expect((await create(600)).status).toBe('approved');
    expect(await evaluate(100)).toMatchObject({ decision: 'requires_approval', approval_level_required: 4 });
    expect((await evaluate(401)).decision).toBe('deny');
    expect((await evaluate(5000, { agent_id: 'deploy-bot' })).decision).toBe('allow');
    // An allow by a rule does not let through what nobody can measure.
    await report({ request_id: (await create(0)).request_id }, { result: 'used' });
    expect((await create(null, { agent_id: 'deploy-bot' })).status).toBe('approved');
    expect((await create(null)).status).toBe('pending');
  });
});

describe('a creation that policy allows', () => {
  test('reserves from every budget that speaks for it', async () => {
    await put([
      { period: 'day', limit_cents: 1000 },
      { period: 'month', limit_cents: 5000, agent_id: 'billing-bot' },
      { period: 'request', limit_cents: 400 },
      { period: 'day', limit_cents: 100, skill_id: 'deploy' },
    ]);
    const request = await create(400);
    expect(request.status).toBe('approved');
    expect(await held()).toEqual([
      [0, 400],
      [0, 400],
      [0, 0],
      [0, 0],
    ]);
    expect(await draws(request)).toMatchObject([
      { period: 'day', state: 'reserved', amount_cents: 400, limit_cents: 1000, left_cents: 1000 },
      { period: 'month', state: 'reserved', amount_cents: 400, limit_cents: 5000, left_cents: 5000 },
    ]);
  });

  test('is denied, with the violation kept, when one of them has not enough; the others keep what they have', async () => {
    await put([
      { period: 'month', limit_cents: 5000 },
      { period: 'day', limit_cents: 1000 },
    ]);
    await create(700);
    const before = await denials('creation');
    const denied = await create(301);
    expect(denied).toMatchObject({ status: 'rejected', resolved_by: 'policy', policy: { decision: 'deny' } });
    const read = await call(getRequest, { as: asker, params: { id: String(denied.request_id) } });
    for (const { policy } of [denied, read.body]) {
      expect(policy).toMatchObject({
        violations: [
          { type: 'BudgetExceeded', details: { breach_type: 'daily', reserved_cents: 700, requested_cents: 301 } },
        ],
      });
    }
    expect(await held()).toEqual([
      [0, 700],
      [0, 700],
    ]);
    expect(await draws(denied)).toEqual([]);
    expect((await denials('creation')) - before).toBe(1);
    expect((await create(300)).status).toBe('approved');
  });

  test('above the limit for each request is denied, whatever is left elsewhere', async () => {
    await put([{ period: 'request', limit_cents: 400 }]);
    expect((await create(400)).status).toBe('approved');
    expect(await create(401)).toMatchObject({
      status: 'rejected',
      policy: {
        violations: [{ details: { breach_type: 'per_request', limit_cents: 400, spent_cents: 0, reserved_cents: 0 } }],
      },
    });
  });

  test('that finds nothing left any more, since another process took it, is denied and not approved', async () => {
    await put([{ period: 'day', limit_cents: 1000 }]);
    expect((await evaluate(600)).decision).toBe('allow');
    // As another process would: this one has not looked since.
    const [{ budget_id: id } = { budget_id: '' }] = await read();
    await sql(
      `INSERT INTO budget_periods (budget_id, tenant_id, period_start, spent_cents) VALUES ($1, $2, '2026-11-23', 500)`,
      [id, tenant],
    );
    expect((await evaluate(600)).decision).toBe('allow');
    expect(await create(600)).toMatchObject({
      status: 'rejected',
      policy: { violations: [{ details: { spent_cents: 500, requested_cents: 600 } }] },
    });
    await sql('UPDATE budget_periods SET spent_cents = 0 WHERE budget_id = $1', [id]);
    // And what another process gave back is not denied because of what this one remembers.
    expect((await create(600)).status).toBe('approved');
  });

  test('that waits for a budget while the tenant is stopped is not approved any more', async () => {
    await put([{ period: 'day', limit_cents: 1000 }]);
    const other = await hold('SELECT 1 FROM budgets WHERE tenant_id = $1 FOR UPDATE', [tenant]);
    const waiting = create(600);
    await waitersFor(sql);
    await sql(`UPDATE tenants SET emergency_stop = true, config_version = config_version + 1 WHERE tenant_id = $1`, [
      tenant,
    ]);
    await other.commit();
    expect((await waiting).status).toBe('rejected');
    expect(await held()).toEqual([[0, 0]]);
  });

  test('with a key that is revoked meanwhile takes nothing', async () => {
    await put([{ period: 'day', limit_cents: 1000 }]);
    const { keyId, ...key } = await addKey(sql, tenant, ['requests:create']);
    await callUntilServed(createRequest, { as: withKey(key), body: question(1) });
    const other = await hold('SELECT 1 FROM budgets WHERE tenant_id = $1 FOR UPDATE', [tenant]);
    await sql('UPDATE api_keys SET revoked_at = now() WHERE key_id = $1', [keyId]);
    const waiting = call(createRequest, { as: withKey(key), body: question(600) });
    await waitersFor(sql);
    await other.commit();
    const answer = await waiting;
    expect([answer.status, answer.body.code]).toEqual([401, 'auth/invalid-key']);
    expect(await held()).toEqual([[0, 1]]);
  });

  test('that is repeated by its correlation id or Idempotency-Key takes once', async () => {
    await put([{ period: 'day', limit_cents: 1000 }]);
    const twice = async (over: object, headers: Record<string, string> = {}) => {
      const ask = () => callUntilServed(createRequest, { as: asker, body: question(300, over), headers });
      const answers = await Promise.all([ask(), ask()]);
      expect(new Set(answers.map(({ body }) => body.request_id)).size).toBe(1);
    };
    await twice({ correlation_id: 'invoice-1' });
    expect(await held()).toEqual([[0, 300]]);
    await twice({}, { 'idempotency-key': 'one' });
    expect(await held()).toEqual([[0, 600]]);
  });

  test('under an unknown cost waits for a person, who may approve it and reserves nothing', async () => {
    await put([{ period: 'day', limit_cents: 1000 }]);
    const request = await create(null);
    expect(request.status).toBe('pending');
    expect(await draws(request)).toMatchObject([{ state: 'open', amount_cents: null, left_cents: 1000 }]);
    expect((await approve(request)).status).toBe(200);
    expect(await held()).toEqual([[0, 0]]);
    // What it came to is counted once somebody says so.
    expect(await draws(request)).toMatchObject([{ state: 'reserved', amount_cents: null }]);
    await report(request, { result: 'used', actual_cost_cents: 250 });
    expect(await held()).toEqual([[250, 0]]);
  });
});

describe('a vote', () => {
  test('that approves reserves; one that does not, a rejection, a comment and a cancellation never look at a budget', async () => {
    await put([{ period: 'day', limit_cents: 10_000 }]);
    const second = await withSession(await addPerson(sql, tenant, 'admin'));
    const request = await create(2000, { min_approvals: 2 });
    expect(await draws(request)).toMatchObject([{ state: 'open', amount_cents: 2000, left_cents: 10_000 }]);
    const others = [await create(2000), await create(2000), await create(2000)];
    // Whoever looked would wait for this.
    const busy = await hold('SELECT 1 FROM budgets WHERE tenant_id = $1 FOR UPDATE', [tenant]);
    expect((await approve(request)).body).toMatchObject({ status: 'pending', approvals_count: 1 });
    for (const [index, [route, body]] of [
      [rejectRequest, { notes: 'No' }] as const,
      [cancelRequest, { reason: 'No' }] as const,
      [commentRequest, { text: 'Hm' }] as const,
    ].entries()) {
      const answer = await call(route, { as: admin, params: { id: String(others[index]?.request_id) }, body });
      expect(answer.status).toBeLessThan(300);
    }
    const deciding = approve(request, second);
    await waitersFor(sql);
    await busy.commit();
    expect((await deciding).body.status).toBe('approved');
    expect(await held()).toEqual([[0, 2000]]);
    // A comment on what is approved does not approve it again.
    await call(commentRequest, { as: admin, params: { id: String(request.request_id) }, body: { text: 'Done' } });
    expect(await held()).toEqual([[0, 2000]]);
  });

  test('that no budget pays for is a conflict which says which; the request stays open, and is approved when there is enough', async () => {
    await put([
      { period: 'month', limit_cents: 50_000 },
      { period: 'day', limit_cents: 3000 },
    ]);
    const [first, second] = [await create(2000), await create(2000)];
    expect((await approve(first)).status).toBe(200);
    const before = await denials('vote');
    const refused = await approve(second);
    const [, day] = await read();
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      code: 'budget/exhausted',
      detail: 'The daily budget of 30.00 for every request has 10.00 left, and this costs 20.00',
      breach_type: 'daily',
      limit_cents: 3000,
      spent_cents: 0,
      reserved_cents: 2000,
      requested_cents: 2000,
      scope: { budget_id: day?.budget_id, agent_id: null, skill_id: null },
    });
    expect((await denials('vote')) - before).toBe(1);
    const still = await call(getRequest, { as: asker, params: { id: String(second.request_id) } });
    expect(still.body).toMatchObject({ status: 'pending', seq: 1, approvers: [] });
    expect(await held()).toEqual([
      [0, 2000],
      [0, 2000],
    ]);
    await report(first, { result: 'failed' });
    expect((await approve(second)).body.status).toBe('approved');
    expect(await held()).toEqual([
      [0, 2000],
      [0, 2000],
    ]);
  });

  test('under a limit that was lowered meanwhile finds the new one', async () => {
    await put([{ period: 'day', limit_cents: 3000 }]);
    const request = await create(2000);
    const change = await hold('UPDATE budgets SET limit_cents = 1999 WHERE tenant_id = $1', [tenant]);
    const waiting = approve(request);
    await waitersFor(sql);
    await change.commit();
    expect((await waiting).body).toMatchObject({ code: 'budget/exhausted', limit_cents: 1999 });
  });

  test('that waits for a budget beyond the request’s expiry is too late', async () => {
    await put([{ period: 'day', limit_cents: 3000 }]);
    const request = await create(2000, { expires_in_seconds: 60 });
    const other = await hold('SELECT 1 FROM budgets WHERE tenant_id = $1 FOR UPDATE', [tenant]);
    const waiting = approve(request);
    await waitersFor(sql);
    await setClock(new Date(NOON.getTime() + 60_000));
    await other.commit();
    expect((await waiting).body.code).toBe('request/expired');
    expect(await held()).toEqual([[0, 0]]);
  });
});

describe('an outcome', () => {
  test('settles what was reserved: used at what it cost, or gives it back', async () => {
    await put([{ period: 'day', limit_cents: 5000 }]);
    const [cheaper, dearer, unsaid, failed, undone] = [
      await create(500),
      await create(500),
      await create(500),
      await create(500),
      await create(500),
    ];
    expect(await held()).toEqual([[0, 2500]]);
    await report(cheaper, { result: 'used', actual_cost_cents: 400 });
    expect(await held()).toEqual([[400, 2000]]);
    await report(dearer, { result: 'used', actual_cost_cents: 700 });
    expect(await held()).toEqual([[1100, 1500]]);
    await report(unsaid, { result: 'used' });
    expect(await held()).toEqual([[1600, 1000]]);
    await report(failed, { result: 'failed', actual_cost_cents: 300 });
    expect(await held()).toEqual([[1600, 500]]);
    await report(undone, { result: 'rolled_back' });
    expect(await held()).toEqual([[1600, 0]]);
    expect(await draws(dearer)).toMatchObject([{ state: 'spent', amount_cents: 700, left_cents: 4500 }]);
    expect(await draws(undone)).toMatchObject([{ state: 'released', amount_cents: 500 }]);
    // The same report again settles nothing again.
    await report(cheaper, { result: 'used', actual_cost_cents: 400 });
    expect(await held()).toEqual([[1600, 0]]);
  });

  test('may bring a period above its limit: then nothing is left, and the answer is still sound', async () => {
    await put([{ period: 'day', limit_cents: 1000 }]);
    await report(await create(1000), { result: 'used', actual_cost_cents: Number.MAX_SAFE_INTEGER });
    expect(await read()).toMatchObject([{ spent_cents: Number.MAX_SAFE_INTEGER, left_cents: 0 }]);
    expect((await create(1)).status).toBe('rejected');
    expect((await create(0)).status).toBe('approved');
  });

  test('reported twice at the same instant settles once', async () => {
    await put([{ period: 'day', limit_cents: 5000 }]);
    const request = await create(500);
    const gate = await hold('SELECT 1 FROM budgets WHERE tenant_id = $1 FOR UPDATE', [tenant]);
    const reports = [report(request, { result: 'used' }), report(request, { result: 'used' })];
    await waitersFor(sql, 2);
    await gate.commit();
    expect((await Promise.all(reports)).map(({ status }) => status)).toEqual([200, 200]);
    expect(await held()).toEqual([[500, 0]]);
  });
});

describe('at midnight', () => {
  test('a new period begins: what is approved after it counts there, what is settled later counts where it was reserved', async () => {
    await setClock(new Date('2026-11-30T23:59:59.999Z'));
    await put([
      { period: 'day', limit_cents: 3000 },
      { period: 'month', limit_cents: 4000 },
    ]);
    const asked = await create(2500);
    const eve = await create(900);
    expect((await approve(asked)).body).toMatchObject({ code: 'budget/exhausted', breach_type: 'daily' });
    await setClock(new Date('2026-12-01T00:00:00.000Z'));
    forgetTenantConfig(tenant);
    expect(await held()).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect((await approve(asked)).status).toBe(200);
    await report(eve, { result: 'used', actual_cost_cents: 950 });
    expect(await read()).toMatchObject([
      { period: 'day', reserved_cents: 2500, spent_cents: 0, resets_at: '2026-12-02T00:00:00.000Z' },
      { period: 'month', reserved_cents: 2500, spent_cents: 0, resets_at: '2027-01-01T00:00:00.000Z' },
    ]);
    const periods = await sql(
      `SELECT b.period, p.period_start::text, p.spent_cents::int, p.reserved_cents::int FROM budget_periods p JOIN budgets b USING (budget_id)
       WHERE b.tenant_id = $1 ORDER BY b.period, p.period_start`,
      [tenant],
    );
    expect(periods.map((row) => Object.values(row))).toEqual([
      ['day', '2026-11-30', 950, 0],
      ['day', '2026-12-01', 0, 2500],
      ['month', '2026-11-01', 950, 0],
      ['month', '2026-12-01', 0, 2500],
    ]);
  });
});

describe('another tenant', () => {
  test('draws from its own budgets only, and sees none of these', async () => {
    await put([{ period: 'day', limit_cents: 1000 }]);
    const rival = await addTenant(sql, `rival-of-${tenant}`);
    await sql(
      'INSERT INTO policy_approval_levels (tenant_id, level, auto_approve_max_cost_cents) VALUES ($1, 3, 1000)',
      [rival],
    );
    const theirs = withKey(await addKey(sql, rival, ['requests:create', 'requests:read', 'policy:manage']));
    const { body } = await callUntilServed(createRequest, {
      as: theirs,
      body: { ...question(600), tenant_id: rival },
    });
    expect(body.status).toBe('approved');
    expect(await held()).toEqual([[0, 0]]);
    expect((await call(getBudgets, { as: theirs })).body.budgets).toEqual([]);
    const request = await create(600);
    const asked = await call(getBudgetDraws, { as: theirs, params: { id: String(request.request_id) } });
    expect([asked.status, asked.body.code]).toEqual([404, 'request/not-found']);
  });
});

describe('the database', () => {
  test('refuses a reservation beyond the limit, and a second settlement', async () => {
    await put([{ period: 'day', limit_cents: 1000 }]);
    const request = await create(600);
    const [{ budget_id: id } = { budget_id: '' }] = await read();
    await expect(sql('UPDATE budget_reservations SET before_cents = 401 WHERE budget_id = $1', [id])).rejects.toThrow(
      /is settled/,
    );
    await expect(
      sql(
        `INSERT INTO budget_reservations (request_id, budget_id, tenant_id, period_start, amount_cents, before_cents, limit_cents, at)
         VALUES ($1, $2, $3, '2026-11-23', 600, 401, 1000, now())`,
        [newId('request'), id, tenant],
      ),
    ).rejects.toThrow(/budget_reservations_within_limit/);
    await report(request, { result: 'used' });
    await expect(
      sql(`UPDATE budget_reservations SET state = 'released', settled_cents = 0 WHERE budget_id = $1`, [id]),
    ).rejects.toThrow(/is settled/);
  });
});

test('and all of it has left the database whole', () => expectInvariants(sql));
