// TORTURE I8: the audit trail edited, cut in the middle, cut at the tail, reordered or rewritten by a superuser: the verifier says where.
import pg from 'pg';
import { beforeEach, describe, expect, test } from 'vitest';
import { CreateRequestBody } from '@/lib/contracts';
import { CHAIN_START, canonicalJson, chainInput } from '@/lib/domain/audit';
import { NO_CALL } from '@/lib/domain/call';
import { newId, sha256Hex } from '@/lib/platform/crypto';
import { appendAudit, inTenant } from '@/lib/platform/db';
import { env } from '@/lib/platform/env';
import { commandRequest, createRequest } from '@/lib/services/requests';
import { addRequest } from '@/lib/testing/histories';
import { addKey, addPerson, addTenant, type TestPerson, testDatabase } from '@/lib/testing/people';
import { verifyAudit } from '.';

const sql = testDatabase();

let tenantId: string;
let admin: TestPerson;
let request: string;
let other: string;

beforeEach(async () => {
  tenantId = await addTenant(sql, newId('audit').toLowerCase());
  admin = await addPerson(sql, tenantId, 'admin');
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 14, 9, minute));
  request = await addRequest(sql, tenantId, {
    createdAt: at(0),
    comments: [
      { at: at(1), text: 'Which invoice is this?' },
      { at: at(2), text: 'The one of March' },
    ],
    ending: { status: 'approved', at: at(3) },
  });
  other = await addRequest(sql, tenantId);
  for (const name of ['first', 'second', 'third']) {
    await inTenant(admin.actor, (tx) =>
      appendAudit(tx, admin.actor, tenantId, {
        action: 'key.created',
        targetKind: 'key',
        targetId: `key_${name}`,
        data: { name, scopes: ['requests:read'], limits: { daily: 1.5, none: null } },
      }),
    );
  }
});

/** What somebody with the whole database in their hands does: no trigger, no policy, no constraint of foreign keys. */
async function tamper(...statements: [text: string, values?: unknown[]][]): Promise<void> {
  const client = new pg.Client({ connectionString: env().DATABASE_URL });
  await client.connect();
  await client.query('SET session_replication_role = replica');
  for (const [text, values] of statements) await client.query(text, values);
  await client.end();
}

const verify = () => verifyAudit({ tenantId });

test('a history nobody touched verifies, and says what was looked at', async () => {
  expect(await verify()).toEqual({
    ok: true,
    tenant_id: tenantId,
    subjects: 2,
    events: 5,
    audit_entries: 3,
    problems: [],
  });
});

test('the history of a tenant in which nothing has happened verifies', async () => {
  await addTenant(sql, 'nothing');
  const empty = { subjects: 0, events: 0, audit_entries: 0, problems: [] };
  expect(await verifyAudit({ tenantId: 'nothing' })).toEqual({ ok: true, tenant_id: 'nothing', ...empty });
});

test('more requests and entries than one batch holds are all looked at', async () => {
  for (let i = 0; i < 120; i++) await addRequest(sql, tenantId);
  expect(await verify()).toMatchObject({ ok: true, subjects: 122, events: 125 });
});

describe('a request’s history that was', () => {
  test('edited in a column is found, though the chain is whole', async () => {
    await tamper([
      `UPDATE events SET reason = 'The one of April', actor = 'usr_eve' WHERE subject_id = $1 AND seq = 3`,
      [request],
    ]);
    expect(await verify()).toMatchObject({
      ok: false,
      problems: [{ subject_id: request, seq: 3, problem: 'says something else than what was signed: actor, reason' }],
    });
  });

  test.each([
    ['data', `data = '{"level": 5}'`],
    ['to_status', `to_status = 'rejected'`],
    ['trace_id', `trace_id = 'abc'`],
    ['actor_type', `actor_type = 'policy'`],
  ])('edited in any column is found: %s', async (column, change) => {
    await tamper([`UPDATE events SET ${change} WHERE subject_id = $1 AND seq = 2`, [request]]);
    const { problems } = await verify();
    expect(problems).toContainEqual({
      subject_id: request,
      seq: 2,
      problem: `says something else than what was signed: ${column}`,
    });
  });

  test('edited in its signed text and column is found', async () => {
    await tamper([
      `UPDATE events SET reason = 'The one of April', canonical = replace(canonical, 'of March', 'of April')
       WHERE subject_id = $1 AND seq = 3`,
      [request],
    ]);
    expect((await verify()).problems).toEqual([
      { subject_id: request, seq: 3, problem: 'was changed after it was written' },
    ]);
  });

  test('moved in time is found', async () => {
    await tamper([
      `UPDATE events SET timestamp = timestamp - interval '1 ms' WHERE subject_id = $1 AND seq = 4`,
      [request],
    ]);
    expect((await verify()).problems).toEqual([
      { subject_id: request, seq: 4, problem: 'was changed after it was written' },
    ]);
  });

  test('cut in the middle is found, also when the rest was numbered again', async () => {
    await tamper([`DELETE FROM events WHERE subject_id = $1 AND seq = 2`, [request]]);
    expect((await verify()).problems).toContainEqual({ subject_id: request, seq: 2, problem: 'event 2 is missing' });
    await tamper([`UPDATE events SET seq = seq - 1 WHERE subject_id = $1 AND seq > 2`, [request]]);
    expect((await verify()).problems).toContainEqual({
      subject_id: request,
      seq: 2,
      problem: 'does not follow the event before it',
    });
  });

  test('cut at the tail is found', async () => {
    await tamper([`DELETE FROM events WHERE subject_id = $1 AND seq = 4`, [request]]);
    expect((await verify()).problems).toEqual([
      { subject_id: request, seq: 4, problem: 'the end is missing: 4 events were recorded' },
      { subject_id: request, seq: 3, problem: 'the request is approved, its history says pending' },
    ]);
  });

  test('reordered is found', async () => {
    await tamper(
      [`UPDATE events SET seq = 9 WHERE subject_id = $1 AND seq = 2`, [request]],
      [`UPDATE events SET seq = 2 WHERE subject_id = $1 AND seq = 3`, [request]],
      [`UPDATE events SET seq = 3 WHERE subject_id = $1 AND seq = 9`, [request]],
    );
    const { problems } = await verify();
    expect(problems).toContainEqual({ subject_id: request, seq: 2, problem: 'does not follow the event before it' });
    expect(problems).toContainEqual({
      subject_id: request,
      seq: 3,
      problem: 'says something else than what was signed: seq',
    });
  });

  test('continued with an event that never happened is found', async () => {
    await tamper([
      `INSERT INTO events SELECT e.subject_id, 5, 'evt_forged', e.tenant_id, e.subject_kind, e.type, e.version, e.from_status, e.to_status,
         e.actor, e.actor_type, e.actor_id, e.actor_name, e.reason, e.data, e.trace_id, e.timestamp, e.xid, e.canonical, e.hash, e.hash
       FROM events e WHERE e.subject_id = $1 AND e.seq = 4`,
      [request],
    ]);
    expect((await verify()).problems).toContainEqual({
      subject_id: request,
      seq: 5,
      problem: 'was changed after it was written',
    });
  });

  test('rewritten with hashes that fit is found by the head, unless that was rewritten too', async () => {
    const [last] = await sql<{ canonical: string; prev_hash: string; at: string }>(
      'SELECT canonical, prev_hash, rfc3339_ms(timestamp) AS at FROM events WHERE subject_id = $1 AND seq = 4',
      [request],
    );
    const canonical = (last?.canonical ?? '').replaceAll('usr_ada', 'usr_eve');
    const hash = sha256Hex(chainInput(last?.prev_hash ?? CHAIN_START, canonical, last?.at ?? ''));
    await tamper([
      `UPDATE events SET actor = 'usr_eve', actor_name = 'usr_eve', actor_id = 'id_of_usr_eve', canonical = $2, hash = $3
       WHERE subject_id = $1 AND seq = 4`,
      [request, canonical, hash],
    ]);
    expect((await verify()).problems).toEqual([
      { subject_id: request, seq: 4, problem: 'is not the end that was recorded' },
    ]);
  });

  test('left alone, while its request was changed, is found', async () => {
    await tamper([`UPDATE approval_requests SET status = 'rejected' WHERE id = $1`, [request]]);
    await tamper([`UPDATE approval_requests SET payload = '{"amount_cents": 1}' WHERE id = $1`, [other]]);
    const { problems } = await verify();
    expect(problems).toHaveLength(2);
    expect(problems).toContainEqual({
      subject_id: request,
      seq: 4,
      problem: 'the request is rejected, its history says approved',
    });
    expect(problems).toContainEqual({
      subject_id: other,
      seq: 1,
      problem: 'the payload is not the one that was asked about',
    });
  });

  test('left without its request is found, also when it lost its beginning', async () => {
    await tamper(
      ['DELETE FROM approval_requests WHERE id = $1', [request]],
      ['DELETE FROM events WHERE subject_id = $1 AND seq = 1', [request]],
    );
    expect((await verify()).problems).toEqual([{ subject_id: request, seq: 2, problem: 'its request is missing' }]);
  });

  test('taken out as a whole is found', async () => {
    await tamper(['DELETE FROM events WHERE subject_id = $1', [request]]);
    expect((await verify()).problems).toEqual([
      { subject_id: request, seq: 1, problem: 'the end is missing: 4 events were recorded' },
    ]);
  });
});

describe('the audit log that was', () => {
  const problem = (seq: number, text: string) => ({ subject_id: 'audit_log', seq, problem: text });

  test('edited is found', async () => {
    await tamper([`UPDATE audit_log SET actor_name = 'Eve' WHERE tenant_id = $1 AND seq = 2`, [tenantId]]);
    expect((await verify()).problems).toEqual([problem(2, 'says something else than what was signed: actor_name')]);
  });

  test('cut in the middle is found', async () => {
    await tamper(['DELETE FROM audit_log WHERE tenant_id = $1 AND seq = 2', [tenantId]]);
    expect((await verify()).problems).toEqual([problem(2, 'entry 2 is missing')]);
  });

  test('cut at the tail is found, down to nothing', async () => {
    await tamper(['DELETE FROM audit_log WHERE tenant_id = $1 AND seq = 3', [tenantId]]);
    expect((await verify()).problems).toEqual([problem(3, 'the end is missing: 3 entries were recorded')]);
    await tamper(['DELETE FROM audit_log WHERE tenant_id = $1', [tenantId]]);
    expect((await verify()).problems).toEqual([problem(1, 'the end is missing: 3 entries were recorded')]);
  });

  test('cut at the tail together with its head’s row is found', async () => {
    await tamper(
      ['DELETE FROM audit_log WHERE tenant_id = $1 AND seq = 3', [tenantId]],
      ['DELETE FROM audit_heads WHERE tenant_id = $1', [tenantId]],
    );
    expect((await verify()).problems).toEqual([problem(2, 'is not the end that was recorded')]);
  });

  test('longer than one batch is followed across batches, and a break in a later one is found', async () => {
    let prev =
      (await sql<{ hash: string }>('SELECT hash FROM audit_heads WHERE tenant_id = $1', [tenantId]))[0]?.hash ?? '';
    const entries = Array.from({ length: 1500 }, (_, index) => {
      const fields = {
        audit_id: newId('audit'),
        tenant_id: tenantId,
        action: 'key.revoked',
        actor: 'usr_ada',
        actor_type: 'session',
        actor_name: 'Ada',
        target_kind: 'key',
        target_id: `key_${index}`,
        data: {},
      };
      const timestamp = '2026-01-14T09:00:00.000Z';
      const canonical = canonicalJson(fields);
      const prevHash = prev;
      prev = sha256Hex(chainInput(prevHash, canonical, timestamp));
      return { ...fields, seq: index + 4, timestamp, canonical, prev_hash: prevHash, hash: prev, xid: '1' };
    });
    await sql('INSERT INTO audit_log SELECT * FROM jsonb_populate_recordset(NULL::audit_log, $1::jsonb)', [
      JSON.stringify(entries),
    ]);
    await sql('UPDATE audit_heads SET seq = 1503, hash = $2 WHERE tenant_id = $1', [tenantId, prev]);
    expect(await verify()).toMatchObject({ ok: true, audit_entries: 1503 });
    await tamper([`UPDATE audit_log SET hash = 'x' WHERE tenant_id = $1 AND seq = 1400`, [tenantId]]);
    expect((await verify()).problems).toEqual([problem(1400, 'was changed after it was written')]);
  });
});

test('a vote that was given to somebody else, where no chain is, is found', async () => {
  const ada = await addPerson(sql, tenantId, 'operator');
  const eve = await addPerson(sql, tenantId, 'operator');
  const asker = await addKey(sql, tenantId, ['requests:create']);
  const ask = { policy_type: 'cost', skill_id: 'x', tenant_id: tenantId, payload: {}, links: [] } as const;
  const { request: asked } = await createRequest(asker.actor, { ...ask, links: [] }, NO_CALL);
  await commandRequest(ada.actor, asked.request_id, { type: 'approve' }, NO_CALL);
  expect((await verify()).ok).toBe(true);
  await tamper(['UPDATE approval_reviews SET user_id = $1 WHERE request_id = $2', [eve.userId, asked.request_id]]);
  expect((await verify()).problems).toEqual([
    { subject_id: asked.request_id, seq: 2, problem: 'the vote is not recorded as it was given' },
    { subject_id: asked.request_id, seq: 2, problem: `a vote of ${eve.userId} is in no event` },
  ]);
});

test('what is wrong in one tenant is not told to another', async () => {
  await tamper([`UPDATE events SET reason = 'x' WHERE subject_id = $1`, [request]]);
  const rival = await addTenant(sql, 'rival');
  await addRequest(sql, rival);
  expect(await verifyAudit({ tenantId: rival })).toMatchObject({ ok: true, subjects: 1 });
});

test('what the application writes verifies, also while it goes on writing', async () => {
  const person = await addPerson(sql, tenantId, 'owner');
  const service = await addKey(sql, tenantId, ['requests:create']);
  const body = CreateRequestBody.parse({
    tenant_id: tenantId,
    skill_id: 'payments.transfer',
    agent_id: 'billing-bot',
    payload: { amount_cents: 250_000, note: 'ä "quoted" \u2028', rate: 1e-7, huge: 1e21, nested: [{ a: null }, -0.5] },
    justification: 'Invoice 4711',
  });
  const one = async () => {
    const { request_id: id } = (await createRequest(service.actor, body, NO_CALL)).request;
    await commandRequest(
      person.actor,
      id,
      { type: 'comment', text: 'Looking' },
      { ...NO_CALL, traceId: 'ab'.repeat(16) },
    );
    const approval = { approvalData: { cost_centre: 'R&D', limit: 0.1 } };
    await commandRequest(person.actor, id, { type: 'approve', notes: 'Fine' }, NO_CALL, approval);
  };
  await one();
  let over = false;
  const writing = (async () => {
    while (!over) {
      await one();
      await inTenant(admin.actor, (tx) =>
        appendAudit(tx, 'system', tenantId, { action: 'key.used', targetKind: 'key', targetId: 'key_1' }),
      );
    }
  })();
  const verdicts = [];
  for (let i = 0; i < 10; i++) verdicts.push(await verify());
  over = true;
  await writing;
  verdicts.push(await verify());
  for (const { problems } of verdicts) expect(problems).toEqual([]);
  expect(verdicts.at(-1)?.events).toBeGreaterThan(verdicts[0]?.events ?? 0);
});
