import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { ConfigBody } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { isAppError } from '@/lib/domain/errors';
import { flushEvaluations } from '@/lib/platform/db';
import { parseYaml } from '@/lib/platform/yaml';
import {
  activatePolicySet,
  createPolicySet,
  evaluate,
  getCostModels,
  getLevels,
  putCostModels,
  putLevels,
} from '@/lib/services/policy';
import { commandRequest } from '@/lib/services/requests';
import { fingerprint } from '@/lib/testing/fingerprint';
import { expectInvariants } from '@/lib/testing/invariants';
import { hold, waitersFor } from '@/lib/testing/locks';
import { addKey, addPerson, addTenant, type TestKey, type TestPerson, testDatabase } from '@/lib/testing/people';
import { settleFlagChanges } from '../flags';
import { getConfig, putConfig } from '.';

const sql = testDatabase();

let serial = 0;
let tenant: string;
let owner: TestPerson;
let writer: TestKey;

const TEXT = `# The rules of Acme. Ask finance before changing them.
tenant_id: TENANT
policy_set:
  description: Purchasing
  default: { effect: require_approval, level: 2 }
  rules:
    # Agreed in May.
    - rule_id: large
      when: request.payload.amount_cents > 100000 # in cents
      effect: require_approval
      level: 4
      reason: Large transfers need a manager

    - rule_id: small
      when: |-
        request.skill_id == 'payments.transfer' &&
        request.payload.amount_cents <= 1000
      effect: allow
      reason: Small change
levels:
  - { level: 3 } # everything else
  - skill_id: payments.transfer
    level: 4
    min_approvals: 2
flags:
  - key: large_transfers
    enabled: true
    rollout_percentage: 25
    owner: payments
`;

beforeEach(async () => {
  tenant = await addTenant(sql, `acme-${++serial}`);
  owner = await addPerson(sql, tenant, 'owner');
  writer = await addKey(sql, tenant, ['policy:manage']);
});

interface Over {
  actor?: TestPerson['actor'];
  dryRun?: boolean;
  reason?: string | null;
  ifMatch?: string | null;
}

/** Applies a document as the handler does. */
async function put(
  given: string,
  { actor = writer.actor, dryRun = false, reason = 'Agreed', ifMatch = null }: Over = {},
) {
  const text = given.replace('TENANT', tenant);
  const body = ConfigBody.parse(parseYaml(text).value);
  return putConfig(actor, { body, text, dryRun, reason }, { ...NO_CALL, ifMatch });
}
const read = async () => (await getConfig(writer.actor)).text;
const text = () => TEXT.replace('TENANT', tenant);

async function refusal(act: Promise<unknown>): Promise<unknown> {
  try {
    await act;
    return 'no refusal';
  } catch (error) {
    if (!isAppError(error)) throw error;
    return error.errors === undefined ? error.code : [error.code, ...error.errors.map(({ pointer }) => pointer)];
  }
}

describe('a document', () => {
  test('becomes what decides, and is read as it was written', async () => {
    const { report, etag } = await put(TEXT);
    expect(report).toMatchObject({
      dry_run: false,
      policy_version: `${tenant}@2`,
      pending: [],
      sections: [{ section: 'policy_set' }, { section: 'levels' }, { section: 'flags' }],
    });
    expect(await getConfig(writer.actor)).toEqual({ text: text(), etag });
    const ask = (amount: number) =>
      evaluate(writer.actor, {
        policy_type: 'cost',
        skill_id: 'payments.transfer',
        tenant_id: tenant,
        payload: { amount_cents: amount },
      });
    expect((await ask(500)).decision).toBe('allow');
    expect(await ask(200_000)).toMatchObject({ approval_level_required: 4, policy_version: `${tenant}@2` });
    await expectInvariants(sql);
  });

  test('that says what is so changes nothing: no version, no row, no entry in the audit log', async () => {
    const { etag } = await put(TEXT);
    const before = await fingerprint(sql, tenant);
    expect(await put(await read(), { reason: null })).toMatchObject({
      etag,
      report: { sections: [], policy_version: null },
    });
    expect(await fingerprint(sql, tenant)).toEqual(before);
  });

  test('keeps its comments when something changes elsewhere, and says what is so', async () => {
    await put(TEXT);
    const { resource, etag } = await getLevels(owner.actor);
    await putLevels(
      owner.actor,
      resource.levels.map((row) => (row.skill_id === null ? { ...row, level: 5 } : row)),
      { ...NO_CALL, ifMatch: etag },
    );
    expect(await read()).toBe(text().replace('{ level: 3 }', '{ level: 5 }'));
    await put('levels: []\n');
    const after = await read();
    expect(parseYaml(after).value).toMatchObject({
      policy_set: { rules: [{ rule_id: 'large' }, { rule_id: 'small' }] },
    });
  });

  test('that shares parts by aliases is read as what is so, also after one of them changed', async () => {
    const shared = `policy_set:
  rules:
    - { rule_id: a, when: 'true', effect: deny, reason: No, tags: &tags [one, two] }
    - { rule_id: b, when: 'true', effect: deny, reason: No, tags: *tags }
`;
    await put(shared);
    expect(await read()).toBe(shared);
    const changed = ConfigBody.parse(
      parseYaml(shared.replace('[one, two]', '[three]').replace('*tags', '[one, two]')).value,
    );
    await putConfig(writer.actor, { body: changed, text: null, dryRun: false, reason: 'Try' }, NO_CALL);
    const said = await read();
    expect(parseYaml(said).value).toMatchObject({
      policy_set: {
        rules: [
          { rule_id: 'a', tags: ['three'] },
          { rule_id: 'b', tags: ['one', 'two'] },
        ],
      },
    });
    expect((await put(said, { reason: null })).report.sections).toEqual([]);
  });

  test('leaves alone what it does not speak of, and takes away what it speaks of and leaves out', async () => {
    await put(TEXT);
    const { report } = await put('levels:\n  - { level: 1 }\n', { reason: null });
    expect(report.sections).toEqual([
      {
        section: 'levels',
        added: [],
        changed: [{ path: '/levels/everything/level', before: 3, after: 1 }],
        removed: [{ path: expect.stringContaining('payments.transfer'), before: expect.anything() }],
      },
    ]);
    expect(await put('policy_set: null\n')).toMatchObject({ report: { policy_version: null } });
    const sets = await sql<{ status: string }>('SELECT status FROM policy_sets WHERE tenant_id = $1', [tenant]);
    expect(sets).toEqual([{ status: 'retired' }]);
  });

  test('tried without being applied says what would change, and changes nothing', async () => {
    await put(TEXT);
    const before = await fingerprint(sql, tenant);
    const tried = text()
      .replace('level: 4\n      reason', 'level: 5\n      reason')
      .replace('rollout_percentage: 25', 'rollout_percentage: 50');
    const { report } = await put(tried, { dryRun: true, reason: null });
    expect(report).toMatchObject({
      dry_run: true,
      sections: [
        { section: 'policy_set', changed: [{ path: '/policy_set/rules/large/level', before: 4, after: 5 }] },
        {
          section: 'flags',
          changed: [{ path: '/flags/production~1large_transfers/rollout_percentage', before: 25, after: 50 }],
        },
      ],
    });
    expect(await fingerprint(sql, tenant)).toEqual(before);
  });

  test('with one wrong rule is refused with its place, and nothing of it is applied', async () => {
    const before = await fingerprint(sql, tenant);
    const wrong = TEXT.replace('request.payload.amount_cents > 100000', 'request.payload.amount_cents >');
    expect(await refusal(put(wrong))).toEqual(['input/invalid', '/policy_set/rules/0/when']);
    const twice = TEXT.replace('- skill_id: payments.transfer\n    level', '- level');
    expect(await refusal(put(twice))).toEqual(['input/invalid', '/levels/1']);
    expect(await refusal(put(TEXT, { reason: null }))).toEqual(['input/invalid', '?reason']);
    expect(await fingerprint(sql, tenant)).toEqual(before);
  });

  test('with rules that differ needs somebody who has just signed in, or a key', async () => {
    const stale = { ...owner.actor, authTime: new Date(Date.now() - 6 * 60_000) };
    expect(await refusal(put(TEXT, { actor: stale }))).toBe('auth/step-up-required');
    expect(await refusal(put(TEXT, { actor: stale, dryRun: true }))).toBe('no refusal');
    expect(await refusal(put('levels: [{ level: 2 }]\n', { actor: stale }))).toBe('no refusal');
    expect(await refusal(put(TEXT, { actor: owner.actor }))).toBe('no refusal');
  });

  test('that two apply at once is applied once, by who read what is so', async () => {
    const { etag } = await put(TEXT);
    const answers = await Promise.all(
      [1, 2, 5].map((level) => refusal(put(`levels: [{ level: ${level} }]\n`, { ifMatch: etag }))),
    );
    expect(answers.sort()).toEqual(['config/changed', 'config/changed', 'no refusal']);
    await Promise.all(
      [1, 2, 5].map((level) =>
        put(`levels: [{ level: ${level} }]\nrecording: { sample_rate: 0.${level}, retain_days: ${level} }\n`),
      ),
    );
    const { levels, recording } = parseYaml(await read()).value as {
      levels: { level: number }[];
      recording: { retain_days: number };
    };
    expect(levels).toEqual([{ level: recording.retain_days }]);
  });

  test('changes what skills cost: a model that differs is its next version, one that is the same keeps what it learnt', async () => {
    const costs = `# What providers charge.
cost_models:
  - skill_id: research.summarise
    base_cents: 2 # the search before it
    rates:
      - { field: /usage/tokens, cents_per_unit: "0.0003" }
  - { skill_id: mail.send, base_cents: 1, description: Per message }
`;
    const { etag } = await put(costs);
    await sql('UPDATE cost_model_learning SET outcomes = 7, confidence = 40 WHERE tenant_id = $1', [tenant]);
    expect(await put(costs, { reason: null })).toMatchObject({ etag, report: { sections: [] } });
    const { report } = await put(costs.replace('base_cents: 2 ', 'base_cents: 3 '), { reason: null });
    expect(report.sections).toEqual([
      {
        section: 'cost_models',
        added: [],
        changed: [{ path: '/cost_models/research.summarise/base_cents', before: 2, after: 3 }],
        removed: [],
      },
    ]);
    const inUse = async () => (await getCostModels(owner.actor)).resource.cost_models;
    expect(await inUse()).toMatchObject([
      { skill_id: 'mail.send', version: 1, outcomes: 7 },
      { skill_id: 'research.summarise', version: 2, outcomes: 0, base_cents: 3 },
    ]);
    const [mail] = await inUse();
    const { etag: tag } = await getCostModels(owner.actor);
    await putCostModels(
      owner.actor,
      [{ skill_id: 'mail.send', base_cents: 4, rates: [], description: mail?.description ?? null }],
      { ...NO_CALL, ifMatch: tag },
    );
    expect(await read()).toBe(`# What providers charge.
cost_models:
  - { skill_id: mail.send, base_cents: 4, description: Per message }
`);
    expect(
      (await evaluate(writer.actor, { policy_type: 'cost', skill_id: 'mail.send', tenant_id: tenant, payload: {} }))
        .simulated_cost_cents,
    ).toBe(4);
    await put('cost_models: []\n');
    expect(await inUse()).toEqual([]);
    // What was asked above is recorded in the background.
    await flushEvaluations();
    const before = await fingerprint(sql, tenant);
    const twice = `${costs}  - { skill_id: mail.send, base_cents: 9, rates: [{ field: a, cents_per_unit: "1" }, { field: a, cents_per_unit: "2" }] }\n`;
    expect(await refusal(put(twice))).toEqual([
      'input/invalid',
      '/cost_models/2/skill_id',
      '/cost_models/2/rates/1/field',
    ]);
    expect(await fingerprint(sql, tenant)).toEqual(before);
  });

  test('waits for a report that settles budgets without standing in its way', async () => {
    await put('levels: [{ level: 2 }]\nbudgets: [{ period: day, limit_cents: 100 }]\n');
    // A report holds the budgets, and the audit log only then.
    const report = await hold('SELECT 1 FROM budgets WHERE tenant_id = $1 FOR NO KEY UPDATE', [tenant]);
    const applied = put('levels: [{ level: 3 }]\nbudgets: [{ period: day, limit_cents: 200 }]\n');
    await waitersFor(sql);
    await report.run('SELECT 1 FROM audit_heads WHERE tenant_id = $1 FOR UPDATE NOWAIT', [tenant]);
    await report.commit();
    expect((await applied).report.sections).toHaveLength(2);
  });

  test('does not let a flag through that needs sign-off: that waits, as anywhere', async () => {
    const flag = 'flags: [{ key: risky, enabled: true, requires_signoff: true }]\n';
    const { report } = await put(flag);
    expect(report.pending).toEqual([{ flag: 'risky', environment: 'production', request_id: expect.any(String) }]);
    expect(parseYaml(await read()).value).toMatchObject({ flags: [{ key: 'risky', enabled: false }] });
    const asked = await fingerprint(sql, tenant);
    expect((await put(flag)).report.pending, 'what waits is named again, and nothing is written').toEqual(
      report.pending,
    );
    expect(await fingerprint(sql, tenant)).toEqual(asked);
    await commandRequest(
      owner.actor,
      report.pending[0]?.request_id ?? '',
      { type: 'approve', notes: 'ok', level: 4 },
      NO_CALL,
    );
    expect(await settleFlagChanges()).toBe(1);
    expect(await read()).toBe(flag);
  });

  test('that wants something else of a flag than what waits for it is refused when it is tried as when it is applied', async () => {
    const flag = 'flags: [{ key: risky, enabled: true, requires_signoff: true }]\n';
    const { report } = await put(flag);
    const before = await fingerprint(sql, tenant);
    const other = flag.replace('requires_signoff: true', 'requires_signoff: false');
    const refused = await put(other).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'flag/change-pending',
      extra: { flag: 'risky', pending_request_id: report.pending[0]?.request_id },
    });
    expect(await put(other, { dryRun: true }).catch((error: unknown) => error)).toEqual(refused);
    expect((await put(flag, { dryRun: true })).report.sections, 'what waits stands in nobody’s way').toHaveLength(1);
    // What holds at once makes what waits outdated.
    const smaller = flag.replace('true,', 'true, rollout_percentage: 10,');
    expect((await put(smaller, { dryRun: true })).report.sections).toHaveLength(1);
    expect(await fingerprint(sql, tenant)).toEqual(before);
  });

  test('is one tenant’s: another one sees and changes nothing of it', async () => {
    await put(TEXT);
    const other = await addTenant(sql, `globex-${serial}`);
    const stranger = await addKey(sql, other, ['*']);
    expect(parseYaml((await getConfig(stranger.actor)).text).value).toMatchObject({
      tenant_id: other,
      policy_set: null,
      flags: [],
    });
    const before = await fingerprint(sql, tenant);
    const body = ConfigBody.parse({ policy_set: null, levels: [], flags: [] });
    await putConfig(stranger.actor, { body, text: '# mine\n{}\n', dryRun: false, reason: 'x' }, NO_CALL);
    expect(await fingerprint(sql, tenant)).toEqual(before);
    expect(await read()).toBe(text());
  });

  test('holds no secret of the tenant', async () => {
    await put(TEXT);
    const { key } = await addKey(sql, tenant, ['*']);
    const [row] = await sql<{ secret_hash: string }>('SELECT secret_hash FROM api_keys WHERE tenant_id = $1 LIMIT 1', [
      tenant,
    ]);
    const said = await read();
    expect(Object.keys(parseYaml(said).value as object)).toEqual(['tenant_id', 'policy_set', 'levels', 'flags']);
    for (const secret of [key, row?.secret_hash ?? '', owner.email]) expect(said).not.toContain(secret);
  });

  test('is written from what is so where nobody wrote one, with the rules that are active', async () => {
    const rule = {
      rule_id: 'r',
      when: 'true',
      effect: 'deny' as const,
      reason: 'No',
      priority: 0,
      tags: [],
      examples: [],
    };
    const body = { tenant_id: tenant, default: { effect: 'deny' as const, level: 1 }, rules: [rule] };
    const { version } = await createPolicySet(writer.actor, body, NO_CALL);
    await activatePolicySet(writer.actor, version, 'Try', NO_CALL);
    const said = await read();
    expect(said).toMatch(/^# The configuration of acme-/);
    expect(parseYaml(said).value).toMatchObject({
      policy_set: {
        default: { effect: 'deny', level: 1 },
        rules: [{ rule_id: 'r', when: 'true', effect: 'deny', reason: 'No' }],
      },
    });
    expect((await put(said, { reason: null })).report.sections).toEqual([]);
  });
});

const word = fc.string({ minLength: 1, maxLength: 12 }).map((made) => `x${made.replaceAll('\u0000', '')}`.trim());
const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const config = fc.record({
  policy_set: fc.option(
    fc.record({
      description: optional(word),
      default: fc.record({
        effect: fc.constantFrom('deny', 'require_approval'),
        level: fc.integer({ min: 1, max: 5 }),
      }),
      rules: fc.uniqueArray(
        fc.record({
          rule_id: fc.stringMatching(/^[a-z][a-z0-9._-]{0,8}$/),
          priority: fc.integer({ min: -3, max: 3 }),
          policy_type: optional(fc.constantFrom('cost', 'capability')),
          when: fc.constantFrom(
            'true',
            "request.skill_id == 'x'",
            'has(request.payload.a) &&\n  request.payload.a > 1\n',
            'flags.a',
          ),
          effect: fc.constantFrom('allow', 'deny', 'require_approval'),
          reason: word,
          tags: fc.array(word, { maxLength: 2 }),
        }),
        { maxLength: 4, selector: ({ rule_id }) => rule_id },
      ),
    }),
  ),
  levels: fc.uniqueArray(
    fc.record({
      skill_id: optional(word),
      agent_id: optional(word),
      level: fc.integer({ min: 1, max: 5 }),
      min_approvals: fc.integer({ min: 1, max: 3 }),
      auto_approve_max_cost_cents: optional(fc.nat()),
      escalate_to: optional(word),
    }),
    { maxLength: 4, selector: ({ skill_id, agent_id }) => JSON.stringify([skill_id?.trim(), agent_id?.trim()]) },
  ),
  budgets: fc.uniqueArray(
    fc.record({
      skill_id: optional(word),
      period: fc.constantFrom('request', 'day', 'month'),
      limit_cents: fc.nat(),
      description: optional(word),
    }),
    { maxLength: 3, selector: ({ skill_id, period }) => JSON.stringify([skill_id?.trim(), period]) },
  ),
  cost_models: fc.uniqueArray(
    fc.record({
      skill_id: word,
      base_cents: fc.nat(),
      rates: optional(
        fc.uniqueArray(
          fc.record({
            field: fc.constantFrom('tokens', '/usage/tokens', 'size'),
            cents_per_unit: fc.constantFrom('1', '0.0003', '1.50'),
          }),
          { maxLength: 3, selector: ({ field }) => field },
        ),
      ),
      description: optional(word),
    }),
    { maxLength: 3, selector: ({ skill_id }) => skill_id.trim() },
  ),
  flags: fc.uniqueArray(
    fc.record({
      key: fc.stringMatching(/^[a-z][a-z0-9_]{0,5}$/),
      environment: fc.constantFrom('production', 'staging'),
      enabled: fc.boolean(),
      rollout_percentage: fc.integer({ min: 0, max: 100 }),
      owner: optional(word),
    }),
    { maxLength: 4, selector: ({ key, environment }) => `${environment}/${key}` },
  ),
  recording: fc.record({ sample_rate: fc.constantFrom(0, 0.1, 0.25, 1), retain_days: fc.integer({ min: 1, max: 90 }) }),
});

test('whatever the configuration is, what is read can be applied and changes nothing, also over another document', async () => {
  await put(TEXT);
  await fc.assert(
    fc.asyncProperty(config, async (wanted) => {
      const body = ConfigBody.parse(JSON.parse(JSON.stringify(wanted)));
      await putConfig(writer.actor, { body, text: null, dryRun: false, reason: 'Generated' }, NO_CALL);
      const said = await getConfig(writer.actor);
      const again = ConfigBody.parse(parseYaml(said.text).value);
      const tried = await putConfig(writer.actor, { body, text: null, dryRun: true, reason: null }, NO_CALL);
      expect(tried.report.sections).toEqual([]);
      const { report, etag } = await putConfig(
        writer.actor,
        { body: again, text: said.text, dryRun: false, reason: null },
        NO_CALL,
      );
      expect(report.sections).toEqual([]);
      expect(etag).toBe(said.etag);
    }),
    { numRuns: 15 },
  );
}, 60_000);
