import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type CostModelBody, EvaluateBody, PolicySetBody } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { isAppError } from '@/lib/domain/errors';
import { metrics, snapshotMetrics } from '@/lib/platform/metrics';
import { renderMetrics } from '@/lib/services/operations';
import { createRequest, reportOutcome } from '@/lib/services/requests';
import { expectInvariants } from '@/lib/testing/invariants';
import { hold, waitersFor } from '@/lib/testing/locks';
import { addKey, addPerson, addTenant, type TestKey, type TestPerson, testDatabase } from '@/lib/testing/people';
import {
  activatePolicySet,
  createPolicySet,
  evaluate,
  getCostModels,
  getLevels,
  learnCosts,
  listCostVersions,
  putBudgets,
  putCostModels,
  putLevels,
  stopConfigCache,
  trustCostModel,
} from '.';

const sql = testDatabase();
const SKILL = 'research.summarise';
/** A cent, and one more for every thousand tokens. */
const MODEL: CostModelBody = {
  skill_id: SKILL,
  base_cents: 1,
  rates: [{ field: '/usage/tokens', cents_per_unit: '0.001' }],
};

let serial = 0;
let tenant: string;
let manager: TestKey;
let asker: TestKey;
let ada: TestPerson;

beforeEach(async () => {
  serial += 1;
  tenant = await addTenant(sql, `acme-${serial}`);
  manager = await addKey(sql, tenant, ['policy:manage', 'policy:evaluate']);
  asker = await addKey(sql, tenant, ['requests:create']);
  ada = await addPerson(sql, tenant, 'owner');
});

const anyVersion = { ...NO_CALL, ifMatch: '*' };
const put = (models: CostModelBody[], ifMatch = '*', actor = manager.actor) =>
  putCostModels(actor, models, { ...NO_CALL, ifMatch });
const shown = async () => (await getCostModels(manager.actor)).resource.cost_models;
const question = (payload: Record<string, unknown>, over: object = {}) =>
  EvaluateBody.parse({ tenant_id: tenant, skill_id: SKILL, payload, ...over });
const answer = (payload: Record<string, unknown>, over: object = {}) =>
  evaluate(manager.actor, question(payload, over));
const ask = async (payload: Record<string, unknown>) =>
  (
    await createRequest(
      asker.actor,
      { policy_type: 'cost', skill_id: SKILL, tenant_id: tenant, payload: payload as never, links: [] },
      NO_CALL,
    )
  ).request;
const usage = (tokens: number) => ({ usage: { tokens } });

/** Levels that approve by themselves what costs at most this. */
const ceiling = (cents: number) =>
  putLevels(manager.actor, [{ level: 2, min_approvals: 1, auto_approve_max_cost_cents: cents }], anyVersion);

/** So many requests, estimated at 100 cents each and approved by a ceiling, that turned out to cost this. */
async function outcomes(count: number, actualCents: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const { request_id: id } = await ask(usage(99_000));
    await reportOutcome(asker.actor, id, { result: 'used', actual_cost_cents: actualCents }, NO_CALL);
  }
  await learnCosts();
}

async function refusal(act: Promise<unknown>): Promise<unknown> {
  try {
    await act;
    return 'no refusal';
  } catch (error) {
    if (!isAppError(error)) throw error;
    return error.errors === undefined ? error.code : [error.code, ...error.errors];
  }
}

const audited = () =>
  sql<{ action: string; actor_type: string; target_id: string; data: Record<string, unknown> }>(
    `SELECT action, actor_type, target_id, data FROM audit_log WHERE tenant_id = $1 AND action LIKE 'policy.cost%' ORDER BY seq`,
    [tenant],
  );

describe('what a skill costs', () => {
  test('is kept in versions: a changed model is the next one, the same one stays, a missing one is retired', async () => {
    await put([MODEL, { ...MODEL, skill_id: 'deploy' }]);
    await put([
      { ...MODEL, base_cents: 5, description: 'Dearer' },
      { ...MODEL, skill_id: 'deploy' },
    ]);
    expect((await shown()).map(({ skill_id, version, base_cents }) => [skill_id, version, base_cents])).toEqual([
      ['deploy', 1, 1],
      [SKILL, 2, 5],
    ]);
    await put([{ ...MODEL, skill_id: 'deploy' }]);
    await put([MODEL, { ...MODEL, skill_id: 'deploy' }]);
    const { data, next_cursor: next } = await listCostVersions(manager.actor, SKILL, { limit: 2 });
    expect(data).toMatchObject([
      { version: 3, base_cents: 1, retired_at: null, created_by: manager.keyId, rates: MODEL.rates },
      { version: 2, base_cents: 5, retired_at: expect.stringMatching(/Z$/), description: 'Dearer' },
    ]);
    const rest = await listCostVersions(manager.actor, SKILL, { limit: 2, cursor: next ?? '' });
    expect([rest.data.map(({ version }) => version), rest.next_cursor]).toEqual([[1], null]);
    expect(await audited()).toMatchObject([
      {
        data: {
          written: [
            { skill_id: 'deploy', version: 1 },
            { skill_id: SKILL, version: 1 },
          ],
          retired: [],
        },
      },
      { data: { written: [{ skill_id: SKILL, version: 2, base_cents: 5 }] } },
      { data: { written: [], retired: [{ skill_id: SKILL, version: 2 }] } },
      { data: { written: [{ skill_id: SKILL, version: 3 }] } },
    ]);
  });

  test('never changes in the database, whoever tries', async () => {
    await put([MODEL]);
    await expect(sql('UPDATE cost_models SET base_cents = 0 WHERE tenant_id = $1', [tenant])).rejects.toThrow(
      /does not change/,
    );
    await expect(sql('DELETE FROM cost_models WHERE tenant_id = $1', [tenant])).rejects.toThrow(
      /does not change|foreign key/,
    );
  });

  test('is replaced by whoever saw what is there; two at once are one and a refusal', async () => {
    const { etag } = await put([MODEL]);
    const gate = await hold('SELECT FROM tenants WHERE tenant_id = $1 FOR UPDATE', [tenant]);
    const both = [2, 3].map((base_cents) => refusal(put([{ ...MODEL, base_cents }], etag)));
    await waitersFor(sql, 2);
    await gate.commit();
    expect((await Promise.all(both)).sort()).toEqual(['config/changed', 'no refusal']);
    expect(await shown()).toMatchObject([{ version: 2 }]);
    expect(await refusal(put([], etag))).toBe('config/changed');
  });

  test('has a tag that neither learning nor another configuration changes, and its change spoils no other’s', async () => {
    const { etag } = await put([MODEL]);
    const levels = (await ceiling(10_000)).etag;
    await outcomes(3, 100);
    expect((await getCostModels(manager.actor)).etag).toBe(etag);
    expect((await getLevels(manager.actor)).etag).toBe(levels);
    expect((await put([MODEL], etag)).etag).toBe(etag);
    expect((await getLevels(manager.actor)).etag).toBe(levels);
  });

  test('is said once for a skill, and once for a field', async () => {
    const rate = { field: 'tokens', cents_per_unit: '1' };
    expect(await refusal(put([MODEL, { ...MODEL, rates: [rate, rate] }]))).toEqual([
      'input/invalid',
      { pointer: '/cost_models/1/skill_id', detail: 'Another model is of this skill' },
      { pointer: '/cost_models/1/rates/1/field', detail: 'Another rate reads this field' },
    ]);
  });

  test('is no other tenant’s', async () => {
    await put([MODEL]);
    const globex = await addTenant(sql, `globex-${serial}`);
    const theirs = await addKey(sql, globex, ['policy:manage', 'policy:evaluate']);
    expect((await getCostModels(theirs.actor)).resource.cost_models).toEqual([]);
    expect(await refusal(listCostVersions(theirs.actor, SKILL, { limit: 1 }))).toBe('cost-model/not-found');
    expect(await refusal(trustCostModel(theirs.actor, SKILL, 'Mine', NO_CALL))).toBe('cost-model/not-found');
    await put([], '*', theirs.actor);
    expect(await shown()).toHaveLength(1);
    const estimate = await evaluate(theirs.actor, { ...question(usage(99_000)), tenant_id: globex });
    expect(estimate.cost).toBeNull();
  });
});

describe('an evaluation', () => {
  test('answers with the cost in exactly this shape', async () => {
    await put([MODEL]);
    expect(await answer(usage(99_000), { simulate_cost: true })).toEqual({
      decision: 'requires_approval',
      reasons: [`Nothing is configured for ${SKILL}: the default is level 3`],
      matched_rules: [],
      violations: [],
      errors: [],
      approval_level_required: 3,
      min_approvals: 1,
      simulated_cost_cents: 100,
      cost: { p50_cents: 100, p95_cents: 100, confidence: 0, model_version: 1 },
      policy_version: expect.stringMatching(/@\d+$/),
      evaluation_id: expect.stringMatching(/^evl_/),
      timestamp: expect.stringMatching(/Z$/),
    });
  });

  test('leaves the cost out where it is not wanted, and decides the same', async () => {
    await put([MODEL]);
    await ceiling(100);
    expect(await answer(usage(99_000), { simulate_cost: false })).toMatchObject({
      decision: 'allow',
      simulated_cost_cents: null,
      cost: null,
    });
  });

  test('believes what the payload says only where there is no model', async () => {
    expect((await answer({ amount_cents: 7 })).cost).toEqual({
      p50_cents: 7,
      p95_cents: 7,
      confidence: 0,
      model_version: null,
    });
    await put([MODEL]);
    await ceiling(1_000_000);
    expect(await answer({ amount_cents: 7 })).toMatchObject({
      decision: 'requires_approval',
      simulated_cost_cents: null,
      cost: null,
    });
    expect(await answer({ amount_cents: 7, usage: { tokens: '5' } })).toMatchObject({ cost: null });
  });

  test('is what a creation does, and the request keeps what was expected', async () => {
    await put([MODEL]);
    await ceiling(100);
    const request = await ask(usage(99_000));
    expect(request).toMatchObject({
      status: 'approved',
      simulated_cost_cents: 100,
      policy: { cost: { p50_cents: 100, p95_cents: 100, confidence: 0, model_version: 1, model_cents: 100 } },
    });
    expect((await ask(usage(100_000))).status).toBe('pending');
    expect((await ask({})).policy.cost).toBeNull();
  });

  test('gives rules the middle and the cautious end', async () => {
    await put([MODEL]);
    await ceiling(1_000);
    await outcomes(20, 120);
    const rules = [
      { rule_id: 'middle', when: 'cost.estimate_cents == 120', effect: 'allow', reason: 'Middle' },
      { rule_id: 'end', when: 'cost.p95_cents == 120 && cost.confidence == 0.5', effect: 'allow', reason: 'End' },
    ];
    const { version } = await createPolicySet(
      manager.actor,
      PolicySetBody.parse({ tenant_id: tenant, rules }),
      NO_CALL,
    );
    await activatePolicySet(manager.actor, version, 'Agreed', NO_CALL);
    expect(await answer(usage(99_000))).toMatchObject({ decision: 'allow', reasons: ['End', 'Middle'] });
  });
});

describe('outcomes teach', () => {
  test('how wide the band is, and ceilings look at its cautious end', async () => {
    await put([MODEL]);
    await ceiling(115);
    await outcomes(15, 100);
    await outcomes(5, 120);
    expect(await shown()).toMatchObject([
      { outcomes: 20, spread: { p50: 1, p95: 1.2, confidence: 0.41 }, drift: 1, auto_approval: { enabled: true } },
    ]);
    const bars = (await shown())[0]?.distribution.filter((bar) => bar.outcomes > 0);
    expect(bars).toEqual([
      { up_to: 1, outcomes: 15 },
      { up_to: 1.2, outcomes: 5 },
    ]);
    await vi.waitFor(async () =>
      expect(await answer(usage(99_000))).toMatchObject({
        decision: 'requires_approval',
        simulated_cost_cents: 100,
        cost: { p50_cents: 100, p95_cents: 120, confidence: 0.41 },
        reasons: expect.arrayContaining(['The cost of up to 1.20 is above the automatic limit of 1.15']),
      }),
    );
    expect(await answer(usage(89_000))).toMatchObject({ decision: 'allow' });
  });

  test('reach a process that had read the models before, without a change of the configuration', async () => {
    await put([MODEL]);
    await ceiling(1_000);
    const before = await answer(usage(99_000));
    await outcomes(1, 150);
    await vi.waitFor(async () => expect((await answer(usage(99_000))).cost?.p95_cents).toBe(150));
    expect((await answer(usage(99_000))).policy_version).toBe(before.policy_version);
  });

  test('once each, whoever learns, and nothing where nothing was used, known or modelled', async () => {
    await put([MODEL]);
    await ceiling(1_000);
    const used = { result: 'used', actual_cost_cents: 100 } as const;
    const report = async (body: Parameters<typeof reportOutcome>[2]) => {
      const { request_id: id } = await ask(usage(99_000));
      await reportOutcome(asker.actor, id, body, NO_CALL);
      await reportOutcome(asker.actor, id, body, NO_CALL);
    };
    for (const body of [
      used,
      { result: 'failed', actual_cost_cents: 900 },
      { result: 'rolled_back' },
      { result: 'used' },
    ] as const)
      await report(body);
    await report(used);
    const learnt = await Promise.all([learnCosts(), learnCosts(), learnCosts()]);
    expect(learnt.reduce((sum, n) => sum + n)).toBe(2);
    expect(await learnCosts()).toBe(0);
    expect(await shown()).toMatchObject([{ outcomes: 2 }]);
  });

  test('the version that made the estimate, also when another one is in use by then', async () => {
    await put([MODEL]);
    await ceiling(1_000);
    const { request_id: id } = await ask(usage(99_000));
    await put([{ ...MODEL, base_cents: 2 }]);
    await reportOutcome(asker.actor, id, { result: 'used', actual_cost_cents: 130 }, NO_CALL);
    await learnCosts();
    const { data } = await listCostVersions(manager.actor, SKILL, { limit: 5 });
    expect(data.map(({ version, outcomes }) => [version, outcomes])).toEqual([
      [2, 0],
      [1, 1],
    ]);
  });

  test('keeps the last two hundred of a model and no more', async () => {
    await put([MODEL]);
    await sql(`INSERT INTO cost_ratios SELECT $1, $2, 1, n, 100, 100, 1000000 FROM generate_series(1, 230) n`, [
      tenant,
      SKILL,
    ]);
    await sql('UPDATE cost_model_learning SET outcomes = 230 WHERE tenant_id = $1', [tenant]);
    await ceiling(1_000);
    await outcomes(1, 100);
    expect(
      await sql('SELECT min(number), max(number), count(*)::int FROM cost_ratios WHERE tenant_id = $1', [tenant]),
    ).toEqual([{ min: 32, max: 231, count: 200 }]);
  });
});

describe('drift', () => {
  test('stops what was approved by itself a moment before, in every process, until somebody trusts it again', async () => {
    await put([MODEL]);
    await ceiling(1_000);
    await outcomes(19, 140);
    expect(await ask(usage(9_000))).toMatchObject({ status: 'approved' });
    expect((await shown())[0]).toMatchObject({ drift: null, auto_approval: { enabled: true } });

    // This process has the configuration in its cache; the worker, which is another one, changes it in the database only.
    await outcomes(1, 140);
    const held = await ask(usage(9_000));
    const reason = 'half of its last 20 outcomes cost at least 1.40 times what its model says';
    expect(held).toMatchObject({ status: 'pending', required_level: 2 });
    expect(held.policy.reasons).toContain(`Automatic approval by cost is off for ${SKILL}: ${reason}`);
    expect(await answer(usage(9_000))).toMatchObject({ decision: 'requires_approval', reasons: held.policy.reasons });
    expect((await shown())[0]).toMatchObject({
      drift: 1.4,
      auto_approval: { enabled: false, off_since: expect.stringMatching(/Z$/), off_reason: reason },
    });
    expect((await audited()).at(-1)).toEqual({
      action: 'policy.cost_auto_approval_off',
      actor_type: 'system',
      target_id: SKILL,
      data: { version: 1, drift: 1.4, reason },
    });
    expect((await renderMetrics()).text).toMatch(/countersign_cost_auto_approval_off [1-9]/);

    const trusted = await trustCostModel(ada.actor, SKILL, 'The provider is back at its list price', NO_CALL);
    expect(trusted).toMatchObject({
      drift: null,
      auto_approval: { enabled: true, trusted_by: ada.userId, trust_reason: 'The provider is back at its list price' },
    });
    expect(await refusal(trustCostModel(ada.actor, SKILL, 'Again', NO_CALL))).toBe('cost-model/trusted');
    expect(await ask(usage(9_000))).toMatchObject({ status: 'approved' });
    expect((await audited()).at(-1)).toMatchObject({ action: 'policy.cost_model_trusted', actor_type: 'session' });
    await expectInvariants(sql);
  });

  test('is measured anew after that: what was forgiven stays forgiven, and twenty new ones switch it off again', async () => {
    await put([MODEL]);
    await ceiling(1_000);
    await outcomes(20, 60);
    expect((await shown())[0]?.auto_approval.off_reason).toMatch(/at most 0\.60 times/);
    await trustCostModel(manager.actor, SKILL, 'Seen', NO_CALL);
    await outcomes(19, 60);
    expect((await shown())[0]).toMatchObject({ drift: null, auto_approval: { enabled: true } });
    await outcomes(1, 60);
    expect((await shown())[0]).toMatchObject({ drift: 0.6, auto_approval: { enabled: false } });
  });

  test('is over with a new version of the model', async () => {
    await put([MODEL]);
    await ceiling(1_000);
    await outcomes(20, 150);
    expect(await ask(usage(9_000))).toMatchObject({ status: 'pending' });
    await put([{ ...MODEL, base_cents: 2 }]);
    expect(await ask(usage(9_000))).toMatchObject({ status: 'approved' });
    expect(await shown()).toMatchObject([{ version: 2, outcomes: 0, auto_approval: { enabled: true } }]);
  });

  test('stops rules that allow by the cost, and no others', async () => {
    await put([MODEL]);
    await ceiling(1_000);
    await outcomes(20, 150);
    const rules = [
      { rule_id: 'cheap', when: 'cost.known && cost.p95_cents < 100', effect: 'allow', reason: 'Cheap' },
      {
        rule_id: 'mine',
        when: 'has(request.payload.mine) && request.payload.mine == true',
        effect: 'allow',
        reason: 'Mine',
      },
      { rule_id: 'dear', when: 'cost.known && cost.estimate_cents > 200', effect: 'deny', reason: 'Dear' },
    ];
    const { version } = await createPolicySet(
      manager.actor,
      PolicySetBody.parse({ tenant_id: tenant, rules }),
      NO_CALL,
    );
    await activatePolicySet(manager.actor, version, 'Agreed', NO_CALL);
    expect(await answer(usage(9_000))).toMatchObject({
      decision: 'requires_approval',
      approval_level_required: 2,
      matched_rules: [{ rule_id: 'cheap' }],
      reasons: ['Cheap', expect.stringMatching(/^Automatic approval by cost is off for/)],
    });
    expect(await answer({ ...usage(9_000), mine: true })).toMatchObject({ decision: 'allow' });
    expect(await answer(usage(199_000))).toMatchObject({ decision: 'deny', reasons: ['Dear'] });
    await trustCostModel(manager.actor, SKILL, 'Seen', NO_CALL);
    expect(await answer(usage(9_000))).toMatchObject({ decision: 'allow', reasons: ['Cheap'] });
  });

  test('downwards makes nothing cheaper for budgets and rules, whoever reports that it cost nothing', async () => {
    await put([MODEL]);
    const rules = [
      { rule_id: 'dear', when: 'cost.estimate_cents >= 100', effect: 'require_approval', reason: 'Dear' },
      { rule_id: 'any', when: 'true', effect: 'allow', reason: 'Any' },
    ];
    const { version } = await createPolicySet(
      manager.actor,
      PolicySetBody.parse({ tenant_id: tenant, rules }),
      NO_CALL,
    );
    await ceiling(1_000);
    await outcomes(20, 0);
    expect((await shown())[0]).toMatchObject({ spread: { p50: 0 }, auto_approval: { enabled: false } });
    await activatePolicySet(manager.actor, version, 'Agreed', NO_CALL);
    expect(await answer(usage(99_000))).toMatchObject({
      decision: 'requires_approval',
      simulated_cost_cents: 100,
      reasons: ['Dear'],
    });
    await putBudgets(manager.actor, [{ period: 'day', limit_cents: 99 }], anyVersion);
    expect(await answer(usage(99_000))).toMatchObject({ decision: 'deny', violations: [{ type: 'BudgetExceeded' }] });
    await trustCostModel(manager.actor, SKILL, 'Seen', NO_CALL);
    expect(await answer(usage(99_000))).toMatchObject({ decision: 'allow', simulated_cost_cents: 75 });
  });

  test('is a histogram of what things cost for what was said', async () => {
    await put([MODEL]);
    await ceiling(1_000);
    metrics().costDrift.reset();
    await outcomes(2, 100);
    await outcomes(1, 130);
    const [drift] = (await snapshotMetrics()).filter(
      (metric) => 'name' in metric && metric.name === 'countersign_cost_drift_ratio',
    );
    const values = (drift as { values: { metricName: string; labels: { le?: number | string }; value: number }[] })
      .values;
    const upTo = (le: number | string) => values.find(({ labels }) => labels.le === le)?.value;
    expect([0.95, 1, 1.25, 1.5, '+Inf'].map(upTo)).toEqual([0, 2, 2, 3, 3]);
  });
});

test('a creation that ends in allow is not decided by a model that was trusted until a moment ago', async () => {
  await put([MODEL]);
  await ceiling(1_000);
  expect(await ask(usage(9_000))).toMatchObject({ status: 'approved' });
  // What the worker does in its transaction, while this process believes its cache.
  await sql(
    `UPDATE cost_model_learning SET auto_off_at = now_ms(), auto_off_reason = 'it has drifted' WHERE tenant_id = $1`,
    [tenant],
  );
  await sql(
    'UPDATE tenants SET config_version = config_version + 1, learning_version = learning_version + 1 WHERE tenant_id = $1',
    [tenant],
  );
  expect(await ask(usage(9_000))).toMatchObject({ status: 'pending' });
  stopConfigCache();
});
