import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PolicySetBody, type RuleBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { NO_CALL } from '@/lib/domain/call';
import { findHistories, flushEvaluations, MAX_COUNTED_REQUESTS } from '@/lib/platform/db';
import { commandRequest, createRequest } from '@/lib/services/requests';
import { addRequest } from '@/lib/testing/histories';
import { hold } from '@/lib/testing/locks';
import { addKey, addPerson, addTenant, type TestKey, testDatabase } from '@/lib/testing/people';
import { activatePolicySet, createPolicySet, evaluate, getEvaluation, stopConfigCache } from '.';

const sql = testDatabase();

let serial = 0;
let tenant: string;
let manager: TestKey;
let bot: TestKey;

afterEach(() => {
  vi.useRealTimers();
});

beforeEach(async () => {
  stopConfigCache();
  tenant = await addTenant(sql, `acme-${++serial}`);
  manager = await addKey(sql, tenant, ['policy:manage', 'policy:evaluate']);
  bot = await addKey(sql, tenant, ['requests:create', 'policy:evaluate']);
});

const TOO_MANY = {
  rule_id: 'too-many',
  when: 'history.requests_last_hour >= 3',
  effect: 'deny',
  reason: 'Too many in an hour',
} as const;
const OTHERWISE = { rule_id: 'otherwise', when: 'true', effect: 'allow', reason: 'Fine' } as const;

async function draft(...rules: object[]): Promise<string> {
  return (await createPolicySet(manager.actor, PolicySetBody.parse({ tenant_id: tenant, rules }), NO_CALL)).version;
}
async function activate(...rules: object[]): Promise<string> {
  const version = await draft(...rules);
  await activatePolicySet(manager.actor, version, 'Agreed', NO_CALL);
  return version;
}
/** Rules that say one thing each where they match. */
const saying = (conditions: Record<string, string>): object[] =>
  Object.entries(conditions).map(([id, when]) => ({ rule_id: id, when, effect: 'require_approval', reason: id }));

interface Over {
  agent?: string;
  skill?: string;
  version?: string;
}
const asked = ({ agent, skill = 'mail.send' }: Over) => ({
  policy_type: 'cost' as const,
  skill_id: skill,
  agent_id: agent,
  tenant_id: tenant,
  payload: { amount_cents: 700 },
});
const ask = (actor: Actor, over: Over = {}) => evaluate(actor, { ...asked(over), policy_version: over.version });
const create = async (actor: Actor, over: Over = {}) =>
  (await createRequest(actor, { ...asked(over), links: [] }, NO_CALL)).request;
const matched = async (actor: Actor, over: Over = {}) =>
  (await ask(actor, over)).matched_rules.map(({ rule_id: id }) => id);

/**
 * Waits until questions are answered while nobody can read the requests: the process asks the database only in the background. Until it has
 * compared the versions for the first time, everything is read through.
 */
async function expectAnsweredAlone(): Promise<void> {
  await vi.waitFor(
    async () => {
      const lock = await hold('LOCK TABLE approval_requests IN ACCESS EXCLUSIVE MODE');
      try {
        for (let n = 0; n < 5; n++) await ask(bot.actor);
      } finally {
        await lock.rollback();
      }
    },
    { timeout: 10_000, interval: 300 },
  );
}

describe('rules that count', () => {
  test('count what this process created at once, for one asker and one skill of one tenant', async () => {
    await activate(TOO_MANY, OTHERWISE);
    await ask(bot.actor);
    await expectAnsweredAlone();
    const made: string[] = [];
    for (let n = 0; n < 5; n++) made.push((await create(bot.actor)).status);
    expect(made).toEqual(['approved', 'approved', 'approved', 'rejected', 'rejected']);
    const other = await addKey(sql, tenant, ['requests:create']);
    expect((await create(other.actor)).status).toBe('approved');
    expect((await create(bot.actor, { skill: 'sms.send' })).status).toBe('approved');
    expect((await create(bot.actor, { agent: 'billing-bot' })).status).toBe('approved');
    expect((await create(other.actor, { agent: bot.keyId })).status).toBe('approved');
    for (let n = 0; n < 2; n++) await create(other.actor, { agent: 'billing-bot' });
    expect((await create(bot.actor, { agent: 'billing-bot' })).status).toBe('rejected');
  });

  test('count what the database has of the last hour and the last day, and no more', async () => {
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);
    const approved = (minutes: number) => ({ status: 'approved', at: ago(minutes - 1) }) as const;
    for (const minutes of [5, 59, 61, 23 * 60, 25 * 60]) {
      await addRequest(sql, tenant, { skillId: 'mail.send', createdAt: ago(minutes), ending: approved(minutes) });
    }
    await addRequest(sql, tenant, { skillId: 'mail.send', createdAt: ago(30) });
    await addRequest(sql, tenant, { createdAt: ago(30) });
    expect([...((await findHistories(tenant)) ?? [])]).toEqual(
      expect.arrayContaining([
        [
          '["mail.send","agent","billing-bot"]',
          expect.objectContaining({
            requests_last_hour: 3,
            requests_last_day: 5,
            approved_last_day: 4,
            rejected_last_day: 0,
          }),
        ],
      ]),
    );
    await activate(...saying({ hour: 'history.requests_last_hour == 3', day: 'history.requests_last_day == 5' }));
    expect(await matched(bot.actor, { agent: 'billing-bot' })).toEqual(['day', 'hour']);
    expect(await matched(bot.actor)).toEqual([]);
  });

  test('follow what people decide, and what it cost, within a second or two', async () => {
    const ada = await addPerson(sql, tenant, 'owner');
    await activate(
      ...saying({
        'approved-one': 'history.approved_last_day == 1 && history.spent_last_day_cents == 700',
        'rejected-one': 'history.rejected_last_day == 1',
        always: 'true',
      }),
    );
    const [first, second] = [await create(bot.actor), await create(bot.actor)];
    expect(await matched(bot.actor)).toEqual(['always']);
    await commandRequest(ada.actor, first.request_id, { type: 'approve', notes: 'ok', level: 3 }, NO_CALL);
    await commandRequest(ada.actor, second.request_id, { type: 'reject', notes: 'no', level: 3 }, NO_CALL);
    await vi.waitFor(async () => expect(await matched(bot.actor)).toEqual(['always', 'approved-one', 'rejected-one']), {
      timeout: 10_000,
      interval: 100,
    });
  });

  test('ask the database nothing: they answer while the requests are locked', async () => {
    await activate(TOO_MANY, OTHERWISE);
    expect((await ask(bot.actor)).decision).toBe('allow');
    await expectAnsweredAlone();
    // What was counted five seconds ago is not believed: it has been counted again by then, and not by who asks.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 5000 });
    await expectAnsweredAlone();
  });

  test('are judged with what was recorded of it, and a tenant that counts nothing records none', async () => {
    await activate(TOO_MANY, OTHERWISE);
    await create(bot.actor);
    const record = async () => {
      const { evaluation_id: id } = await ask(bot.actor);
      await flushEvaluations();
      return (await getEvaluation(manager.actor, id)).facts;
    };
    expect(await record()).toMatchObject({ history: { requests_last_hour: 1, spent_last_day_cents: 700 } });
    await activate(OTHERWISE);
    expect(await record()).not.toHaveProperty('history');
  });
});

test('an example says what was asked for before, or that nothing was', async () => {
  const request = { skill_id: 'mail.send' };
  const examples = [
    { name: 'the first', request, expect: false },
    { name: 'the fourth', request, history: { requests_last_hour: 3 }, expect: true },
  ];
  await draft({ ...TOO_MANY, examples });
  await expect(draft({ ...TOO_MANY, examples: [{ ...examples[1], expect: false }] })).rejects.toMatchObject({
    code: 'input/invalid',
  });
});

describe('where there is no history', () => {
  const HAS: Partial<RuleBody>[] = [
    TOO_MANY,
    { rule_id: 'asks-first', when: 'has(history.requests_last_day)', effect: 'allow', reason: 'Counted' },
  ];

  test('because no rule that decides looks at it, a version that is tried has it counted for itself', async () => {
    await activate(OTHERWISE);
    await create(bot.actor);
    const version = await draft(...saying({ one: 'history.requests_last_day == 1' }));
    expect(await ask(bot.actor, { version })).toMatchObject({ matched_rules: [{ rule_id: 'one' }], errors: [] });
  });

  test('because there is too much to count, whatever reads it fails closed, and asking whether it is there fails too', async () => {
    const id = await addRequest(sql, tenant, {});
    await sql(
      `INSERT INTO approval_requests SELECT (jsonb_populate_record(r, jsonb_build_object('id', 'req_' || n, 'correlation_id', 'c' || n))).*
       FROM approval_requests r, generate_series(1, ${MAX_COUNTED_REQUESTS}) n WHERE r.id = $1`,
      [id],
    );
    await activate(...HAS);
    const answer = await ask(bot.actor);
    expect(answer.decision).toBe('deny');
    expect(answer.errors).toEqual(
      ['asks-first', 'too-many'].map((rule) => ({
        rule_id: rule,
        message: expect.stringMatching(/too much to count$/),
      })),
    );
  }, 60_000);
});
