import { beforeAll, describe, expect, test } from 'vitest';
import {
  DAG_BODY_LIMITS,
  type Operation,
  type OperationId,
  operations,
  RULES_BODY_LIMITS,
  USUAL_BODY_LIMITS,
} from '@/lib/contracts';
import { type Caller, type CallInput, call, readAnswer, toRequest, withKey } from '@/lib/testing/calls';
import { addKey, addPerson, addTenant, EVERY_SCOPE, testDatabase } from '@/lib/testing/people';
import { type SampleCalls, sampleCalls } from '@/lib/testing/sample-calls';
import { api } from './api';
import { putConfig } from './handlers/config';
import { getFlags, putFlags } from './handlers/flags';
import {
  activatePolicySet,
  createPolicySet,
  evaluatePolicy,
  getBudgets,
  getCostModels,
  getLevels,
  putBudgets,
  putCostModels,
  putLevels,
} from './handlers/policy';

const sql = testDatabase();

let acme: SampleCalls;
let key: Caller;
let rulesKey: Caller;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  acme = await sampleCalls(sql, 'acme');
  key = withKey(await addKey(sql, 'acme', EVERY_SCOPE, { person: await addPerson(sql, 'acme', 'owner') }));
  await addTenant(sql, 'globex');
  rulesKey = withKey(await addKey(sql, 'globex', ['policy:manage', 'policy:evaluate']));
});

/** As many rules as a set may have, as people write them: a skill and an amount, with an example each way. */
const RULES = Array.from({ length: 1000 }, (_, n) => {
  const request = (amount: number) => ({
    skill_id: `payments.transfer-${n % 50}`,
    payload: { amount_cents: amount, currency: 'EUR' },
  });
  return {
    rule_id: `transfer-${n}`,
    priority: n,
    when: `request.skill_id == 'payments.transfer-${n % 50}' && request.payload.amount_cents > ${1000 * n}`,
    effect: 'require_approval',
    level: 1 + (n % 5),
    reason: `Transfers of this kind above ${10 * n}.00 need somebody of level ${1 + (n % 5)}`,
    tags: ['money'],
    examples: [
      { name: 'large', request: request(1000 * n + 1), expect: true },
      { name: 'small', request: request(1000 * n), expect: false },
    ],
  };
});

describe('a thousand rules with their examples', () => {
  test('are written, activated and asked', async () => {
    const saved = await call(createPolicySet, { as: rulesKey, body: { tenant_id: 'globex', rules: RULES } });
    expect(saved).toMatchObject({ status: 201, body: { rule_count: 1000, warnings: expect.any(Array) } });
    const version = String(saved.body.version);
    const input = { as: rulesKey, params: { version }, body: { reason: 'Agreed' } };
    expect(await call(activatePolicySet, input)).toMatchObject({ status: 200 });
    const asked = { policy_type: 'cost', skill_id: 'payments.transfer-49', tenant_id: 'globex' };
    const { status, body } = await call(evaluatePolicy, {
      as: rulesKey,
      body: { ...asked, payload: { amount_cents: 150_000 } },
    });
    expect([status, body.matched_rules, body.approval_level_required]).toEqual([
      200,
      [expect.objectContaining({ rule_id: 'transfer-149' }), ...matched('transfer-99', 'transfer-49')],
      5,
    ]);
  }, 60_000);

  test('go in as a part of the configuration too', async () => {
    const body = { policy_set: { default: { effect: 'deny' }, rules: RULES }, levels: [{ level: 2 }] };
    const input = { as: rulesKey, query: { reason: 'Agreed' }, body };
    expect(await call(putConfig, input)).toMatchObject({ status: 200, body: { policy_version: expect.any(String) } });
    expect(await call(putConfig, input)).toMatchObject({ status: 200, body: { sections: [], policy_version: null } });
  }, 60_000);
});

/** The longest lists that a configuration may have, with every field that a row has: a reader sends back all that it has read. */
const LONGEST = {
  levels: Array.from({ length: 500 }, (_, n) => ({
    policy_type: 'cost',
    agent_id: `agent-${n}`,
    skill_id: 'payments.transfer',
    level: 1 + (n % 5),
    min_approvals: 2,
    auto_approve_max_cost_cents: n,
    auto_approve_max_tokens: 1000,
    escalate_after_seconds: 60,
    escalate_to: 'finance-leads',
    escalate_level: 5,
    escalate_then: Array.from({ length: 5 }, () => ({ after_seconds: 60, to: 'the board', level: 5 })),
    expires_in_seconds: 3600,
    min_reject_level: 2,
  })),
  flags: Array.from({ length: 500 }, (_, n) => ({
    key: `flag_${n}`,
    environment: 'production',
    enabled: true,
    rollout_percentage: 25,
    requires_signoff: false,
    owner: 'payments',
    description: 'Lets billing agents ask for more',
  })),
  budgets: Array.from({ length: 200 }, (_, n) => ({
    agent_id: `agent-${n}`,
    skill_id: 'payments.transfer',
    period: 'day',
    limit_cents: n,
    description: 'ß'.repeat(500),
  })),
  cost_models: Array.from({ length: 500 }, (_, n) => ({
    skill_id: `skill-${n}`,
    base_cents: n,
    rates: Array.from({ length: 20 }, (_, field) => ({ field: `/usage/f${field}`, cents_per_unit: '0.0003' })),
    description: 'The list price of the provider',
  })),
};

test.each([
  ['levels', putLevels, getLevels],
  ['flags', putFlags, getFlags],
  ['budgets', putBudgets, getBudgets],
  ['cost_models', putCostModels, getCostModels],
] as const)(
  'the longest list of %s that there may be is written, and read again',
  async (name, put, get) => {
    const rows = LONGEST[name];
    expect(await call(put, { as: rulesKey, headers: { 'if-match': '*' }, body: { [name]: rows } })).toMatchObject({
      status: 200,
    });
    const { body } = await call(get, { as: rulesKey });
    const sorted = (list: readonly object[]) => [...list].sort((a, b) => (nameIn(a) < nameIn(b) ? -1 : 1));
    expect(sorted(body[name] as object[])).toMatchObject(sorted(rows));
  },
  60_000,
);

const nameIn = (row: object) =>
  String('key' in row ? row.key : 'agent_id' in row ? row.agent_id : Object.values(row)[0]);

function matched(...ids: string[]) {
  return ids.map((id) => expect.objectContaining({ rule_id: id }));
}

const withBody = (Object.values(operations as Record<OperationId, Operation>) as (Operation & { id: OperationId })[])
  .filter(({ body }) => body !== undefined)
  .map((operation) => [operation.id, operation] as const);

const send = async (operation: Operation, input: CallInput) => {
  const { status, body } = await readAnswer(await api(toRequest(operation, { as: key, ...input })));
  return [status, body.code];
};

describe.each(withBody)('the body of %s', (id, operation) => {
  const { keys, bytes } = operation.bodyLimits ?? USUAL_BODY_LIMITS;
  const ask = async (over: CallInput) => send(operation, { ...(await acme[id]()), as: key, ...over });

  test('has at most so many members, so many bytes and 32 levels, and is measured before anything is made of it', async () => {
    const { body } = await acme[id]();
    const junk = (members: number) => ({ ...(body as object), junk: Array(members).fill(0) });
    const own = countMembers(junk(0));
    expect(await ask({ body: junk(keys - own) })).toEqual([422, 'input/invalid']);
    expect(await ask({ body: junk(keys - own + 1) })).toEqual([422, 'input/too-complex']);
    expect(await ask({ body: `${' '.repeat(bytes - 2)}[]` })).not.toContain('http/too-large');
    expect(await ask({ body: `${' '.repeat(bytes - 1)}[]` })).toEqual([413, 'http/too-large']);
    expect(await ask({ body: `${'['.repeat(32)}${']'.repeat(32)}` })).not.toContain('input/too-complex');
    expect(await ask({ body: `${'['.repeat(33)}${']'.repeat(33)}` })).toEqual([422, 'input/too-complex']);
    const deep = '['.repeat(bytes / 2) + ']'.repeat(bytes / 2);
    expect(await ask({ body: deep })).toEqual([422, 'input/too-complex']);
  });
});

/** Members of objects and items of lists, at every depth. */
function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((count: number, member) => count + 1 + countMembers(member), 0);
}

test('only what holds a set of rules, a list of the configuration, or a graph of tasks, may be larger than anything else', () => {
  const larger = withBody.filter(([, { bodyLimits }]) => bodyLimits !== undefined);
  expect(larger.map(([id, { bodyLimits }]) => [id, bodyLimits])).toEqual([
    ['createPolicySet', RULES_BODY_LIMITS],
    ['putLevels', RULES_BODY_LIMITS],
    ['putCostModels', RULES_BODY_LIMITS],
    ['putBudgets', RULES_BODY_LIMITS],
    ['putFlags', RULES_BODY_LIMITS],
    ['putConfig', RULES_BODY_LIMITS],
    ['putDag', DAG_BODY_LIMITS],
    ['lintDag', DAG_BODY_LIMITS],
    ['startRun', DAG_BODY_LIMITS],
  ]);
});
