import { beforeEach, describe, expect, test } from 'vitest';
import { type EvaluateBody, PolicySetBody, type ReplayReport } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { emptyTally } from '@/lib/domain/policy';
import { flushEvaluations } from '@/lib/platform/db';
import { claimReplay, finishReplay, saveReplay } from '@/lib/platform/db/worker';
import { commandRequest, createRequest } from '@/lib/services/requests';
import { hold } from '@/lib/testing/locks';
import { addKey, addPerson, addTenant, type TestKey, testDatabase } from '@/lib/testing/people';
import {
  activatePolicySet,
  cancelReplay,
  createPolicySet,
  createReplay,
  evaluateBatch,
  getReplay,
  listReplays,
  putEmergencyStop,
  putLevels,
  runReplays,
  sweepRequestEvaluations,
} from '.';

const sql = testDatabase();

let serial = 0;
let tenant: string;
let manager: TestKey;
let asker: TestKey;

beforeEach(async () => {
  await runReplays(GO_ON);
  serial += 1;
  tenant = await addTenant(sql, `acme-${serial}`);
  manager = await addKey(sql, tenant, ['policy:manage', 'policy:evaluate']);
  asker = await addKey(sql, tenant, ['requests:create']);
});

const GO_ON = new AbortController().signal;
const ALWAYS = { from: '2020-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' };
const rule = (ruleId: string, when: string, effect: string, over: object = {}) => ({
  rule_id: ruleId,
  when,
  effect,
  reason: `It is ${ruleId}`,
  ...over,
});
const SMALL = rule('small', 'request.payload.amount_cents <= 1000', 'allow');
const TINY = rule('tiny', 'request.payload.amount_cents <= 10', 'allow');
const HUGE = rule('huge', 'request.payload.amount_cents > 5000', 'deny');
const OWNERS = rule('owners', 'request.payload.amount_cents > 10', 'require_approval', { level: 2, min_approvals: 2 });

const draft = async (...rules: object[]) =>
  (await createPolicySet(manager.actor, PolicySetBody.parse({ tenant_id: tenant, rules }), NO_CALL)).version;
const activate = async (...rules: object[]) =>
  activatePolicySet(manager.actor, await draft(...rules), 'Agreed', NO_CALL);
const question = (amountCents: number): EvaluateBody => ({
  tenant_id: tenant,
  skill_id: 'payments.transfer',
  payload: { amount_cents: amountCents },
  policy_type: 'cost',
});
const ask = async (amountCents: number) =>
  (await createRequest(asker.actor, { ...question(amountCents), links: [] }, NO_CALL)).request;
const evaluateMany = async (...amounts: number[]) => {
  await evaluateBatch(manager.actor, amounts.map(question));
  await flushEvaluations();
};
const replay = (version: string, period = ALWAYS) => createReplay(manager.actor, version, period, NO_CALL);
async function reportOf(version: string, period = ALWAYS): Promise<ReplayReport> {
  const { replay_id: id } = await replay(version, period);
  await runReplays(GO_ON);
  const { status, report, error } = await getReplay(manager.actor, id);
  if (report === null) throw new Error(`it is ${status}: ${error}`);
  return report;
}

describe('a replay', () => {
  test('judges the recorded facts again and says what flips, with examples, and what is spent or waits then', async () => {
    await activate(SMALL);
    await evaluateMany(5, 500, 600, 20_000);
    const flipped = await ask(700);
    await ask(9000);
    await sweepRequestEvaluations();
    const version = await draft(TINY, HUGE, OWNERS);
    const report = await reportOf(version);
    expect(report).toMatchObject({ evaluated: 6, requests: 2, agreed: 1, overridden: 0, erred: 0, flips_omitted: 0 });
    const kinds = report.flips.map(({ from, to, count, requests, cost_cents }) => [
      from.decision,
      to.decision,
      to.approval_level_required,
      to.min_approvals,
      count,
      requests,
      cost_cents,
    ]);
    expect(kinds).toEqual([
      ['allow', 'requires_approval', 2, 2, 3, 1, 700],
      ['requires_approval', 'deny', null, null, 2, 1, 9000],
    ]);
    expect(report.flips[0]?.examples).toContainEqual({
      evaluation_id: flipped.evaluation_id,
      request_id: flipped.request_id,
      at: flipped.created_at,
      skill_id: 'payments.transfer',
      agent_id: null,
      cost_cents: 700,
      reasons: ['It is owners'],
    });
    expect(report.spend).toEqual({
      newly_allowed: { requests: 0, cost_cents: 0, unknown_costs: 0 },
      newly_waiting: { requests: 1, cost_cents: 700, unknown_costs: 0 },
      newly_denied: { requests: 1, cost_cents: 9000, unknown_costs: 0 },
    });
    expect(report.effort).toMatchObject({
      decisions_before: 1,
      decisions_after: 2,
      unassigned_before: 1,
      unassigned_after: 2,
    });
    expect(report.wait).toEqual({ before: null, after: null, measured_requests: 0 });
  });

  test('predicts waits, hours and who carries them from what people did', async () => {
    await activate(rule('two', 'true', 'require_approval', { level: 2 }));
    const [ada, bob] = [await addPerson(sql, tenant, 'operator'), await addPerson(sql, tenant, 'operator')];
    for (const [n, person] of [ada, ada, ada, bob].entries()) {
      const request = await ask(100);
      await commandRequest(person.actor, request.request_id, { type: 'approve' }, NO_CALL);
      await sql(`ALTER TABLE approval_requests DISABLE TRIGGER approval_requests_terminal`);
      await sql(`UPDATE approval_requests SET resolved_at = created_at + make_interval(secs => $2) WHERE id = $1`, [
        request.request_id,
        (n + 1) * 3600,
      ]);
      await sql(`ALTER TABLE approval_requests ENABLE TRIGGER approval_requests_terminal`);
    }
    await sweepRequestEvaluations();
    const doubled = await reportOf(await draft(OWNERS));
    expect(doubled.effort).toMatchObject({
      decisions_before: 4,
      decisions_after: 8,
      waiting_hours_before: expect.closeTo(4 * 2.5, 0),
      waiting_hours_after: expect.closeTo(8 * 2.5, 0),
      approvers: [
        { user_id: ada.userId, decisions_before: 3, decisions_after: 6 },
        { user_id: bob.userId, decisions_before: 1, decisions_after: 2 },
      ],
      unassigned_after: 0,
    });
    expect(doubled.wait.measured_requests).toBe(4);
    expect(doubled.wait.before?.p50_seconds).toBeCloseTo(9000, -3);
    expect(doubled.wait.after?.p90_seconds).toBeGreaterThan(12_000);
    const none = await reportOf(await draft(rule('all', 'true', 'allow')));
    expect(none.effort).toMatchObject({ decisions_after: 0, waiting_hours_after: 0 });
    expect(none.wait.after).toBeNull();
    expect(none.spend.newly_allowed).toEqual({ requests: 4, cost_cents: 400, unknown_costs: 0 });
  });

  test('names nobody who has left, or whose vote is not enough, as who would carry them', async () => {
    await activate(rule('four', 'true', 'require_approval', { level: 4 }));
    const [ada, bob] = [await addPerson(sql, tenant, 'admin'), await addPerson(sql, tenant, 'admin')];
    const eve = await addPerson(sql, tenant, 'operator');
    for (const person of [ada, bob]) {
      const { request_id: id } = await ask(100);
      await commandRequest(eve.actor, id, { type: 'approve' }, NO_CALL);
      await commandRequest(person.actor, id, { type: 'approve' }, NO_CALL);
    }
    await sweepRequestEvaluations();
    const version = await draft(OWNERS);
    const names = (report: ReplayReport) => report.effort.approvers.map(({ user_id }) => user_id).sort();
    const four = await draft(rule('all', 'true', 'require_approval', { level: 4 }));
    expect(names(await reportOf(four))).toEqual([ada.userId, bob.userId].sort());
    await sql('UPDATE memberships SET removed_at = now() WHERE member_id = $1', [bob.actor.memberId]);
    expect(await reportOf(four)).toMatchObject({
      effort: { approvers: [{ user_id: ada.userId, decisions_before: 2, decisions_after: 2 }], unassigned_after: 0 },
    });
    expect((await reportOf(version)).effort).toMatchObject({ unassigned_before: 0, unassigned_after: 4 });
  });

  test('leaves what the emergency stop denied as it was, and judges under no stop', async () => {
    await activate(SMALL);
    const owner = await addPerson(sql, tenant, 'owner');
    await putEmergencyStop(owner.actor, { active: true, reason: 'Leak' });
    await evaluateMany(5, 6);
    const report = await reportOf(await draft(SMALL));
    expect(report).toMatchObject({ evaluated: 2, overridden: 2, agreed: 2, flips: [] });
    await putEmergencyStop(owner.actor, { active: false, reason: 'Over' });
    await evaluateMany(5);
    await putEmergencyStop(owner.actor, { active: true, reason: 'Again' });
    expect(await reportOf(await draft(SMALL))).toMatchObject({ evaluated: 3, overridden: 2, agreed: 3 });
  });

  test('counts where a condition fails, takes the period to the millisecond, and nothing of another tenant', async () => {
    await activate(SMALL);
    await evaluateMany(1, 2, 3);
    await sql(
      `UPDATE policy_evaluations SET at = '2026-01-01T00:00:00Z'::timestamptz + ((facts->'request'->'payload'->>'amount_cents')::int) * interval '1 ms' WHERE tenant_id = $1`,
      [tenant],
    );
    const fails = await draft(rule('fails', `request.payload.missing == 1`, 'deny'));
    const report = await reportOf(fails, { from: '2026-01-01T00:00:00.002Z', to: '2026-01-01T00:00:00.003Z' });
    expect(report).toMatchObject({ evaluated: 1, erred: 1, agreed: 0 });
    expect(report.flips[0]?.to.decision).toBe('deny');
    const other = await addTenant(sql, `globex-${serial}`);
    const globex = await addKey(sql, other, ['policy:manage']);
    const set = await createPolicySet(globex.actor, PolicySetBody.parse({ tenant_id: other, rules: [] }), NO_CALL);
    const theirs = await createReplay(globex.actor, set.version, ALWAYS, NO_CALL);
    await runReplays(GO_ON);
    expect((await getReplay(globex.actor, theirs.replay_id)).report).toMatchObject({ evaluated: 0 });
    await expect(getReplay(manager.actor, theirs.replay_id)).rejects.toMatchObject({ code: 'replay/not-found' });
    await expect(cancelReplay(manager.actor, theirs.replay_id, NO_CALL)).rejects.toMatchObject({
      code: 'replay/not-found',
    });
    await expect(createReplay(manager.actor, set.version, ALWAYS, NO_CALL)).rejects.toMatchObject({
      code: 'policy-set/not-found',
    });
    expect((await listReplays(manager.actor, { limit: 50 })).data).toHaveLength(1);
  });

  test('of nothing is done at once; a period that is over before it begins, or lies ahead, is refused', async () => {
    const version = await draft(SMALL);
    expect(await reportOf(version)).toMatchObject({ evaluated: 0, flips: [] });
    for (const period of [
      { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' },
      { from: '2100-01-01T00:00:00Z', to: '2101-01-01T00:00:00Z' },
    ])
      await expect(replay(version, period)).rejects.toMatchObject({ code: 'input/invalid' });
  });
});

describe('whoever runs it', () => {
  /** More than some pages of records. */
  async function recordMany(count: number): Promise<void> {
    await activate(SMALL);
    await evaluateMany(500);
    await sql(
      `INSERT INTO policy_evaluations SELECT evaluation_id || n, tenant_id, at - n * interval '1 ms', source, request_id, policy_type, skill_id,
         agent_id, question, facts, decision, level, min_approvals, reasons, matched_rules, errors, violations, cost_cents, policy_version
       FROM policy_evaluations, generate_series(1, $2::int) n WHERE tenant_id = $1`,
      [tenant, count - 1],
    );
  }

  test('goes on from what was saved last when the one before is gone, and counts everything once', async () => {
    await recordMany(1200);
    const { replay_id: id } = await replay(await draft(TINY));
    const ending = new AbortController();
    ending.abort();
    // The first takes it, saves after a page, and is asked to end.
    expect(await runOnce(ending.signal)).toBe(0);
    const halfway = await getReplay(manager.actor, id);
    expect(halfway).toMatchObject({ status: 'running', total: 1200, evaluated: 250 });
    await runReplays(GO_ON);
    expect(await getReplay(manager.actor, id)).toMatchObject({
      status: 'done',
      evaluated: 1200,
      total: 1200,
      report: { evaluated: 1200, flips: [{ count: 1200 }] },
    });
  });

  /** Begins one replay under a signal that is given already. */
  async function runOnce(signal: AbortSignal): Promise<number> {
    let asked = false;
    // Not ended yet when it looks for work, ended when it has done a page.
    const late = {
      get aborted() {
        const before = asked;
        asked = true;
        return before && signal.aborted;
      },
    } as AbortSignal;
    return runReplays(late);
  }

  test('who lost it to another one writes nothing any more', async () => {
    await recordMany(10);
    const { replay_id: id } = await replay(await draft(TINY));
    const first = await claimReplay(0);
    const second = await claimReplay(10);
    if (first === null || second === null) throw new Error('not claimed');
    expect([first.replayId, second.replayId, second.fence]).toEqual([id, id, first.fence + 1]);
    const progress = {
      configVersion: 1n,
      total: 10,
      position: { at: new Date(), evaluationId: 'evl_x' },
      tally: { ...emptyTally(), evaluated: 7 },
    };
    expect(await saveReplay(first, 10, progress)).toBe(false);
    expect(await finishReplay(first, { error: 'x' })).toBe(false);
    expect((await getReplay(manager.actor, id)).evaluated).toBe(0);
    expect(await saveReplay(second, 0, progress)).toBe(true);
    // What was counted under another configuration is counted anew.
    await runReplays(GO_ON);
    expect((await getReplay(manager.actor, id)).report?.evaluated).toBe(10);
  });

  test('stops when it is cancelled, and what has ended cannot be', async () => {
    await recordMany(10);
    const version = await draft(TINY);
    const { replay_id: id } = await replay(version);
    const claimed = await claimReplay(10);
    expect((await cancelReplay(manager.actor, id, NO_CALL)).status).toBe('cancelled');
    expect(claimed === null ? null : await finishReplay(claimed, { error: 'late' })).toBe(false);
    expect(await runReplays(GO_ON)).toBe(0);
    expect(await getReplay(manager.actor, id)).toMatchObject({ status: 'cancelled', report: null });
    const done = await replay(version);
    await runReplays(GO_ON);
    expect((await cancelReplay(manager.actor, done.replay_id, NO_CALL)).status).toBe('done');
    const entries = await sql(
      `SELECT action FROM audit_log WHERE tenant_id = $1 AND target_kind = 'policy_replay' ORDER BY seq`,
      [tenant],
    );
    expect(entries.map(({ action }) => action)).toEqual([
      'policy.replay_requested',
      'policy.replay_cancelled',
      'policy.replay_requested',
    ]);
  });

  test('runs one of a tenant at a time, in order, and several workers share those of several', async () => {
    await recordMany(5);
    const version = await draft(TINY);
    const first = await replay(version);
    const second = await replay(version);
    expect((await claimReplay(10))?.replayId).toBe(first.replay_id);
    expect(await claimReplay(10)).toBeNull();
    await cancelReplay(manager.actor, first.replay_id, NO_CALL);
    expect((await claimReplay(0))?.replayId).toBe(second.replay_id);
    const more = await Promise.all(Array.from({ length: 5 }, () => replay(version)));
    await Promise.all([runReplays(GO_ON), runReplays(GO_ON), runReplays(GO_ON)]);
    await runReplays(GO_ON);
    for (const { replay_id: id } of [second, ...more]) {
      expect(await getReplay(manager.actor, id)).toMatchObject({ status: 'done', evaluated: 5 });
    }
  });

  describe('for several tenants', () => {
    /** The replays that were done since the test began, in that order, and how often a worker took each. */
    const done = (ids: readonly string[]) =>
      sql<{ replay_id: string; fence: number }>(
        `SELECT replay_id, fence FROM policy_replays WHERE replay_id = ANY($1) AND status = 'done' ORDER BY finished_at`,
        [ids],
      );

    /** Goes on as somebody in another tenant. */
    async function moveElsewhere(): Promise<void> {
      tenant = await addTenant(sql, `${tenant}-other`);
      manager = await addKey(sql, tenant, ['policy:manage', 'policy:evaluate']);
      asker = await addKey(sql, tenant, ['requests:create']);
    }

    test('lets the others have their turn while a long one goes on, and counts everything of it once', async () => {
      await recordMany(1200);
      const long = await replay(await draft(TINY));
      const reader = manager;
      await moveElsewhere();
      await recordMany(5);
      const short = await replay(await draft(TINY));
      expect(await runReplays(GO_ON, { turnMs: 0 })).toBe(2);
      // It was given back once: then nobody waited any more.
      expect(await done([long.replay_id, short.replay_id])).toEqual([
        { replay_id: short.replay_id, fence: 1 },
        { replay_id: long.replay_id, fence: 2 },
      ]);
      expect(await getReplay(reader.actor, long.replay_id)).toMatchObject({
        status: 'done',
        evaluated: 1200,
        total: 1200,
        report: { evaluated: 1200, flips: [{ count: 1200 }] },
      });
    });

    test('does not give a long one back to go on with another one of the same tenant', async () => {
      await recordMany(600);
      const version = await draft(TINY);
      const ids = [await replay(version), await replay(version)].map(({ replay_id: id }) => id);
      expect(await runReplays(GO_ON, { turnMs: 0 })).toBe(2);
      expect(await done(ids)).toEqual(ids.map((replay_id) => ({ replay_id, fence: 1 })));
    });

    test('does not let whoever asked for many first have all of them first', async () => {
      await recordMany(5);
      const version = await draft(TINY);
      const many = [await replay(version), await replay(version), await replay(version)].map(({ replay_id: id }) => id);
      await moveElsewhere();
      await recordMany(5);
      const late = await draft(TINY);
      const few = [await replay(late), await replay(late)].map(({ replay_id: id }) => id);
      await runReplays(GO_ON);
      const order = (await done([...many, ...few])).map(({ replay_id: id }) => id);
      expect(order).toEqual([many[0], few[0], many[1], few[1], many[2]]);
    });
  });

  test('fails one that has been begun too often, and says so', async () => {
    await recordMany(5);
    const { replay_id: id } = await replay(await draft(TINY));
    for (let n = 0; n < 5; n++) await claimReplay(0);
    await runReplays(GO_ON);
    expect(await getReplay(manager.actor, id)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('too often'),
    });
  });

  test('goes on after the database was away', async () => {
    await recordMany(5);
    const { replay_id: id } = await replay(await draft(TINY));
    const held = await hold('LOCK TABLE policy_evaluations IN ACCESS EXCLUSIVE MODE');
    await expect(runReplays(GO_ON)).rejects.toThrow();
    await held.rollback();
    await sql('UPDATE policy_replays SET leased_until = now_ms() WHERE replay_id = $1', [id]);
    await runReplays(GO_ON);
    expect((await getReplay(manager.actor, id)).report?.evaluated).toBe(5);
  });

  test('a changed level configuration begins the counting again, under it', async () => {
    await recordMany(600);
    const version = await draft(rule('open', 'true', 'require_approval'));
    const { replay_id: id } = await replay(version);
    const ending = new AbortController();
    ending.abort();
    await runOnce(ending.signal);
    expect((await getReplay(manager.actor, id)).evaluated).toBe(250);
    await putLevels(manager.actor, [{ level: 5, min_approvals: 1 }] as Parameters<typeof putLevels>[1], {
      ...NO_CALL,
      ifMatch: '*',
    });
    await runReplays(GO_ON);
    const { report } = await getReplay(manager.actor, id);
    expect(report?.flips.map(({ to, count }) => [to.approval_level_required, count])).toEqual([[5, 600]]);
  });
});

test('the list is paged, and may be of one version', async () => {
  const [a, b] = [await draft(SMALL), await draft(TINY)];
  const ids = [await replay(a), await replay(b), await replay(a)].map(({ replay_id: id }) => id).reverse();
  const page = await listReplays(manager.actor, { limit: 2 });
  const rest = await listReplays(manager.actor, { limit: 2, cursor: page.next_cursor ?? '' });
  expect([...page.data, ...rest.data].map(({ replay_id: id }) => id)).toEqual(ids);
  expect(rest.next_cursor).toBeNull();
  expect((await listReplays(manager.actor, { limit: 9, policy_version: b })).data).toMatchObject([
    { policy_version: b },
  ]);
  expect((await listReplays(manager.actor, { limit: 9, policy_version: 'nonsense' })).data).toEqual([]);
});
