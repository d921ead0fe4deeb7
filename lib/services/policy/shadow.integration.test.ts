import { beforeEach, describe, expect, test } from 'vitest';
import { type EvaluateBody, PolicySetBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { NO_CALL } from '@/lib/domain/call';
import { flushEvaluations } from '@/lib/platform/db';
import { createRequest } from '@/lib/services/requests';
import { addKey, addPerson, addTenant, type TestKey, testDatabase } from '@/lib/testing/people';
import {
  activatePolicySet,
  compareShadow,
  createPolicySet,
  evaluate,
  getEvaluation,
  getPolicyConfig,
  getPolicySet,
  retirePolicySet,
  shadowPolicySet,
  sweepRequestEvaluations,
  unshadowPolicySet,
} from '.';

const sql = testDatabase();

let serial = 0;
let tenant: string;
let manager: TestKey;
let asker: TestKey;

beforeEach(async () => {
  serial += 1;
  tenant = await addTenant(sql, `acme-${serial}`);
  manager = await addKey(sql, tenant, ['policy:manage', 'policy:evaluate']);
  asker = await addKey(sql, tenant, ['requests:create']);
});

const rule = (ruleId: string, when: string, effect: string, over: object = {}) => ({
  rule_id: ruleId,
  when,
  effect,
  reason: `It is ${ruleId}`,
  ...over,
});
const SMALL = rule('small', 'request.payload.amount_cents <= 1000', 'allow');
const TINY = rule('tiny', 'request.payload.amount_cents <= 10', 'allow');
const FROZEN = rule('frozen', `has(request.payload.to) && request.payload.to == 'frozen'`, 'deny');

const draft = async (...rules: object[]) =>
  (await createPolicySet(manager.actor, PolicySetBody.parse({ tenant_id: tenant, rules }), NO_CALL)).version;
const activate = (version: string) => activatePolicySet(manager.actor, version, 'Agreed', NO_CALL);
const shadow = (version: string, actor: Actor = manager.actor) => shadowPolicySet(actor, version, 'To see', NO_CALL);
const unshadow = (version: string) => unshadowPolicySet(manager.actor, version, 'Seen', NO_CALL);
const question = (payload: EvaluateBody['payload']): EvaluateBody => ({
  tenant_id: tenant,
  skill_id: 'payments.transfer',
  payload,
  policy_type: 'cost',
});
const recorded = async (payload: EvaluateBody['payload']) => {
  const answer = await evaluate(manager.actor, question(payload));
  await flushEvaluations();
  return { answer, record: await getEvaluation(manager.actor, answer.evaluation_id) };
};
const shadows = async () =>
  (
    await sql<{ version: string }>(
      `SELECT tenant_id || '@' || version AS version FROM policy_sets WHERE tenant_id = $1 AND shadow_since IS NOT NULL`,
      [tenant],
    )
  ).map(({ version }) => version);

describe('a shadow', () => {
  test('is a draft or a retired version, one at most, with who, when and why; its place in life stays', async () => {
    const [first, second] = [await draft(SMALL), await draft(TINY)];
    const set = await shadow(first);
    expect(set).toMatchObject({
      status: 'draft',
      shadow: { since: expect.any(String), by: manager.keyId, by_name: 'test', reason: 'To see' },
    });
    expect((await getPolicySet(manager.actor, first)).shadow).toEqual(set.shadow);
    await retirePolicySet(manager.actor, second, 'Old', NO_CALL);
    expect((await shadow(second)).status).toBe('retired');
    expect(await shadows()).toEqual([second]);
    expect((await getPolicyConfig(tenant))?.shadow?.version).toBe(BigInt(second.split('@')[1] ?? ''));
    const entries = await sql(
      `SELECT action, target_id, data FROM audit_log WHERE tenant_id = $1 AND action = 'policy.set_shadowed'`,
      [tenant],
    );
    expect(entries).toContainEqual({
      action: 'policy.set_shadowed',
      target_id: first,
      data: { reason: 'To see', before: 'draft' },
    });
  });

  test('ends by being taken back, activated or retired, and the active version can be none', async () => {
    const version = await draft(SMALL);
    await shadow(version);
    expect((await unshadow(version)).shadow).toBeNull();
    expect((await unshadow(version)).shadow).toBeNull();
    const ended = await sql(`SELECT FROM audit_log WHERE tenant_id = $1 AND action = 'policy.set_unshadowed'`, [
      tenant,
    ]);
    expect(ended).toHaveLength(1);
    await shadow(version);
    await expect(shadow(version)).rejects.toMatchObject({ code: 'policy-set/shadow' });
    expect(await activate(version)).toMatchObject({ status: 'active', shadow: null });
    await expect(shadow(version)).rejects.toMatchObject({ code: 'policy-set/active' });
    const other = await draft(TINY);
    await shadow(other);
    expect(await retirePolicySet(manager.actor, other, 'No', NO_CALL)).toMatchObject({
      status: 'retired',
      shadow: null,
    });
    expect(await shadows()).toEqual([]);
  });

  test('needs a fresh sign-in of a session', async () => {
    const version = await draft(SMALL);
    const { actor } = await addPerson(sql, tenant, 'admin');
    const stale = { ...actor, authTime: new Date(Date.now() - 6 * 60_000) };
    await expect(shadow(version, stale)).rejects.toMatchObject({ code: 'auth/step-up-required' });
    expect(await shadows()).toEqual([]);
    expect((await shadow(version, actor)).shadow).not.toBeNull();
  });

  test('is one, also when twenty are chosen at once', async () => {
    const versions: string[] = [];
    for (let n = 0; n < 8; n++) versions.push(await draft(SMALL));
    const results = await Promise.allSettled(versions.map((version) => shadow(version)));
    expect(results.map(({ status }) => status)).toEqual(versions.map(() => 'fulfilled'));
    expect(await shadows()).toHaveLength(1);
  });

  test('is not found by another tenant, and what it says cannot be changed by shadowing it', async () => {
    const version = await draft(SMALL);
    const globex = await addKey(sql, await addTenant(sql, `globex-${serial}`), ['policy:manage']);
    await expect(shadow(version, globex.actor)).rejects.toMatchObject({ code: 'policy-set/not-found' });
    await expect(
      sql(
        `UPDATE policy_sets SET shadow_since = now_ms(), shadow_reason = 'x', default_level = 5 WHERE tenant_id = $1`,
        [tenant],
      ),
    ).rejects.toThrow(/does not change any more/);
    await expect(compareShadow(globex.actor, version, {})).rejects.toMatchObject({ code: 'policy-set/not-found' });
  });
});

describe('what it answers', () => {
  test('stands beside the real answer in the record, and changes nothing of it', async () => {
    const active = await activate(await draft(SMALL));
    const before = await recorded({ amount_cents: 500 });
    expect(before.record.shadow).toBeNull();
    const strict = await draft(TINY, FROZEN);
    await shadow(strict);
    const { answer, record } = await recorded({ amount_cents: 500 });
    const { evaluation_id: _, timestamp: __, ...same } = answer;
    expect(before.answer).toMatchObject(same);
    expect(record).toMatchObject({
      decision: 'allow',
      policy_version: active.version,
      shadow: {
        policy_version: strict,
        decision: 'requires_approval',
        approval_level_required: 1,
        min_approvals: 1,
        matched_rules: [],
        failure: null,
      },
    });
    await unshadow(strict);
    expect((await recorded({ amount_cents: 500 })).record.shadow).toBeNull();
  });

  test('is compared: agreed, flips by kind with examples and what the requests among them cost', async () => {
    await activate(await draft(SMALL));
    const strict = await draft(TINY, FROZEN);
    await shadow(strict);
    for (const amount of [1, 2, 500, 501, 502, 503, 504, 505])
      await evaluate(manager.actor, question({ amount_cents: amount }));
    await flushEvaluations();
    for (const amount of [600, 700]) {
      await createRequest(asker.actor, { ...question({ amount_cents: amount }), links: [] }, NO_CALL);
    }
    const frozen = await createRequest(
      asker.actor,
      { ...question({ amount_cents: 5000, to: 'frozen' }), links: [] },
      NO_CALL,
    );
    await sweepRequestEvaluations();
    const comparison = await compareShadow(manager.actor, strict, {});
    expect(comparison).toMatchObject({ policy_version: strict, evaluated: 11, agreed: 2, failed: 0, flips_omitted: 0 });
    const [most, rare] = comparison.flips;
    expect(comparison.flips).toHaveLength(2);
    expect(most).toMatchObject({
      from: { decision: 'allow', approval_level_required: null, min_approvals: null },
      to: { decision: 'requires_approval', approval_level_required: 1, min_approvals: 1 },
      count: 8,
      requests: 2,
      cost_cents: 1300,
    });
    expect(most?.examples).toHaveLength(5);
    expect(most?.examples[0]).toMatchObject({ cost_cents: 700, request_id: expect.stringMatching(/^req_/) });
    expect(rare).toMatchObject({
      from: { decision: 'requires_approval' },
      to: { decision: 'deny' },
      count: 1,
      examples: [{ evaluation_id: frozen.request.evaluation_id, reasons: ['It is frozen'] }],
    });
    const later = await compareShadow(manager.actor, strict, { from: '2100-01-01', to: '2101-01-01' });
    expect(later).toMatchObject({ evaluated: 0, flips: [] });
    await expect(compareShadow(manager.actor, strict, { from: '2026-01-02', to: '2026-01-01' })).rejects.toMatchObject({
      code: 'input/invalid',
    });
    // A week before the first day there is: no earlier than that.
    expect(await compareShadow(manager.actor, strict, { to: '0001-01-02' })).toMatchObject({ evaluated: 0 });
    await expect(compareShadow(manager.actor, strict, { to: '0000-01-01' })).rejects.toMatchObject({
      code: 'input/invalid',
    });
  });

  test('is compared however much callers say that their requests cost', async () => {
    const version = await draft(rule('none', 'true', 'deny'));
    await shadow(version);
    const payload = { amount_cents: Number.MAX_SAFE_INTEGER };
    await createRequest(
      asker.actor,
      { ...question(payload), links: [] } as Parameters<typeof createRequest>[1],
      NO_CALL,
    );
    await sweepRequestEvaluations();
    // As many more of the same as a bigint does not hold the sum of.
    await sql(
      `INSERT INTO policy_evaluations SELECT (jsonb_populate_record(e, jsonb_build_object('evaluation_id', 'evl_' || n))).*
        FROM policy_evaluations e, generate_series(1, 1100) n WHERE e.tenant_id = $1`,
      [tenant],
    );
    const { flips } = await compareShadow(manager.actor, version, {});
    expect(flips).toMatchObject([{ count: 1101, requests: 1101, cost_cents: Number.MAX_SAFE_INTEGER }]);
  });

  test('counts as failed where it could not be judged', async () => {
    await activate(await draft(SMALL));
    const version = await draft(TINY);
    await shadow(version);
    const { answer } = await recorded({ amount_cents: 1 });
    await sql(`UPDATE policy_evaluations SET shadow_decision = NULL, shadow_level = NULL WHERE evaluation_id = $1`, [
      answer.evaluation_id,
    ]);
    expect(await compareShadow(manager.actor, version, {})).toMatchObject({
      evaluated: 1,
      agreed: 0,
      failed: 1,
      flips: [],
    });
  });
});
