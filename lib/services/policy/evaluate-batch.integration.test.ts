import { beforeEach, describe, expect, test } from 'vitest';
import { EvaluationBatch, PolicySetBody } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { addKey, addTenant, type TestKey, testDatabase } from '@/lib/testing/people';
import { createPolicySet, evaluate, evaluateBatch } from '.';

const sql = testDatabase();

let serial = 0;
let tenant: string;
let manager: TestKey;

beforeEach(async () => {
  serial += 1;
  tenant = await addTenant(sql, `acme-${serial}`);
  manager = await addKey(sql, tenant, ['policy:manage', 'policy:evaluate']);
});

const FROZEN = { rule_id: 'frozen', when: 'cost.known', effect: 'deny', reason: 'Payments are frozen' } as const;

/** Reading so much takes longer than an answer may. No body is as large, so that nobody sends it over HTTP. */
const HUGE: { list: number[] } = { list: Array.from({ length: 3_000_000 }, (_, n) => n) };
const SMALL = { amount_cents: 500 };

const draft = async () =>
  (await createPolicySet(manager.actor, PolicySetBody.parse({ tenant_id: tenant, rules: [FROZEN] }), NO_CALL)).version;

type Asked = Parameters<typeof evaluate>[1];

const question = (payload: typeof HUGE | typeof SMALL, version?: string): Asked => ({
  tenant_id: tenant,
  skill_id: 'payments.transfer',
  payload: payload as Asked['payload'],
  policy_type: 'cost',
  policy_version: version,
});

/** What each item says, in a word: its decision, or the code of its problem. */
async function said(...items: Asked[]): Promise<string[]> {
  const { data } = EvaluationBatch.parse(await evaluateBatch(manager.actor, items));
  return data.map((item) => ('problem' in item ? item.problem.code : item.decision));
}

describe('of questions that are asked together', () => {
  test('one that takes too long, or names a version that is not there, says so in its place, and the others are answered', async () => {
    const version = await draft();
    const items = [
      question(HUGE, version),
      question(SMALL, version),
      question(SMALL),
      question(SMALL, `${tenant}@99`),
      question(SMALL, version),
    ];
    expect(await said(...items)).toEqual([
      'policy-set/too-slow',
      'deny',
      'requires_approval',
      'policy-set/not-found',
      'deny',
    ]);
  });

  test('one alone is refused as a whole', async () => {
    const version = await draft();
    await expect(evaluate(manager.actor, question(HUGE, version))).rejects.toMatchObject({
      code: 'policy-set/too-slow',
    });
    await expect(evaluate(manager.actor, question(SMALL, `${tenant}@99`))).rejects.toMatchObject({
      code: 'policy-set/not-found',
    });
  });

  test('each costs a thread that takes too long: after five, drafts are judged no more, and what decides still is', async () => {
    const [first, second] = [await draft(), await draft()];
    const items = [
      ...Array.from({ length: 6 }, () => question(HUGE, first)),
      question(SMALL, second),
      question(SMALL, `${tenant}@99`),
      question(SMALL),
    ];
    expect(await said(...items)).toEqual([
      ...Array.from({ length: 5 }, () => 'policy-set/too-slow'),
      'service/unavailable',
      'service/unavailable',
      'policy-set/not-found',
      'requires_approval',
    ]);
  });

  test('what a problem says is what the call would be told if it asked nothing else', async () => {
    const { data } = await evaluateBatch(manager.actor, [question(SMALL, `${tenant}@99`)]);
    expect(data).toEqual([
      {
        problem: {
          type: '/problems/policy-set/not-found',
          title: 'No such version of the rules',
          status: 404,
          code: 'policy-set/not-found',
        },
      },
    ]);
  });
});
