import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DraftRuleResource, PrecedentsResource } from '@/lib/contracts';
import {
  approveRequest,
  createRequest,
  draftPolicyRule,
  getPrecedents,
  rejectRequest,
} from '@/lib/http/handlers/requests';
import { stopThreads } from '@/lib/platform/cel';
import { type Caller, call, withKey, withSession } from '@/lib/testing/calls';
import { addKey, addPerson, addTenant, testDatabase } from '@/lib/testing/people';

const sql = testDatabase();
let asker: Caller;
let admin: Caller;
let stranger: Caller;
const TENANT = 'acme';

beforeAll(async () => {
  await addTenant(sql, TENANT);
  await addTenant(sql, 'globex');
  await sql(`INSERT INTO policy_approval_levels (tenant_id, level) VALUES ('acme', 2), ('globex', 2)`);
  await sql(
    `INSERT INTO policy_approval_levels (tenant_id, skill_id, level, auto_approve_max_cost_cents) VALUES ('acme', 'small.change', 1, 1000)`,
  );
  asker = withKey(await addKey(sql, TENANT, ['requests:create', 'requests:read']));
  admin = await withSession(await addPerson(sql, TENANT, 'owner'));
  stranger = await withSession(await addPerson(sql, 'globex', 'owner'));
});
afterAll(stopThreads);

const ask = async (payload: Record<string, unknown>, over: object = {}): Promise<string> => {
  const body = { tenant_id: TENANT, skill_id: 'payments.transfer', agent_id: 'billing-bot', payload, ...over };
  const answer = await call(createRequest, { as: asker, body });
  expect(answer.status).toBe(201);
  return String(answer.body.request_id);
};
const approve = async (id: string) =>
  expect((await call(approveRequest, { as: admin, params: { id }, body: {} })).status).toBe(200);
const reject = async (id: string) =>
  expect((await call(rejectRequest, { as: admin, params: { id }, body: { reason: 'No' } })).status).toBe(200);
const precedentsOf = async (id: string, as = admin) => {
  const { status, body } = await call(getPrecedents, { as, params: { id } });
  return { status, ...(body as unknown as PrecedentsResource) };
};

describe('the precedents of a request', () => {
  test('are what people ended, the most alike first, and how they ended', async () => {
    const alike = await ask({ amount_cents: 5000, country: 'DE' });
    const dear = await ask({ amount_cents: 900_000, country: 'FR' });
    const other = await ask({ amount_cents: 5000 }, { skill_id: 'deploy', agent_id: 'deployer' });
    const open = await ask({ amount_cents: 5000, country: 'DE' });
    const byPolicy = await ask({ amount_cents: 5 }, { skill_id: 'small.change' });
    await approve(alike);
    await reject(dear);
    await approve(other);
    const asked = await ask({ amount_cents: 6000, country: 'DE' });
    const { status, data, endings } = await precedentsOf(asked);
    expect(status).toBe(200);
    expect(data.map(({ request_id }) => request_id)).toEqual([alike, dear, other]);
    expect(data[0]).toMatchObject({
      status: 'approved',
      amount_cents: 5000,
      matched: expect.arrayContaining(['same country']),
    });
    expect(endings).toMatchObject({
      approved: 2,
      rejected: 1,
      expired: 0,
      cancelled: 0,
      median_seconds_to_decide: expect.any(Number),
    });
    expect(data.map(({ request_id }) => request_id)).not.toContain(open);
    expect(data.map(({ request_id }) => request_id)).not.toContain(byPolicy);
  });

  test('are nobody else’s, and a request of somebody else has none', async () => {
    const asked = await ask({ amount_cents: 6000 });
    expect((await precedentsOf(asked, stranger)).status).toBe(404);
    const body = { tenant_id: 'globex', skill_id: 'payments.transfer', payload: { amount_cents: 5000 } };
    const created = await call(createRequest, { as: stranger, body });
    expect(await precedentsOf(String(created.body.request_id), stranger)).toMatchObject({ status: 200, data: [] });
  });

  test('are found by index, however many requests there are', async () => {
    const plan = async (of: string) => {
      const text = `EXPLAIN SELECT r.id FROM approval_requests r WHERE r.tenant_id = 'acme' AND ${of} AND r.resolved_at IS NOT NULL
        AND r.kind = 'policy' AND r.resolved_by <> 'policy' ORDER BY r.resolved_at DESC, r.id DESC LIMIT 200`;
      await sql('SET enable_seqscan = off');
      const rows = await sql<{ 'QUERY PLAN': string }>(text);
      await sql('RESET enable_seqscan');
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    };
    for (const [of, index] of [
      [`r.skill_id = 'payments.transfer'`, 'ix_approval_requests_decided_skill'],
      ['true', 'ix_approval_requests_decided_tenant'],
    ] as const) {
      const found = await plan(of);
      expect(found).toContain(index);
      expect(found).not.toContain('Sort');
    }
  });
});

describe('a rule that is drawn from requests', () => {
  const draw = (ids: string[], as = admin, over: object = {}) =>
    call(draftPolicyRule, { as, body: { tenant_id: TENANT, request_ids: ids, ...over } });

  test('has passed the check with examples both ways, whatever is in the payloads', async () => {
    const payload = { amount_cents: 7000, 'it\'s "odd"': 'naïve\n’\\' };
    const ids = [
      await ask(payload, { skill_id: 'odd' }),
      await ask({ ...payload, amount_cents: 9000 }, { skill_id: 'odd' }),
    ];
    for (const id of ids) await approve(id);
    const { status, body } = await draw(ids);
    expect(status).toBe(200);
    const { rule, report } = body as unknown as DraftRuleResource;
    expect(rule).toMatchObject({
      effect: 'allow',
      when: expect.stringContaining('request.payload.amount_cents <= 9000'),
    });
    expect(report).toMatchObject({ ok: true, faults: [] });
    expect(report.examples.map(({ expect: wanted, result }) => wanted === result)).not.toContain(false);
    expect(new Set(report.examples.map(({ expect: wanted }) => wanted))).toEqual(new Set([true, false]));
  });

  test('cannot be drawn from somebody else’s, nor by who may not read them', async () => {
    const id = await ask({ amount_cents: 1 });
    const foreign = await call(draftPolicyRule, { as: stranger, body: { request_ids: [id] } });
    expect([foreign.status, foreign.body.errors]).toEqual([
      422,
      [{ pointer: '/request_ids/0', detail: 'No such request' }],
    ]);
    const manager = withKey(await addKey(sql, TENANT, ['policy:manage']));
    expect((await draw([id], manager)).status).toBe(403);
  });

  test('is not drawn from a payload that is only small where it is stored, compressed', async () => {
    const id = await ask({ text: 'a'.repeat(200_000) });
    expect((await draw([id])).body.errors).toEqual([
      { pointer: '/request_ids/0', detail: 'Its payload is too large to draw a rule from' },
    ]);
  });

  test('is refused where they have too little in common', async () => {
    const ids: string[] = [];
    for (const n of [1, 2, 3, 4, 5, 6]) ids.push(await ask({}, { skill_id: `skill-${n}` }));
    expect((await draw(ids)).body.errors?.[0]?.pointer).toBe('/request_ids');
  });
});
