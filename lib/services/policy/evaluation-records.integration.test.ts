import { beforeEach, describe, expect, test, vi } from 'vitest';
import { type EvaluateBody, type EvaluationBatch, PolicySetBody } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { isInShare, siblingId } from '@/lib/domain/ids';
import { monotonicMs } from '@/lib/platform/clock';
import { newId, sha256Hex } from '@/lib/platform/crypto';
import { bufferEvaluation, closeDatabases, flushEvaluations } from '@/lib/platform/db';
import { resetEnv } from '@/lib/platform/env';
import { logger } from '@/lib/platform/logger';
import { metrics } from '@/lib/platform/metrics';
import { createRequest } from '@/lib/services/requests';
import { hold } from '@/lib/testing/locks';
import { addKey, addPerson, addTenant, type TestKey, testDatabase } from '@/lib/testing/people';
import {
  activatePolicySet,
  createPolicySet,
  evaluate,
  evaluateBatch,
  getEvaluation,
  getPolicyConfig,
  getRecording,
  listEvaluations,
  putEmergencyStop,
  putRecording,
  removeExpiredEvaluations,
  sweepRequestEvaluations,
} from '.';

const sql = testDatabase();

let serial = 0;
let tenant: string;
let manager: TestKey;
let asker: TestKey;

beforeEach(async () => {
  await flushEvaluations();
  await sweepRequestEvaluations();
  serial += 1;
  tenant = await addTenant(sql, `acme-${serial}`);
  manager = await addKey(sql, tenant, ['policy:manage', 'policy:evaluate']);
  asker = await addKey(sql, tenant, ['requests:create']);
});

const LARGE = {
  rule_id: 'large',
  when: 'request.payload.amount_cents > 100000',
  effect: 'require_approval',
  level: 4,
  min_approvals: 2,
  reason: 'Large transfers need a manager',
} as const;
const SMALL = {
  rule_id: 'small',
  when: 'request.payload.amount_cents <= 1000',
  effect: 'allow',
  reason: 'Small',
} as const;

const question = (amountCents: number, over: Partial<EvaluateBody> = {}): EvaluateBody => ({
  tenant_id: tenant,
  skill_id: 'payments.transfer',
  agent_id: 'billing-bot',
  payload: { amount_cents: amountCents },
  policy_type: 'cost',
  ...over,
});
const draft = async (rules: object[]) =>
  (await createPolicySet(manager.actor, PolicySetBody.parse({ tenant_id: tenant, rules }), NO_CALL)).version;
const activate = async (...rules: object[]) =>
  (await activatePolicySet(manager.actor, await draft(rules), 'Agreed', NO_CALL)).version;
const ask = async (amountCents: number, over: object = {}) =>
  (
    await createRequest(
      asker.actor,
      { ...question(amountCents), links: [], ...over } as Parameters<typeof createRequest>[1],
      NO_CALL,
    )
  ).request;
const idsOf = (data: EvaluationBatch['data']) =>
  data.map((item) => ('problem' in item ? item.problem.code : item.evaluation_id));
const listed = (query: Partial<Parameters<typeof listEvaluations>[1]> = {}) =>
  listEvaluations(manager.actor, { limit: 50, ...query });
const keep = async (sampleRate: number, retainDays = 30) =>
  putRecording(manager.actor, { sample_rate: sampleRate, retain_days: retainDays }, { ...NO_CALL, ifMatch: '*' });
const counted = async (outcome: string) =>
  (await metrics().evaluations.get()).values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0;

describe('what was only asked', () => {
  test('is recorded as it was judged and answered, with the moment on the database’s clock', async () => {
    const version = await activate(LARGE, SMALL);
    const answer = await evaluate(manager.actor, question(250_000));
    await flushEvaluations();
    const record = await getEvaluation(manager.actor, answer.evaluation_id);
    expect(record).toEqual({
      evaluation_id: answer.evaluation_id,
      tenant_id: tenant,
      at: expect.any(String),
      source: 'eval',
      request_id: null,
      policy_type: 'cost',
      skill_id: 'payments.transfer',
      agent_id: 'billing-bot',
      payload: { amount_cents: 250_000 },
      asked: { required_level: null, min_approvals: null },
      facts: {
        actor: { id: manager.keyId, name: 'test', role: '', level: 0, via: 'api_key' },
        cost: { known: true, estimate_cents: 250_000, p95_cents: 250_000, confidence: 0 },
        tenant: { id: tenant },
        flags: {},
        now: Date.parse(answer.timestamp),
      },
      decision: 'requires_approval',
      approval_level_required: 4,
      min_approvals: 2,
      reasons: ['Large transfers need a manager'],
      matched_rules: answer.matched_rules,
      errors: [],
      violations: [],
      simulated_cost_cents: 250_000,
      policy_version: version,
      shadow: null,
    });
    expect(Math.abs(Date.parse(record.at) - Date.parse(answer.timestamp))).toBeLessThan(1000);
  });

  test('a batch leaves a record for each item; a try, with a version or by a person, leaves none', async () => {
    const active = await activate(LARGE);
    const other = await draft([SMALL]);
    const { data } = await evaluateBatch(manager.actor, [
      question(1),
      question(2, { policy_version: other }),
      question(3, { policy_version: active }),
    ]);
    await evaluate((await addPerson(sql, tenant, 'admin')).actor, question(4));
    await flushEvaluations();
    const ids = (await listed()).data.map((record) => record.evaluation_id);
    const [first, second] = idsOf(data);
    expect(ids).toEqual([first]);
    await expect(getEvaluation(manager.actor, second ?? '')).rejects.toMatchObject({
      code: 'evaluation/not-found',
    });
  });

  test('what the emergency stop denied is recorded with the violation, and an error of a rule with its message', async () => {
    await activate({ ...LARGE, when: `request.payload.to == 'frozen'` });
    const { evaluation_id: failed } = await evaluate(manager.actor, question(1));
    const owner = await addPerson(sql, tenant, 'owner');
    await putEmergencyStop(owner.actor, { active: true, reason: 'Leak' });
    const { evaluation_id: stopped } = await evaluate(manager.actor, question(2));
    await flushEvaluations();
    expect((await getEvaluation(manager.actor, failed)).errors).toEqual([
      { rule_id: 'large', message: expect.any(String) },
    ]);
    expect(await getEvaluation(manager.actor, stopped)).toMatchObject({
      decision: 'deny',
      violations: [{ type: 'EmergencyStop' }],
    });
  });

  test('only the sample is kept, which the id decides; nothing of it with a rate of 0', async () => {
    await keep(0.5);
    const { data } = await evaluateBatch(
      manager.actor,
      Array.from({ length: 100 }, () => question(1)),
    );
    await keep(0);
    const before = await counted('sampled_out');
    await evaluate(manager.actor, question(1));
    expect((await counted('sampled_out')) - before).toBe(1);
    await flushEvaluations();
    const kept = (await listed({ limit: 200 })).data.map((record) => record.evaluation_id).sort();
    const expected = idsOf(data).filter((id) => isInShare(id, 0.5));
    expect(kept).toEqual(expected.sort());
    expect(kept.length).toBeGreaterThan(20);
    expect(kept.length).toBeLessThan(80);
  });

  test('records wait while the database cannot be written to, and the answers do not wait for them', async () => {
    const held = await hold('LOCK TABLE policy_evaluations IN ACCESS EXCLUSIVE MODE');
    const { evaluation_id: id } = await evaluate(manager.actor, question(1));
    await flushEvaluations();
    await held.commit();
    await expect(getEvaluation(manager.actor, id)).rejects.toMatchObject({ code: 'evaluation/not-found' });
    await flushEvaluations();
    expect((await getEvaluation(manager.actor, id)).evaluation_id).toBe(id);
  });

  test('what there is no room for is counted as dropped', async () => {
    const dropped = await counted('dropped');
    const huge = { ...(await aRecord()), reasons: ['x'.repeat(40 * 1024 * 1024)] };
    bufferEvaluation(huge);
    bufferEvaluation({ ...huge, evaluation_id: `${huge.evaluation_id.slice(0, -1)}0` });
    expect((await counted('dropped')) - dropped).toBe(1);
    await flushEvaluations();
    expect((await listed()).data.map((record) => record.evaluation_id)).toEqual([huge.evaluation_id]);
  });

  test('large records are written a few at a time, so that no statement is too long for the database', async () => {
    const record = await aRecord();
    const facts = { request: { payload: { text: 'x'.repeat(600_000) } } };
    for (let n = 0; n < 10; n++) bufferEvaluation({ ...record, evaluation_id: newId('evaluation'), facts });
    await flushEvaluations();
    const statements = await sql<{ records: number }>(
      'SELECT count(*)::int AS records FROM policy_evaluations WHERE tenant_id = $1 GROUP BY xmin::text',
      [tenant],
    );
    expect(statements.map(({ records }) => records).sort()).toEqual([1, 3, 3, 3]);
  });

  test('records that cannot be written are tried again after a while, however many wait', async () => {
    const record = await aRecord();
    const warned = vi.spyOn(logger(), 'warn').mockImplementation(() => {});
    const tries = () =>
      warned.mock.calls.filter(([, message]) => String(message).includes('wait for the database')).length;
    await closeDatabases();
    vi.stubEnv('DATABASE_HOT_URL', 'postgres://nobody@127.0.0.1:1/nothing');
    resetEnv();
    try {
      for (let n = 0; n < 600; n++) bufferEvaluation({ ...record, evaluation_id: newId('evaluation') });
      await vi.waitFor(() => expect(tries()).toBeGreaterThan(0));
      const [triesBefore, beganMs] = [tries(), monotonicMs()];
      for (let n = 0; n < 100; n++) {
        bufferEvaluation({ ...record, evaluation_id: newId('evaluation') });
        await new Promise(setImmediate);
      }
      expect(tries() - triesBefore).toBeLessThanOrEqual(1 + (monotonicMs() - beganMs) / 200);
    } finally {
      warned.mockRestore();
      await closeDatabases();
      vi.stubEnv('DATABASE_HOT_URL', undefined);
      resetEnv();
    }
    await flushEvaluations();
    expect((await listed({ limit: 1 })).data).toHaveLength(1);
  });

  test('one record that the database refuses costs only itself, and is counted', async () => {
    const good = await aRecord();
    const refused = await counted('failed');
    bufferEvaluation({ ...good, evaluation_id: 'evl_bad', min_approvals: 99 });
    bufferEvaluation(good);
    await flushEvaluations();
    expect((await listed()).data.map((record) => record.evaluation_id)).toEqual([good.evaluation_id]);
    expect((await counted('failed')) - refused).toBe(1);
  });

  /** A record that nobody asked for. */
  async function aRecord(): Promise<Parameters<typeof bufferEvaluation>[0]> {
    await keep(0);
    const { evaluation_id: id } = await evaluate(manager.actor, question(1));
    return {
      evaluation_id: id,
      tenant_id: tenant,
      policy_type: 'cost',
      skill_id: 'x',
      agent_id: null,
      question: {
        policyType: 'cost',
        skillId: 'x',
        agentId: null,
        costCents: null,
        costP95Cents: null,
        costDistrust: null,
        tokens: null,
        requiredLevel: null,
        minApprovals: null,
      },
      facts: { request: { payload: {} } },
      decision: 'deny',
      level: null,
      min_approvals: 1,
      reasons: [],
      matched_rules: [],
      errors: [],
      violations: [],
      cost_cents: null,
      policy_version: `${tenant}@1`,
      shadow: null,
    };
  }
});

describe('what led to a request', () => {
  test('is recorded from the request, though nothing of the process that asked is left, and whatever the sample is', async () => {
    await keep(0);
    await activate(LARGE, SMALL);
    const request = await ask(250_000, { required_level: 5, min_approvals: 1 });
    const allowed = await ask(1);
    // Nothing that the asking process holds may be needed: it is as good as killed.
    await closeDatabases();
    expect(await sweepRequestEvaluations()).toBe(2);
    const record = await getEvaluation(manager.actor, request.evaluation_id ?? '');
    expect(record).toMatchObject({
      evaluation_id: siblingId('evaluation', request.request_id),
      at: request.created_at,
      source: 'request',
      request_id: request.request_id,
      payload: { amount_cents: 250_000 },
      asked: { required_level: 5, min_approvals: 1 },
      facts: { actor: { id: asker.keyId, via: 'api_key' }, cost: { known: true, estimate_cents: 250_000 } },
      decision: 'requires_approval',
      approval_level_required: 5,
      min_approvals: 2,
      reasons: request.policy.reasons,
      matched_rules: request.policy.matched_rules,
      simulated_cost_cents: 250_000,
      policy_version: request.policy.policy_version,
    });
    expect(await getEvaluation(manager.actor, allowed.evaluation_id ?? '')).toMatchObject({
      decision: 'allow',
      approval_level_required: null,
    });
  });

  test('is recorded once, by sweeps that run again and at once', async () => {
    for (let n = 0; n < 20; n++) await ask(n);
    const swept = await Promise.all([sweepRequestEvaluations(), sweepRequestEvaluations()]);
    expect(swept[0] + swept[1]).toBe(20);
    expect(await sweepRequestEvaluations()).toBe(0);
    expect((await listed()).data).toHaveLength(20);
  });

  test('is recorded when it commits later than the sweep came by, and after a time without a worker', async () => {
    await ask(1);
    await sweepRequestEvaluations();
    const late = await ask(2);
    await sql(`UPDATE approval_requests SET created_at = created_at - interval '20 seconds' WHERE id = $1`, [
      late.request_id,
    ]);
    expect(await sweepRequestEvaluations()).toBe(1);
    await sql(`UPDATE evaluation_upkeep SET recorded_until = recorded_until - interval '3 days'`);
    await sql(`DELETE FROM policy_evaluations WHERE tenant_id = $1`, [tenant]);
    expect(await sweepRequestEvaluations()).toBeGreaterThanOrEqual(2);
    expect((await listed()).data).toHaveLength(2);
  });

  test('large payloads are recorded a few at a time, so that no statement is too long for the database', async () => {
    // What does not compress: digests of numbers, 140 kB of them.
    const text = (n: number) => Array.from({ length: 2200 }, (_, k) => sha256Hex(`${n}/${k}`)).join('');
    for (let n = 0; n < 20; n++) await ask(n, { payload: { text: text(n) } });
    expect(await sweepRequestEvaluations()).toBe(20);
    const statements = await sql<{ records: number }>(
      'SELECT count(*)::int AS records FROM policy_evaluations WHERE tenant_id = $1 GROUP BY xmin::text',
      [tenant],
    );
    expect(statements.length).toBeGreaterThan(1);
    expect(Math.max(...statements.map(({ records }) => records))).toBeLessThan(13);
  });

  test('more than a batch is recorded in one sweep', async () => {
    const { request_id: id } = await ask(1);
    await sql(
      `INSERT INTO approval_requests (id, tenant_id, correlation_id, status, seq, last_hash, policy_type, skill_id, payload, payload_digest,
         title, policy, evaluation, required_level, min_approvals, created_at, updated_at, expires_at)
       SELECT id || n, tenant_id, id || n, status, seq, last_hash, policy_type, skill_id, payload, payload_digest, title, policy, evaluation,
         required_level, min_approvals, created_at, updated_at, expires_at
       FROM approval_requests, generate_series(1, 2500) n WHERE id = $1`,
      [id],
    );
    expect(await sweepRequestEvaluations()).toBe(2501);
  });
});

describe('the list', () => {
  test('is filtered by time, answer, skill, rule, version and source, and paged without gaps or repeats', async () => {
    await activate(LARGE, SMALL);
    const first = await evaluate(manager.actor, question(1));
    const second = await evaluate(manager.actor, question(250_000, { skill_id: 'deploy' }));
    await flushEvaluations();
    const request = await ask(50_000);
    await sweepRequestEvaluations();
    await sql(`UPDATE policy_evaluations SET at = $2 WHERE evaluation_id = $1`, [
      first.evaluation_id,
      '2026-01-01T12:00:00Z',
    ]);
    await sql(`UPDATE policy_evaluations SET at = $2 WHERE evaluation_id = $1`, [
      second.evaluation_id,
      '2026-01-02T00:00:00Z',
    ]);
    const ids = async (query: Parameters<typeof listed>[0]) =>
      (await listed(query)).data.map((record) => record.evaluation_id);
    const [a, b, c] = [first.evaluation_id, second.evaluation_id, request.evaluation_id];
    expect(await ids({})).toEqual([c, b, a]);
    expect(await ids({ from: '2026-01-01', to: '2026-01-02' })).toEqual([a]);
    expect(await ids({ from: '2026-01-02T00:00:00Z' })).toEqual([c, b]);
    expect(await ids({ decision: 'allow' })).toEqual([a]);
    expect(await ids({ skill_id: 'deploy' })).toEqual([b]);
    expect(await ids({ rule_id: 'large' })).toEqual([b]);
    expect(await ids({ source: 'request' })).toEqual([c]);
    expect(await ids({ policy_version: first.policy_version ?? '' })).toEqual([c, b, a]);
    expect(await ids({ policy_version: 'globex@1' })).toEqual([]);
    const page = await listed({ limit: 2 });
    const rest = await listed({ limit: 2, cursor: page.next_cursor ?? '' });
    expect([...page.data, ...rest.data].map((record) => record.evaluation_id)).toEqual([c, b, a]);
    expect(rest.next_cursor).toBeNull();
  });

  test('shows nothing of another tenant', async () => {
    const { evaluation_id: id } = await evaluate(manager.actor, question(1));
    await flushEvaluations();
    const globex = await addKey(sql, await addTenant(sql, `globex-${serial}`), ['policy:manage']);
    expect((await listEvaluations(globex.actor, { limit: 50 })).data).toEqual([]);
    await expect(getEvaluation(globex.actor, id)).rejects.toMatchObject({ code: 'evaluation/not-found' });
    expect((await getEvaluation(manager.actor, id)).evaluation_id).toBe(id);
  });
});

describe('what is kept', () => {
  test('is everything for 30 days until somebody says otherwise, who must have seen the latest configuration', async () => {
    const { resource, etag } = await getRecording(manager.actor);
    expect(resource).toEqual({ tenant_id: tenant, sample_rate: 1, retain_days: 30 });
    const body = { sample_rate: 0.25, retain_days: 7 };
    const changed = await putRecording(manager.actor, body, { ...NO_CALL, ifMatch: etag });
    expect(changed.resource).toEqual({ tenant_id: tenant, ...body });
    await expect(putRecording(manager.actor, body, { ...NO_CALL, ifMatch: etag })).rejects.toMatchObject({
      code: 'config/changed',
    });
    expect((await getRecording(manager.actor)).etag).toBe(changed.etag);
    expect((await getPolicyConfig(tenant))?.recording).toEqual({ sampleRate: 0.25, retainDays: 7 });
    const [entry] = await sql(
      `SELECT data FROM audit_log WHERE tenant_id = $1 AND action = 'policy.recording_changed'`,
      [tenant],
    );
    expect(entry).toEqual({ data: body });
  });

  test('is removed when it is older than that, more than a batch of it, and nothing younger or of a tenant that keeps longer', async () => {
    await removeExpiredEvaluations();
    await keep(1, 7);
    const patient = await addTenant(sql, `patient-${serial}`);
    const { evaluation_id: id } = await evaluate(manager.actor, question(1));
    await flushEvaluations();
    const copy = async (to: string, count: number, age: string) =>
      sql(
        `INSERT INTO policy_evaluations SELECT 'evl_' || $3 || n, $2, now_ms() - $4::interval, source, request_id, policy_type, skill_id, agent_id,
           question, facts, decision, level, min_approvals, reasons, matched_rules, errors, violations, cost_cents, policy_version
         FROM policy_evaluations, generate_series(1, $5::int) n WHERE evaluation_id = $1`,
        [id, to, age, age, count],
      );
    await copy(tenant, 2100, '7 days 1 minute');
    await copy(tenant, 3, '6 days 23 hours');
    await copy(patient, 4, '29 days');
    await copy(patient, 5, '31 days');
    expect(await removeExpiredEvaluations()).toBe(2105);
    const left = await sql<{ tenant_id: string; count: number }>(
      'SELECT tenant_id, count(*)::int FROM policy_evaluations WHERE tenant_id = ANY ($1) GROUP BY 1 ORDER BY 1',
      [[tenant, patient]],
    );
    expect(left).toEqual([
      { tenant_id: tenant, count: 4 },
      { tenant_id: patient, count: 4 },
    ]);
  });
});
