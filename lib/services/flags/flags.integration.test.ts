import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FlagRow, RuleBody } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { isAppError } from '@/lib/domain/errors';
import { resetEnv } from '@/lib/platform/env';
import {
  activatePolicySet,
  createPolicySet,
  evaluate,
  forgetTenantConfig,
  putEmergencyStop,
} from '@/lib/services/policy';
import { commandRequest, createRequest, getRequest } from '@/lib/services/requests';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addPerson, addTenant, type TestKey, type TestPerson, testDatabase } from '@/lib/testing/people';
import { getFlags, putFlags, settleFlagChanges } from '.';

const sql = testDatabase();

let serial = 0;
let tenant: string;
let asker: TestPerson;
let other: TestPerson;
let bot: TestKey;

const call = (ifMatch = '*') => ({ ...NO_CALL, ifMatch });
const flag = (over: Partial<FlagRow> = {}): FlagRow => ({
  key: 'big_spender',
  environment: 'production',
  enabled: false,
  rollout_percentage: 100,
  requires_signoff: true,
  ...over,
});
const put = (flags: FlagRow[], person = asker, ifMatch = '*') => putFlags(person.actor, { flags }, call(ifMatch));
const read = async () => (await getFlags(asker.actor)).resource.flags;
const one = async () => {
  const [first] = await read();
  if (first === undefined) throw new Error('there is no flag');
  return first;
};
const pending = async () => {
  const { pending_request_id: id } = await one();
  if (id === null) throw new Error('nothing waits');
  return id;
};
const approve = (id: string, person = other) =>
  commandRequest(person.actor, id, { type: 'approve', notes: 'fine' }, NO_CALL);
const audited = async () =>
  (await sql<{ action: string }>('SELECT action FROM audit_log WHERE tenant_id = $1 ORDER BY seq', [tenant])).map(
    ({ action }) => action,
  );
const outcomes = async () =>
  (
    await sql<{ status: string }>('SELECT status FROM feature_flag_changes WHERE tenant_id = $1 ORDER BY request_id', [
      tenant,
    ])
  ).map(({ status }) => status);

async function refusal(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return 'no refusal';
  } catch (error) {
    if (!isAppError(error)) throw error;
    return error.code;
  }
}

beforeAll(async () => {
  await addTenant(sql, 'globex');
});

beforeEach(async () => {
  tenant = await addTenant(sql, `acme-${++serial}`);
  asker = await addPerson(sql, tenant, 'admin');
  other = await addPerson(sql, tenant, 'admin');
  bot = await addKey(sql, tenant, ['*']);
});

describe('a flag that needs sign-off', () => {
  beforeEach(async () => {
    await put([flag()]);
  });

  test('is not switched on by who asks, nor by an approval of theirs, and is by somebody else’s, once', async () => {
    const { resource } = await putFlags(
      asker.actor,
      { flags: [flag({ enabled: true })], reason: 'The pilot is over' },
      call(),
    );
    expect(resource.flags[0]).toMatchObject({
      enabled: false,
      pending_change: { enabled: true, rollout_percentage: 100, requires_signoff: true, removes: false },
    });
    const id = await pending();
    const request = await getRequest(asker.actor, id);
    expect(request).toMatchObject({
      status: 'pending',
      title: 'Switch on the flag big_spender in production',
      justification: 'The pilot is over',
      policy_type: 'capability',
      skill_id: 'countersign.flags.change',
      required_level: 4,
      payload: { flag: 'big_spender', environment: 'production', from: { enabled: false }, to: { enabled: true } },
    });
    expect(await refusal(approve(id, asker))).toBe('review/self-approval');
    expect(await settleFlagChanges()).toBe(0);
    await approve(id);
    expect(await one()).toMatchObject({ enabled: false, pending_request_id: id });
    expect(await Promise.all([settleFlagChanges(), settleFlagChanges()])).toContain(1);
    expect(await settleFlagChanges()).toBe(0);
    expect(await one()).toMatchObject({ enabled: true, pending_request_id: null });
    expect(await audited()).toEqual([
      'policy.flag_changed',
      'policy.flag_signoff_requested',
      'policy.flag_change_applied',
    ]);
    await expectInvariants(sql);
  });

  test('stays as it is when the request is rejected, cancelled or expires', async () => {
    const ends = {
      rejected: (id: string) => commandRequest(other.actor, id, { type: 'reject', notes: 'Not yet' }, NO_CALL),
      cancelled: (id: string) => commandRequest(asker.actor, id, { type: 'cancel', reason: 'Not yet' }, NO_CALL),
      expired: async (id: string) => {
        await sql(
          `UPDATE approval_requests SET created_at = created_at - interval '3 days', expires_at = expires_at - interval '2 days',
             escalates_at = NULL WHERE id = $1`,
          [id],
        );
        expect(await refusal(approve(id))).toBe('request/expired');
      },
    };
    for (const [status, end] of Object.entries(ends)) {
      await put([flag({ enabled: true })]);
      const id = await pending();
      await end(id);
      expect(await settleFlagChanges(), status).toBe(1);
      expect((await getRequest(asker.actor, id)).status).toBe(status);
      expect(await one(), status).toMatchObject({ enabled: false, pending_request_id: null });
    }
    expect(await outcomes()).toEqual(['refused', 'refused', 'refused']);
  });

  test('is switched off at once, and what waited is withdrawn', async () => {
    await put([flag({ enabled: true, rollout_percentage: 10 })]);
    await approve(await pending());
    await settleFlagChanges();
    await put([flag({ enabled: true, rollout_percentage: 50 })]);
    const id = await pending();
    await put([flag({ enabled: false, rollout_percentage: 10 })]);
    expect(await one()).toMatchObject({ enabled: false, pending_request_id: null });
    expect(await settleFlagChanges()).toBe(1);
    expect(await getRequest(asker.actor, id)).toMatchObject({ status: 'cancelled', resolved_by: 'flags' });
    expect((await outcomes()).sort()).toEqual(['applied', 'outdated']);
  });

  test('does not become what was approved when it changed in between, and the request says so', async () => {
    await put([flag({ enabled: true })]);
    const id = await pending();
    await approve(id);
    await put([flag({ rollout_percentage: 5 })]);
    await settleFlagChanges();
    expect(await one()).toMatchObject({ enabled: false, rollout_percentage: 5, pending_request_id: null });
    const { status, status_history: history } = await getRequest(asker.actor, id);
    expect(status).toBe('approved');
    expect(history.at(-1)).toMatchObject({ event: 'approval.commented', actor_name: 'flags' });
    expect(await outcomes()).toEqual(['outdated']);
  });

  test('asks once for the same, and refuses another wish while one waits', async () => {
    await put([flag({ enabled: true })]);
    const id = await pending();
    await put([flag({ enabled: true })]);
    await put([flag()]);
    expect(await pending()).toBe(id);
    expect(await refusal(put([flag({ enabled: true, requires_signoff: false })]))).toBe('flag/change-pending');
    expect(await outcomes()).toEqual(['waiting']);
  });

  test('is not got rid of either: it goes when somebody else agrees, and is off until then', async () => {
    await put([]);
    expect(await one()).toMatchObject({ enabled: false, pending_change: { removes: true } });
    await approve(await pending());
    await settleFlagChanges();
    expect(await read()).toEqual([]);
  });

  test('is not let through by a rule that allows, a ceiling, or a request that only bears the name', async () => {
    const rule: RuleBody = {
      rule_id: 'allow-all',
      priority: 0,
      when: 'true',
      effect: 'allow',
      reason: 'Everything may pass',
      tags: [],
      examples: [],
    };
    const body = { tenant_id: tenant, default: { effect: 'require_approval' as const, level: 1 }, rules: [rule] };
    const { version } = await createPolicySet(asker.actor, body, NO_CALL);
    await activatePolicySet(asker.actor, version, 'Try', NO_CALL);
    const forged = await createRequest(
      bot.actor,
      {
        policy_type: 'capability',
        skill_id: 'countersign.flags.change',
        tenant_id: tenant,
        payload: { flag: 'big_spender', environment: 'production', to: { enabled: true } },
        links: [],
      },
      NO_CALL,
    );
    expect(forged.request.status).toBe('approved');
    expect(await settleFlagChanges()).toBe(0);
    expect(await one()).toMatchObject({ enabled: false });
    await put([flag({ enabled: true })]);
    expect(await getRequest(asker.actor, await pending())).toMatchObject({ status: 'pending', required_level: 4 });
  });

  test('is refused at once while the emergency stop is on', async () => {
    const owner = await addPerson(sql, tenant, 'owner');
    await putEmergencyStop(owner.actor, { active: true, reason: 'Leak' });
    await put([flag({ enabled: true })]);
    expect(await getRequest(asker.actor, await pending())).toMatchObject({ status: 'rejected' });
    await settleFlagChanges();
    expect(await one()).toMatchObject({ enabled: false, pending_request_id: null });
  });

  test('whose change was written down and never asked about waits for nothing', async () => {
    await sql(
      `INSERT INTO feature_flag_changes (request_id, tenant_id, environment, key, base_revision, enabled, rollout_percentage,
         requires_signoff, removes, asked_by, asked_by_name, asked_at)
       SELECT 'req_0000000000000000000000000' || n, tenant_id, environment, key, revision, true, 100, true, false, 'x', 'x',
         now_ms() - make_interval(secs => n * 40) FROM feature_flags, generate_series(1, 2) n WHERE tenant_id = $1`,
      [tenant],
    );
    expect((await one()).pending_request_id).toBeNull();
    expect(await settleFlagChanges()).toBe(1);
    expect(await outcomes()).toEqual(['waiting', 'refused']);
    await sql('DELETE FROM feature_flag_changes WHERE tenant_id = $1', [tenant]);
  });
});

describe('the list of flags', () => {
  test('is written only by who has read it, and not at all when it says what is so', async () => {
    const first = await put([flag({ requires_signoff: false }), flag({ environment: 'staging' })]);
    const same = await put([flag({ environment: 'staging' }), flag({ requires_signoff: false })], asker, first.etag);
    expect(same).toEqual(first);
    await put([flag({ requires_signoff: false, owner: 'payments' })]);
    expect(await refusal(put([], other, first.etag))).toBe('config/changed');
    expect(await refusal(put([flag(), flag()]))).toBe('input/invalid');
  });

  test('keeps what waits when only its owner or its description changes', async () => {
    await put([flag()]);
    await put([flag({ enabled: true })]);
    const id = await pending();
    await put([flag({ owner: 'payments', description: 'Lets them pay' })]);
    expect(await one()).toMatchObject({ owner: 'payments', pending_request_id: id });
    await approve(id);
    await settleFlagChanges();
    expect(await one()).toMatchObject({ enabled: true, owner: 'payments', description: 'Lets them pay' });
  });

  test('of another tenant is not seen, and what waits there is not touched', async () => {
    await put([flag()]);
    const stranger = await addPerson(sql, 'globex', 'owner');
    expect((await getFlags(stranger.actor)).resource.flags).toEqual([]);
    await putFlags(stranger.actor, { flags: [flag({ enabled: true, requires_signoff: false })] }, call());
    expect(await one()).toMatchObject({ enabled: false });
  });

  test('that two write at once is written by one of them', async () => {
    const { etag } = await put([flag({ requires_signoff: false })]);
    const answers = await Promise.all(
      [10, 20, 30].map((rollout_percentage) =>
        refusal(put([flag({ requires_signoff: false, rollout_percentage })], asker, etag)),
      ),
    );
    expect(answers.sort()).toEqual(['config/changed', 'config/changed', 'no refusal']);
  });
});

describe('rules', () => {
  const decide = async (agentId: string) =>
    (
      await evaluate(bot.actor, {
        policy_type: 'cost',
        skill_id: 'x',
        tenant_id: tenant,
        agent_id: agentId,
        payload: {},
      })
    ).decision;
  const agents = Array.from({ length: 400 }, (_, n) => `agent-${n}`);
  const allowed = async () => {
    const decisions = await Promise.all(agents.map(decide));
    return new Set(agents.filter((_, n) => decisions[n] === 'allow'));
  };

  beforeEach(async () => {
    const rule: RuleBody = {
      rule_id: 'flagged',
      priority: 0,
      when: 'flags.big_spender',
      effect: 'allow',
      reason: 'In the rollout',
      tags: [],
      examples: [
        {
          name: 'on',
          request: { policy_type: 'cost', skill_id: 'x', payload: {} },
          flags: { big_spender: true },
          expect: true,
        },
      ],
    };
    const body = { tenant_id: tenant, default: { effect: 'require_approval' as const, level: 1 }, rules: [rule] };
    const { version } = await createPolicySet(asker.actor, body, NO_CALL);
    await activatePolicySet(asker.actor, version, 'Try', NO_CALL);
  });

  test('fail closed where there is no such flag, and say so', async () => {
    const answer = await evaluate(bot.actor, { policy_type: 'cost', skill_id: 'x', tenant_id: tenant, payload: {} });
    expect(answer).toMatchObject({ decision: 'requires_approval', errors: [{ rule_id: 'flagged' }] });
  });

  test('see a flag on for its share of the agents, always the same ones, and more of them when it grows', async () => {
    const free = { requires_signoff: false, enabled: true };
    await put([flag({ ...free, rollout_percentage: 20 })]);
    const few = await allowed();
    expect(few.size).toBeGreaterThan(40);
    expect(few.size).toBeLessThan(130);
    expect(await allowed()).toEqual(few);
    await put([flag({ ...free, rollout_percentage: 60 })]);
    const many = await allowed();
    expect(many.size).toBeGreaterThan(180);
    expect(many.size).toBeLessThan(300);
    expect(many.isSupersetOf(few)).toBe(true);
    await put([flag({ ...free, rollout_percentage: 100 })]);
    expect((await allowed()).size).toBe(agents.length);
    await put([flag({ ...free, enabled: false })]);
    expect((await allowed()).size).toBe(0);
  });

  test('see the flags of their deployment’s environment and no other', async () => {
    const free = { requires_signoff: false, enabled: true };
    await put([flag({ ...free, environment: 'staging' })]);
    expect(await decide('a')).toBe('requires_approval');
    vi.stubEnv('COUNTERSIGN_ENVIRONMENT', 'staging');
    resetEnv();
    forgetTenantConfig(tenant);
    try {
      expect(await decide('a')).toBe('allow');
      expect((await getFlags(asker.actor)).resource.environment).toBe('staging');
    } finally {
      vi.stubEnv('COUNTERSIGN_ENVIRONMENT', '');
      resetEnv();
      forgetTenantConfig(tenant);
    }
  });
});
