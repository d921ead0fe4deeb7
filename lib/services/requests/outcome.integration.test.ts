import { beforeAll, describe, expect, test } from 'vitest';
import {
  approveRequest,
  cancelRequest,
  createRequest,
  getRequest,
  rejectRequest,
  reportOutcome,
} from '@/lib/http/handlers/requests';
import { newId } from '@/lib/platform/crypto';
import { type Answer, type Caller, call, callUntilServed, withKey, withSession } from '@/lib/testing/calls';
import { expectInvariants } from '@/lib/testing/invariants';
import { hold, waitersFor } from '@/lib/testing/locks';
import { addKey, addPerson, addTenant, type TestKey, testDatabase } from '@/lib/testing/people';

const sql = testDatabase();
let asker: TestKey;
let as: Caller;
let admin: Caller;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  await addTenant(sql, 'globex');
  await sql(
    `INSERT INTO policy_approval_levels (tenant_id, level, auto_approve_max_cost_cents) VALUES ('acme', 1, 1000)`,
  );
  asker = await addKey(sql, 'acme', ['requests:create', 'requests:read']);
  as = withKey(asker);
  admin = await withSession(await addPerson(sql, 'acme', 'admin'));
});

const ask = async (amountCents: number | null, caller = as): Promise<string> => {
  const payload = amountCents === null ? {} : { amount_cents: amountCents };
  const { status, body } = await call(createRequest, {
    as: caller,
    body: { tenant_id: 'acme', skill_id: 'payments.transfer', agent_id: 'billing-bot', payload },
  });
  expect(status).toBe(201);
  return String(body.request_id);
};
const report = (id: string, body: unknown, caller = as, headers = {}): Promise<Answer> =>
  callUntilServed(reportOutcome, { as: caller, params: { id }, body, headers });
const used = { result: 'used', actual_cost_cents: 480 };

describe('the outcome of an approved request', () => {
  test('is reported by who asked, shown on the request, and kept with what it was estimated at', async () => {
    const id = await ask(500);
    expect((await call(getRequest, { as, params: { id } })).body.outcome).toBeNull();
    const answer = await report(id, used);
    expect([answer.status, answer.body.status]).toEqual([200, 'approved']);
    const outcome = {
      result: 'used',
      estimated_cost_cents: 500,
      actual_cost_cents: 480,
      reported_by: asker.keyId,
      reported_by_name: 'test',
      at: expect.stringMatching(/Z$/),
    };
    expect(answer.body.outcome).toEqual(outcome);
    expect((await call(getRequest, { as, params: { id } })).body.outcome).toEqual(outcome);
    expect(await sql('SELECT * FROM cost_outcomes WHERE request_id = $1', [id])).toMatchObject([
      { tenant_id: 'acme', skill_id: 'payments.transfer', agent_id: 'billing-bot', policy_type: 'cost' },
    ]);
    const [entry] = await sql(`SELECT * FROM audit_log WHERE tenant_id = 'acme' ORDER BY seq DESC LIMIT 1`);
    expect(entry).toMatchObject({
      action: 'request.outcome_reported',
      actor: asker.keyId,
      target_kind: 'request',
      target_id: id,
      data: { result: 'used', actual_cost_cents: 480 },
    });
  });

  test.each([
    [{ result: 'failed' }, { result: 'failed', actual_cost_cents: null }],
    [
      { result: 'rolled_back', actual_cost_cents: 0 },
      { result: 'rolled_back', actual_cost_cents: 0 },
    ],
    [
      { result: 'used', actual_cost_cents: null },
      { result: 'used', actual_cost_cents: null },
    ],
  ])('may be %j', async (body, shown) => {
    expect((await report(await ask(1), body)).body.outcome).toMatchObject(shown);
  });

  test('of what nobody knew the cost of has no estimate', async () => {
    const id = await ask(null);
    await call(approveRequest, { as: admin, params: { id }, body: {} });
    expect((await report(id, used)).body.outcome).toMatchObject({ estimated_cost_cents: null, actual_cost_cents: 480 });
  });

  test.each([
    {},
    { result: 'lost' },
    { result: 'used', actual_cost_cents: -1 },
    { result: 'used', actual_cost_cents: 0.5 },
    { result: 'used', actual_cost_cents: 2 ** 53 },
    { result: 'used', cost: 1 },
  ])('is not %j', async (body) => {
    expect((await report(await ask(1), body)).status).toBe(422);
  });
});

describe('an outcome is reported once', () => {
  test('the same report again answers with what is there, whoever sends it', async () => {
    const id = await ask(500);
    const first = await report(id, used);
    const again = await report(id, used, admin);
    expect([again.status, again.body.outcome]).toEqual([200, first.body.outcome]);
    const entries = await sql(`SELECT FROM audit_log WHERE action = 'request.outcome_reported' AND target_id = $1`, [
      id,
    ]);
    expect(entries.length).toBe(1);
  });

  test.each([
    { result: 'failed', actual_cost_cents: 480 },
    { result: 'used', actual_cost_cents: 481 },
    { result: 'used' },
  ])('and %j after another one is a conflict that says which came first', async (body) => {
    const id = await ask(500);
    await report(id, used);
    const answer = await report(id, body);
    expect([answer.status, answer.body.code]).toEqual([409, 'outcome/already-reported']);
    expect(answer.body).toMatchObject({ ...used, reported_at: expect.any(String) });
    expect((await call(getRequest, { as, params: { id } })).body.outcome).toMatchObject(used);
  });

  test('two different reports at the same instant: one is kept, the other hears which', async () => {
    const id = await ask(500);
    // Both have found the request and wait to write.
    const gate = await hold('LOCK TABLE cost_outcomes IN SHARE MODE');
    const reports = [used, { result: 'failed' }].map((body) => report(id, body));
    await waitersFor(sql, 2);
    await gate.commit();
    const answers = await Promise.all(reports);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const kept = answers.find(({ status }) => status === 200)?.body.outcome as { result: string };
    expect(answers.find(({ status }) => status === 409)?.body.result).toBe(kept.result);
    expect(await sql('SELECT result FROM cost_outcomes WHERE request_id = $1', [id])).toEqual([
      { result: kept.result },
    ]);
  });

  test('a repeated call with its Idempotency-Key is a replay, with another body a mismatch', async () => {
    const id = await ask(500);
    const headers = { 'idempotency-key': 'outcome-1' };
    await report(id, used, as, headers);
    const replayed = await report(id, used, as, headers);
    expect([replayed.status, replayed.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    expect((await report(id, { result: 'failed' }, as, headers)).body.code).toBe('idempotency/mismatch');
  });

  test('and the database keeps it as it is', async () => {
    const id = await ask(500);
    await report(id, used);
    await expect(sql(`UPDATE cost_outcomes SET result = 'failed' WHERE request_id = $1`, [id])).rejects.toThrow(
      /keeps what happened/,
    );
    await expect(sql('DELETE FROM cost_outcomes WHERE request_id = $1', [id])).rejects.toThrow(/keeps what happened/);
  });
});

describe('only what was approved has an outcome', () => {
  test.each([
    ['pending', null],
    ['rejected', rejectRequest],
    ['cancelled', cancelRequest],
  ])('a %s request has none', async (state, ending) => {
    const id = await ask(5000);
    const reason = ending === rejectRequest ? { notes: 'No' } : { reason: 'No' };
    if (ending !== null) await call(ending, { as: admin, params: { id }, body: reason });
    const answer = await report(id, used);
    expect([answer.status, answer.body.code, answer.body.state]).toEqual([409, 'request/not-approved', state]);
    expect(await sql('SELECT FROM cost_outcomes WHERE request_id = $1', [id])).toEqual([]);
  });
});

describe('who may report', () => {
  test('a person whose key asked, in the console; another key or person may not; who manages policy may', async () => {
    const person = await addPerson(sql, 'acme', 'operator');
    const own = withKey(await addKey(sql, 'acme', ['requests:create'], { person }));
    const id = await ask(500, own);
    const stranger = withKey(await addKey(sql, 'acme', ['requests:create', 'requests:read']));
    const colleague = await withSession(await addPerson(sql, 'acme', 'operator'));
    for (const caller of [stranger, colleague]) {
      const answer = await report(id, used, caller);
      expect([answer.status, answer.body.code]).toEqual([403, 'access/forbidden']);
    }
    expect((await report(id, used, await withSession(person))).status).toBe(200);
    expect((await report(await ask(500, own), used, admin)).status).toBe(200);
    const manager = withKey(await addKey(sql, 'acme', ['requests:create', 'policy:manage']));
    expect((await report(await ask(500, own), used, manager)).status).toBe(200);
  });

  test('a request of another tenant is missing, and a malformed id too', async () => {
    const theirs = withKey(await addKey(sql, 'globex', ['requests:create', 'policy:manage']));
    const id = await ask(500);
    for (const each of [id, newId('request'), `${id}!`]) {
      const answer = await report(each, used, theirs);
      expect([answer.status, answer.body.code]).toEqual([404, 'request/not-found']);
    }
  });

  test('a key that is revoked while the report waits reports nothing', async () => {
    const key = await addKey(sql, 'acme', ['requests:create']);
    const id = await ask(500, withKey(key));
    const revocation = await hold('UPDATE api_keys SET revoked_at = now_ms() WHERE key_id = $1', [key.keyId]);
    const waiting = report(id, used, withKey(key));
    await waitersFor(sql);
    await revocation.commit();
    const answer = await waiting;
    expect([answer.status, answer.body.code]).toEqual([403, 'access/forbidden']);
    expect(await sql('SELECT FROM cost_outcomes WHERE request_id = $1', [id])).toEqual([]);
  });

  test('so does a person who is demoted while it waits', async () => {
    const person = await addPerson(sql, 'acme', 'admin');
    const id = await ask(500);
    const demotion = await hold(`UPDATE memberships SET role = 'operator', level = 1 WHERE member_id = $1`, [
      person.memberId,
    ]);
    const waiting = report(id, used, await withSession(person));
    await waitersFor(sql);
    await demotion.commit();
    expect((await waiting).status).toBe(403);
  });
});

test('and all of it has left the database whole', () => expectInvariants(sql));
