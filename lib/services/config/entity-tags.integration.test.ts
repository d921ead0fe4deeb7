// What is part of one configuration is edited side by side: whoever writes a part is refused only where that part has changed.
import { beforeEach, describe, expect, test } from 'vitest';
import { ConfigBody, PolicySetBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { type Call, NO_CALL } from '@/lib/domain/call';
import {
  activatePolicySet,
  createPolicySet,
  getBudgets,
  getCostModels,
  getLevels,
  getRecording,
  putBudgets,
  putCostModels,
  putEmergencyStop,
  putLevels,
  putRecording,
} from '@/lib/services/policy';
import { addKey, addPerson, addTenant, type TestKey, type TestPerson, testDatabase } from '@/lib/testing/people';
import { getFlags, putFlags } from '../flags';
import { putConfig } from '.';

const sql = testDatabase();

let serial = 0;
let tenant: string;
let owner: TestPerson;
let writer: TestKey;

beforeEach(async () => {
  tenant = await addTenant(sql, `acme-${++serial}`);
  owner = await addPerson(sql, tenant, 'owner');
  writer = await addKey(sql, tenant, ['policy:manage']);
});

interface Part {
  /** Its tag, as reading it says. */
  tag: (actor: Actor) => Promise<{ etag: string }>;
  /** Makes it the first or the second of two things. */
  put: (actor: Actor, which: 1 | 2, call: Call) => Promise<{ etag: string }>;
  /** The same by the whole document. */
  document: (which: 1 | 2) => object;
}

const levels = (which: 1 | 2) => [{ level: 1 + which, min_approvals: 1 }];
const budgets = (which: 1 | 2) => [{ period: 'day' as const, limit_cents: 1000 * which }];
const models = (which: 1 | 2) => [{ skill_id: 'deploy', base_cents: which, rates: [] }];
const recording = (which: 1 | 2) => ({ sample_rate: which / 2, retain_days: 7 });
const flags = (which: 1 | 2) => [
  { key: 'big', environment: 'production', enabled: which === 1, rollout_percentage: 100, requires_signoff: false },
];

const PARTS: Record<string, Part> = {
  levels: {
    tag: getLevels,
    put: (actor, which, call) => putLevels(actor, levels(which), call),
    document: (which) => ({ levels: levels(which) }),
  },
  budgets: {
    tag: getBudgets,
    put: (actor, which, call) => putBudgets(actor, budgets(which), call),
    document: (which) => ({ budgets: budgets(which) }),
  },
  'cost models': {
    tag: getCostModels,
    put: (actor, which, call) => putCostModels(actor, models(which), call),
    document: (which) => ({ cost_models: models(which) }),
  },
  recording: {
    tag: getRecording,
    put: (actor, which, call) => putRecording(actor, recording(which), call),
    document: (which) => ({ recording: recording(which) }),
  },
  flags: {
    tag: getFlags,
    put: (actor, which, call) => putFlags(actor, { flags: flags(which) }, call),
    document: (which) => ({ flags: flags(which) }),
  },
};
const NAMES = Object.keys(PARTS);
const part = (name: string): Part => {
  const found = PARTS[name];
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
};
const anyway: Call = { ...NO_CALL, ifMatch: '*' };
const believing = (etag: string): Call => ({ ...NO_CALL, ifMatch: etag });
const tagOf = async (name: string) => (await part(name).tag(writer.actor)).etag;
const put = (name: string, which: 1 | 2, call: Call) => part(name).put(writer.actor, which, call);

/** Everything else that the configuration's version counts. */
async function changeRulesAndStop(): Promise<void> {
  const rule = { rule_id: 'x', when: 'true', effect: 'deny', reason: 'No' };
  const body = PolicySetBody.parse({ tenant_id: tenant, rules: [rule] });
  const { version } = await createPolicySet(writer.actor, body, NO_CALL);
  await activatePolicySet(writer.actor, version, 'Agreed', NO_CALL);
  await putEmergencyStop(owner.actor, { active: true, reason: 'A leak' });
}

describe.each(NAMES)('the tag of the %s', (name) => {
  test('is what reading and writing say, and stays while everything else changes', async () => {
    const { etag } = await put(name, 1, anyway);
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(await tagOf(name)).toBe(etag);
    for (const other of NAMES.filter((one) => one !== name)) await put(other, 1, anyway);
    await changeRulesAndStop();
    expect(await tagOf(name)).toBe(etag);
    const next = await put(name, 2, believing(etag));
    expect(next.etag).not.toBe(etag);
  });

  test('refuses whoever has not seen the latest', async () => {
    const before = await tagOf(name);
    const { etag } = await put(name, 1, anyway);
    await expect(put(name, 2, believing(before))).rejects.toMatchObject({ code: 'config/changed' });
    expect(await tagOf(name)).toBe(etag);
  });

  test('is another when a whole document changed them', async () => {
    const { etag } = await put(name, 1, anyway);
    const body = ConfigBody.parse(part(name).document(2));
    await putConfig(writer.actor, { body, text: null, dryRun: false, reason: 'Agreed' }, NO_CALL);
    await expect(put(name, 1, believing(etag))).rejects.toMatchObject({ code: 'config/changed' });
  });

  test('lets one of those write who have seen the same', async () => {
    const { etag } = await put(name, 1, anyway);
    const answers = await Promise.allSettled([2, 2, 2].map(() => put(name, 2, believing(etag))));
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  });
});
