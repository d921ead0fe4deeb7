import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { CreateRequestBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { NO_CALL } from '@/lib/domain/call';
import { isAppError } from '@/lib/domain/errors';
import { recordStatements } from '@/lib/platform/measure';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addPerson, addTenant, type TestKey, type TestPerson, testDatabase } from '@/lib/testing/people';
import { createRequest } from './index';

const sql = testDatabase();

let serial = 0;
let tenant: string;
let asker: TestKey;
let ada: TestPerson;

beforeEach(async () => {
  serial += 1;
  tenant = await addTenant(sql, `acme-${serial}`);
  asker = await addKey(sql, tenant, ['requests:create']);
  ada = await addPerson(sql, tenant, 'operator');
});

type Body = Partial<CreateRequestBody>;

async function ask(over: Body = {}, actor: Actor = asker.actor) {
  const body: CreateRequestBody = {
    policy_type: 'cost',
    skill_id: 'x',
    tenant_id: tenant,
    payload: {},
    links: [],
    ...over,
  };
  return createRequest(actor, body, NO_CALL);
}

async function refusal(over: Body, actor?: Actor): Promise<string> {
  try {
    await ask(over, actor);
    return 'no refusal';
  } catch (error) {
    if (!isAppError(error)) throw error;
    return [error.code, ...(error.errors ?? []).map(({ pointer }) => pointer)].join(' ');
  }
}

const configure = (columns: string, values: string) =>
  sql(`INSERT INTO policy_approval_levels (tenant_id, ${columns}) VALUES ($1, ${values})`, [tenant]);

const secondsBetween = (from: string, to: string | null) =>
  to === null ? null : (new Date(to).getTime() - new Date(from).getTime()) / 1000;

describe('what policy answers decides how a request begins', () => {
  test('require approval opens it: one event, and nothing is decided', async () => {
    const { request, created } = await ask();
    expect(created).toBe(true);
    expect(request).toMatchObject({
      status: 'pending',
      seq: 1,
      version: 1,
      required_level: 3,
      min_approvals: 1,
      resolved_at: null,
    });
    expect(request.status_history.map(({ event, actor }) => [event, actor])).toEqual([
      ['approval.created', asker.keyId],
    ]);
    expect(request.policy).toMatchObject({ decision: 'requires_approval', policy_version: `${tenant}@1` });
    await expectInvariants(sql);
  });

  test('allow approves it at once, by policy, with the reason: two events in one statement', async () => {
    await configure('level, auto_approve_max_cost_cents', '4, 10000');
    const { request } = await ask({ payload: { amount_cents: 10_000 } });
    expect(request).toMatchObject({
      status: 'approved',
      resolved_by: 'policy',
      simulated_cost_cents: 10_000,
      approvals_count: 0,
    });
    expect(request.resolved_at).toBe(request.created_at);
    expect(request.status_history.map(({ event, actor, reason }) => [event, actor, reason])).toEqual([
      ['approval.created', asker.keyId, null],
      ['approval.approved', 'policy', 'Approved automatically: every request allows a cost of at most 100.00'],
    ]);
    const [row] = await sql<{ n: number }>(
      'SELECT count(DISTINCT xid::text)::int AS n FROM events WHERE subject_id = $1',
      [request.request_id],
    );
    expect(row?.n).toBe(1);
    await expectInvariants(sql);
  });

  test.each([
    ['a cent more', { amount_cents: 10_001 }],
    ['an unknown cost', {}],
    ['a negative cost', { amount_cents: -1 }],
    ['a fraction', { amount_cents: 0.5 }],
    ['a cost as text', { amount_cents: '1' }],
    ['a cost that is not safe to count with', { amount_cents: 2 ** 53 }],
    ['a cost that is inherited', JSON.parse('{"constructor":{"amount_cents":1}}') as Record<string, never>],
  ])('%s is never approved by itself', async (_, payload) => {
    await configure('level, auto_approve_max_cost_cents', '3, 10000');
    expect((await ask({ payload })).request.status).toBe('pending');
  });

  test('the emergency stop rejects it, by policy, with the reason', async () => {
    await configure('level, auto_approve_max_cost_cents', '4, 10000');
    await sql(`UPDATE tenants SET emergency_stop = true, emergency_stop_reason = 'Leak' WHERE tenant_id = $1`, [
      tenant,
    ]);
    const { request } = await ask({ payload: { amount_cents: 1 } });
    expect(request).toMatchObject({ status: 'rejected', resolved_by: 'policy', policy: { decision: 'deny' } });
    expect(request.status_history.at(-1)).toMatchObject({
      event: 'approval.rejected',
      reason: 'The emergency stop is on: Leak',
    });
    await expectInvariants(sql);
  });

  test('a stop that another process makes counts at once, whatever this one remembers', async () => {
    await configure('level, auto_approve_max_cost_cents', '4, 10000');
    expect((await ask({ payload: { amount_cents: 1 } })).request.status).toBe('approved');
    await sql('UPDATE tenants SET emergency_stop = true, config_version = config_version + 1 WHERE tenant_id = $1', [
      tenant,
    ]);
    expect((await ask({ payload: { amount_cents: 1 } })).request.status).toBe('rejected');
  });

  test('what the caller adds can only tighten', async () => {
    await configure('level, min_approvals, auto_approve_max_cost_cents', '2, 2, 10000');
    await addPerson(sql, tenant, 'owner');
    const payload = { amount_cents: 1 };
    expect((await ask({ payload })).request.status).toBe('approved');
    expect((await ask({ payload, required_level: 1 })).request).toMatchObject({
      status: 'pending',
      required_level: 2,
      min_approvals: 2,
    });
    expect((await ask({ payload, min_approvals: 1 })).request).toMatchObject({
      status: 'pending',
      required_level: 2,
      min_approvals: 2,
    });
    expect((await ask({ payload, required_level: 5 })).request).toMatchObject({ required_level: 5 });
  });
});

describe('how long it waits', () => {
  const times = async (over: Body = {}) => {
    const { created_at, escalates_at, expires_at } = (await ask(over)).request;
    return [secondsBetween(created_at, escalates_at), secondsBetween(created_at, expires_at)];
  };

  test('where nothing is configured: escalated after five minutes, expired after a day', async () =>
    expect(await times()).toEqual([300, 86_400]));
  test('as the row that speaks says', async () => {
    await configure('level, escalate_after_seconds, expires_in_seconds', '3, 60, 3600');
    expect(await times()).toEqual([60, 3600]);
  });
  test('as long as the caller asks for', async () =>
    expect(await times({ expires_in_seconds: 600 })).toEqual([300, 600]));
  test('an escalation at or after the expiry is dropped', async () => {
    expect(await times({ expires_in_seconds: 301 })).toEqual([300, 301]);
    expect(await times({ expires_in_seconds: 300 })).toEqual([null, 300]);
    expect(await times({ expires_in_seconds: 1 })).toEqual([null, 1]);
  });
});

describe('A8: nobody can finish it', () => {
  test('is said at creation: the request is escalated at once, with what is missing', async () => {
    const { request } = await ask({ required_level: 5 });
    expect(request).toMatchObject({ status: 'escalated', seq: 2, eligible_approvers_count: 1 });
    expect(request.status_history.at(-1)).toMatchObject({
      event: 'approval.escalated',
      actor: 'policy',
      reason: 'Nobody can finish this request. It needs level 5, and the highest level that may decide it is 3.',
    });
    await expectInvariants(sql);
  });

  test('because there are too few, or only the one who asks', async () => {
    const reason = async (over: Body, actor?: Actor) => (await ask(over, actor)).request.status_history.at(-1)?.reason;
    expect(await reason({ min_approvals: 2 })).toContain('It needs 2 approvals, and only 1 person may decide it.');
    expect(await reason({}, ada.actor)).toContain('It needs level 3, and nobody may decide it.');
    expect(await reason({ requested_by: ada.email })).toContain('nobody may decide it');
  });

  test('is said also where another process took the last one away, whatever this one remembers', async () => {
    // One statement: configuration and people are remembered, and believed.
    await vi.waitFor(async () => expect(await recordStatements(() => ask())).toHaveLength(1), { timeout: 5000 });
    await sql('UPDATE memberships SET removed_at = now_ms() WHERE member_id = $1', [ada.memberId]);
    await sql('UPDATE tenants SET people_version = people_version + 1 WHERE tenant_id = $1', [tenant]);
    expect((await ask()).request.status).toBe('escalated');
  });

  test('is not said any more as soon as somebody can', async () => {
    expect((await ask({ required_level: 5 })).request.status).toBe('escalated');
    await addPerson(sql, tenant, 'owner');
    expect((await ask({ required_level: 5 })).request).toMatchObject({
      status: 'pending',
      eligible_approvers_count: 2,
    });
  });
});

describe('who asks is the credential', () => {
  const requester = async (actor: Actor, over: Body = {}) => {
    const { request } = await ask(over, actor);
    const [row] = await sql<{ requester_user_id: string | null; requester_key_id: string | null }>(
      'SELECT requester_user_id, requester_key_id FROM approval_requests WHERE id = $1',
      [request.request_id],
    );
    return [row?.requester_user_id, row?.requester_key_id];
  };

  test('a person, a key’s member, whoever made a service key, or nobody behind the bootstrap key', async () => {
    const member = await addKey(sql, tenant, ['requests:create'], { person: ada });
    const service = await addKey(sql, tenant, ['requests:create'], { ownerUserId: ada.userId });
    const bootstrap = await addKey(sql, tenant, ['*'], { allTenants: true });
    expect(await requester(ada.actor)).toEqual([ada.userId, null]);
    expect(await requester(member.actor)).toEqual([ada.userId, member.keyId]);
    expect(await requester(service.actor)).toEqual([ada.userId, service.keyId]);
    expect(await requester(bootstrap.actor)).toEqual([null, bootstrap.keyId]);
  });

  test('and not what the call says of it, which only the history shows', async () => {
    const over = { requested_by: 'somebody', agent_id: 'billing-bot' };
    expect(await requester(ada.actor, over)).toEqual([ada.userId, null]);
    const { request } = await ask(over);
    expect(request.status_history[0]).toMatchObject({
      actor: 'somebody',
      actor_type: 'api_key',
      actor_id: asker.keyId,
    });
    expect(request.title).toBe('x for billing-bot');
  });

  test('a person’s history shows the person, whoever they say asks', async () => {
    const { request } = await ask({ requested_by: 'somebody' }, ada.actor);
    expect(request.status_history[0]).toMatchObject({ actor: ada.userId, actor_type: 'session', actor_id: ada.userId });
  });
});

describe('a correlation id', () => {
  const again = { correlation_id: 'invoice-4711', payload: { a: 1, b: [2] } };

  test('is the request’s own id where none is given', async () => {
    const { request } = await ask();
    expect(request.correlation_id).toBe(request.request_id);
  });

  test('repeated with the same question by the same caller gets the first request as it is', async () => {
    const first = await ask(again);
    const second = await ask({ ...again, payload: { b: [2], a: 1 }, title: 'Another title' });
    expect([first.created, second.created]).toEqual([true, false]);
    expect(second.request.request_id).toBe(first.request.request_id);
    expect(second.request.title).toBe(first.request.title);
  });

  test('of another question, or another caller’s, is a conflict', async () => {
    await ask(again);
    const conflict = 'request/correlation-conflict';
    expect(await refusal({ ...again, payload: { a: 2 } })).toBe(conflict);
    expect(await refusal({ ...again, skill_id: 'y' })).toBe(conflict);
    expect(await refusal({ ...again, policy_type: 'resource' })).toBe(conflict);
    expect(await refusal(again, (await addKey(sql, tenant, ['requests:create'])).actor)).toBe(conflict);
    expect(await refusal(again, ada.actor)).toBe(conflict);
  });

  test('sent thirty times at once makes one request, and everybody gets it', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask(again)));
    expect(new Set(answers.map(({ request }) => request.request_id)).size).toBe(1);
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    await expectInvariants(sql);
  });
});

describe('a webhook of its own', () => {
  const webhook = { webhook_url: 'https://hooks.example.com/x', webhook_secret: 'canary-of-sixteen-or-more' };

  test('is an endpoint of kind inline, whose secret is nowhere in the database as it is', async () => {
    const { request } = await ask(webhook);
    const [endpoint] = await sql<{ kind: string; url: string }>(
      'SELECT e.kind, e.url FROM webhook_endpoints e JOIN approval_requests r ON r.webhook_endpoint_id = e.endpoint_id WHERE r.id = $1',
      [request.request_id],
    );
    expect(endpoint).toEqual({ kind: 'inline', url: webhook.webhook_url });
    const tables = await sql<{ name: string }>(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`);
    for (const { name } of tables) {
      const found = await sql(`SELECT 1 FROM ${name} t WHERE t::text LIKE '%canary%' OR t::text LIKE $1`, [
        `%${Buffer.from('canary').toString('hex')}%`,
      ]);
      expect([name, found]).toEqual([name, []]);
    }
  });

  test('needs both its parts, and a place it may be sent to', async () => {
    expect(await refusal({ webhook_url: webhook.webhook_url })).toBe('input/invalid /webhook_secret');
    expect(await refusal({ webhook_secret: webhook.webhook_secret })).toBe('input/invalid /webhook_url');
    expect(await refusal({ ...webhook, webhook_url: 'http://hooks.example.com/x' })).toBe(
      'webhook/url-refused /webhook_url',
    );
    expect(await refusal({ ...webhook, webhook_url: 'https://127.0.0.1/x' })).toBe('webhook/url-refused /webhook_url');
    expect(await sql('SELECT 1 FROM approval_requests WHERE tenant_id = $1', [tenant])).toEqual([]);
    expect(await sql('SELECT 1 FROM webhook_endpoints WHERE tenant_id = $1', [tenant])).toEqual([]);
  });
});

test('a tenant that does not exist is asked nothing', async () => {
  const actor = { ...asker.actor, tenantId: 'nowhere' };
  expect(await refusal({ tenant_id: 'nowhere' }, actor)).toBe('tenant/not-found');
});
