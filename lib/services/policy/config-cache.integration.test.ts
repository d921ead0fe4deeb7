import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { PolicySetBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { NO_CALL } from '@/lib/domain/call';
import { stopThreads } from '@/lib/platform/cel';
import { longestTurn } from '@/lib/testing/event-loop';
import { addKey, addTenant, testDatabase } from '@/lib/testing/people';
import {
  activatePolicySet,
  createPolicySet,
  evaluate,
  evaluateBatch,
  forgetTenantConfig,
  getPolicyConfig,
  putLevels,
  readPolicyConfig,
} from '.';

const sql = testDatabase();
afterAll(stopThreads);

let serial = 0;
let tenant: string;
let actor: Actor;

beforeEach(async () => {
  serial += 1;
  tenant = await addTenant(sql, `acme-${serial}`);
  actor = (await addKey(sql, tenant, ['policy:manage', 'policy:evaluate'])).actor;
});

/** Compiled at once these rules hold a process for more than half a second. No two tests have the same. */
const COUNT = 200;
const conditionOf = (n: number) =>
  `request.skill_id == 'skill-${n % 50}' && ` +
  Array.from({ length: 24 }, (_, i) => `request.payload.f_${serial}_${n}_${i} != '${'v'.repeat(20)}-${n}-${i}'`).join(
    ' && ',
  );
const EFFECTS = { allow: 'allow', deny: 'deny' } as const;

/** A draft that answers everything with one effect, by its first rule and its last: many others stand between. */
async function draft(effect: keyof typeof EFFECTS, count = COUNT): Promise<string> {
  const rule = (rule_id: string, when: string) => ({ rule_id, when, effect, reason: 'Because' });
  const between = Array.from({ length: count }, (_, n) => rule(`r${n}`, conditionOf(n)));
  const rules = [rule('first', 'true'), ...between, rule('last', 'true')];
  return (await createPolicySet(actor, PolicySetBody.parse({ tenant_id: tenant, rules }), NO_CALL)).version;
}

/** Activates a version as another process would: nothing here is told of it. */
async function activateElsewhere(version: string): Promise<void> {
  const number = version.split('@')[1];
  await sql(`UPDATE policy_sets SET status = 'retired' WHERE tenant_id = $1 AND status = 'active'`, [tenant]);
  await sql(
    `UPDATE policy_sets SET status = 'active', activated_at = now_ms(), activation_reason = 'x'
     WHERE tenant_id = $1 AND version = $2`,
    [tenant, number],
  );
  await sql('UPDATE tenants SET config_version = config_version + 1 WHERE tenant_id = $1', [tenant]);
}

const question = () => ({ tenant_id: tenant, skill_id: 'other', policy_type: 'cost' as const, payload: {} });
const answer = () => evaluate(actor, question());

/** Waits for the first look at the versions: from then on what is remembered is believed. */
const untilBelieved = () =>
  vi.waitFor(async () => expect(await getPolicyConfig(tenant)).toBe(await getPolicyConfig(tenant)), { timeout: 5000 });

test('a first answer waits until all rules are compiled, and everybody else goes on meanwhile', async () => {
  await activateElsewhere(await draft('deny'));
  const turn = await longestTurn(async () => {
    const all = await Promise.all(Array.from({ length: 20 }, answer));
    for (const { decision, matched_rules: matched } of all) {
      expect([decision, matched.map(({ rule_id: id }) => id)]).toEqual(['deny', ['first', 'last']]);
    }
  });
  expect(turn).toBeLessThan(150);
});

test('whoever activates rules compiles them first: the next answer is theirs, and holds nobody', async () => {
  await activatePolicySet(actor, await draft('allow', 1), 'x', NO_CALL);
  expect((await answer()).decision).toBe('allow');
  const version = await draft('deny');
  const turn = await longestTurn(async () => {
    await activatePolicySet(actor, version, 'x', NO_CALL);
    expect((await answer()).policy_version).toBe(version);
  });
  expect(turn).toBeLessThan(150);
});

test('rules that are activated elsewhere are compiled before they answer, and nothing is ever answered by half of each', async () => {
  const [small, large] = [await draft('allow', 1), await draft('deny')];
  await activateElsewhere(small);
  await answer();
  await untilBelieved();
  const seen = new Set<string>();
  const turn = await longestTurn(async () => {
    await activateElsewhere(large);
    const committedMs = performance.now();
    for (let version: string | null = null; version !== large; ) {
      const askedMs = performance.now();
      const said = await answer();
      version = said.policy_version;
      const matched = said.matched_rules.map(({ rule_id: id }) => id);
      expect([said.decision, matched]).toEqual([version === large ? 'deny' : 'allow', ['first', 'last']]);
      // Asked later than a second after the change, nobody hears of the rules before.
      if (version !== large) expect(askedMs - committedMs).toBeLessThan(1000);
      seen.add(version ?? '');
      // Asked again at every turn of the event loop: what is compiled in between, and who looks at the versions, have theirs.
      await nextTurn();
    }
  });
  expect([...seen]).toEqual([small, large]);
  expect(turn).toBeLessThan(150);
});

test('what changes beside the rules takes them over as they are, compiled', async () => {
  await activatePolicySet(actor, await draft('deny', 1), 'x', NO_CALL);
  const before = (await getPolicyConfig(tenant))?.active;
  await putLevels(actor, [], { ...NO_CALL, ifMatch: '*' });
  const after = await getPolicyConfig(tenant);
  expect(after?.active).toBe(before);
  expect(before?.rules).toHaveLength(3);
});

test('what was read before a change is not remembered after it', async () => {
  await untilBelieved();
  const early = readPolicyConfig(tenant);
  forgetTenantConfig(tenant);
  const late = getPolicyConfig(tenant);
  expect(await late).not.toBe(await early);
  // The later one is remembered: nothing is read again.
  expect(await getPolicyConfig(tenant)).toBe(await late);

  const before = readPolicyConfig(tenant);
  forgetTenantConfig(tenant);
  await before;
  await sql(`UPDATE tenants SET emergency_stop = true, emergency_stop_reason = 'x' WHERE tenant_id = $1`, [tenant]);
  expect((await getPolicyConfig(tenant))?.emergencyStop.active).toBe(true);
});

test('a batch is answered under one configuration, and does not hold the event loop', async () => {
  // Each of these takes some milliseconds: a time zone that does not exist is looked up every time.
  const when = Array.from({ length: 36 }, (_, i) => `now.getHours(request.payload.z) == ${i}`).join(' || ');
  const rules = Array.from({ length: 5 }, (_, n) => ({
    rule_id: `r${n}`,
    when: `${when} || ${n} == 77`,
    effect: 'allow',
    reason: 'x',
  }));
  const { version } = await createPolicySet(actor, PolicySetBody.parse({ tenant_id: tenant, rules }), NO_CALL);
  await activatePolicySet(actor, version, 'x', NO_CALL);
  const items = Array.from({ length: 100 }, (_, n) => ({ ...question(), payload: { z: `Not/AZone${n}` } }));
  await evaluate(actor, { ...question(), payload: { z: 'Not/One' } });
  const other = await draft('deny', 1);
  const turn = await longestTurn(async () => {
    const [{ data }] = await Promise.all([
      evaluateBatch(actor, items),
      // Somebody activates other rules while the batch is under way.
      activatePolicySet(actor, other, 'x', NO_CALL),
    ]);
    expect(data).toHaveLength(100);
    expect([...new Set(data.map((one) => ('problem' in one ? one : one.policy_version)))]).toEqual([version]);
  });
  expect((await answer()).policy_version).toBe(other);
  expect(turn).toBeLessThan(150);
});
