import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CreateRequestBody } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { commandRequest, createRequest } from '@/lib/services/requests';
import { findViolations } from './invariants';
import { addKey, addPerson, addTenant, type TestKey, type TestPerson, testDatabase } from './people';

// A checker that finds nothing proves nothing: every rule is broken here once, by a superuser who has taken down what protects it.
const sql = testDatabase();

const ASK: CreateRequestBody = {
  policy_type: 'cost',
  skill_id: 'x',
  tenant_id: 'acme',
  payload: { amount_cents: 100 },
  links: [],
};

let asker: TestKey;
let ada: TestPerson;
let id: string;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  await addTenant(sql, 'globex');
  asker = await addKey(sql, 'acme', ['requests:create']);
  ada = await addPerson(sql, 'acme', 'operator');
  await sql('ALTER TABLE approval_requests DISABLE TRIGGER USER');
  await sql('ALTER TABLE events DISABLE TRIGGER USER');
  await sql('ALTER TABLE budget_reservations DISABLE TRIGGER USER');
  await sql('ALTER TABLE budget_reservations DROP CONSTRAINT budget_reservations_within_limit');
  await sql('ALTER TABLE cost_outcomes DISABLE TRIGGER USER');
  await sql(`INSERT INTO budgets (budget_id, tenant_id, period, limit_cents) VALUES ('bud_x', 'acme', 'day', 150)`);
  await sql('ALTER TABLE approval_requests DROP CONSTRAINT approval_requests_decided_in_time');
  await sql('ALTER TABLE approval_requests DROP CONSTRAINT approval_requests_open_or_resolved');
});

beforeEach(async () => {
  for (const table of [
    'webhook_deliveries',
    'webhook_endpoints',
    'budget_reservations',
    'budget_periods',
    'cost_outcomes',
    'event_outbox',
    'events',
    'approval_reviews',
    'approval_requests',
  ]) {
    await sql(`DELETE FROM ${table}`);
  }
  id = (await createRequest(asker.actor, ASK, NO_CALL)).request.request_id;
  await commandRequest(ada.actor, id, { type: 'approve', notes: 'Fine' }, NO_CALL);
});

test('an honest history has nothing against it', async () => expect(await findViolations(sql)).toEqual([]));

test('what has not been dispatched is found where it should have been', async () => {
  const waiting = await findViolations(sql, { dispatched: true });
  expect(waiting).toHaveLength(2);
  for (const line of waiting) expect(line).toMatch(/^evt_\w+ was never dispatched$/);
});

describe.each<[string, string, RegExp]>([
  ['an event is missing', 'DELETE FROM events WHERE seq = 1', /its events are 2, it is at seq 2/],
  [
    'the history does not follow on',
    `UPDATE events SET from_status = 'escalated' WHERE seq = 2`,
    /event 2 comes from escalated, not from pending/,
  ],
  [
    'time runs backwards',
    `UPDATE events SET timestamp = timestamp - interval '1 day' WHERE seq = 2`,
    /event 2 is earlier than the one before it/,
  ],
  [
    'the state is not what its history says',
    `UPDATE approval_requests SET status = 'rejected'`,
    /its history ends as approved, it is rejected/,
  ],
  [
    'the count is not what its history says',
    'UPDATE approval_requests SET approvals_count = 2',
    /its history counts level 3 by 1, it stands at 3 by 2/,
  ],
  ['an open request has ended', `UPDATE approval_requests SET status = 'pending'`, /it is open and has an ending/],
  [
    'it ends twice',
    `INSERT INTO events SELECT subject_id, 3, 'evt_x', tenant_id, subject_kind, 'approval.rejected', version, 'pending', 'rejected', actor,
       actor_type, actor_id, actor_name, reason, data, trace_id, timestamp, xid, canonical, prev_hash, hash FROM events WHERE seq = 2`,
    /it has 2 endings/,
  ],
  ['somebody else ended it', `UPDATE approval_requests SET resolved_by = 'usr_x'`, /ended it, it says usr_x/],
  [
    'it was decided too late',
    'UPDATE approval_requests SET expires_at = resolved_at',
    /approval.approved at or after its expiry/,
  ],
  ['a vote came too late', "UPDATE approval_reviews SET at = at + interval '2 days'", /voted at or after its expiry/],
  [
    'an event was edited',
    `UPDATE events SET reason = 'Edited' WHERE seq = 2`,
    /event 2 says something else than what was hashed/,
  ],
  [
    'the hashed text was edited',
    `UPDATE events SET canonical = canonical || ' ' WHERE seq = 1`,
    /event 1 was changed after it was written/,
  ],
  ['the head was edited', `UPDATE approval_requests SET last_hash = 'x'`, /event 2 is not the end that was recorded/],
  [
    'the payload was exchanged',
    `UPDATE approval_requests SET payload = '{"a":2}'`,
    /its payload is not the one that was asked about/,
  ],
  [
    'the requester decided',
    'UPDATE approval_requests SET requester_user_id = (SELECT user_id FROM approval_reviews)',
    /decided their own request/,
  ],
  [
    'the requester decided, by e-mail',
    'UPDATE approval_requests SET agent_id = (SELECT upper(u.email) FROM approval_reviews JOIN users u USING (user_id))',
    /decided their own request/,
  ],
  ['too few have approved', 'UPDATE approval_requests SET min_approvals = 2', /approved by 1 of 2/],
  ['nobody high enough has approved', 'UPDATE approval_requests SET required_level = 5', /approved at level 3 of 5/],
  ['a vote is missing', 'DELETE FROM approval_reviews', /1 decisions are in its history, 0 votes are recorded/],
  ['an event is nobody’s', `UPDATE events SET subject_id = 'req_x' WHERE seq = 2`, /belongs to no request/],
  [
    'an event lies in another tenant',
    `UPDATE events SET tenant_id = 'globex' WHERE seq = 2`,
    /event 2 is in tenant globex/,
  ],
  [
    'the outbox invents something',
    `INSERT INTO event_outbox (event_id, tenant_id, subject_id, type) VALUES ('evt_x', 'acme', 'x', 'x')`,
    /evt_x is in the outbox and nowhere else/,
  ],
  [
    'a budget’s period does not add up',
    'UPDATE budget_periods SET reserved_cents = 99',
    /bud_x \d{4}-\d\d-\d\d holds 0 and 99, its reservations 0 and 100/,
  ],
  [
    'a budget gave more than it had',
    `UPDATE budget_reservations SET limit_cents = 99`,
    /gave 100 of 99\nreq_\w+ took 100 from bud_x with 0 of 99 taken/,
  ],
  [
    'what is not approved holds a reservation',
    `UPDATE approval_requests SET status = 'rejected'`,
    /drew from bud_x and is rejected/,
  ],
  [
    'an outcome settled nothing',
    `INSERT INTO cost_outcomes (request_id, tenant_id, skill_id, policy_type, result, reported_by, reported_by_type, reported_by_name)
     SELECT id, tenant_id, skill_id, policy_type, 'failed', 'x', 'api_key', 'x' FROM approval_requests`,
    /is reserved in bud_x, its outcome failed/,
  ],
  [
    'an outcome settled something else',
    `WITH o AS (INSERT INTO cost_outcomes (request_id, tenant_id, skill_id, policy_type, result, actual_cost_cents, reported_by,
         reported_by_type, reported_by_name)
       SELECT id, tenant_id, skill_id, policy_type, 'used', 80, 'x', 'api_key', 'x' FROM approval_requests)
     UPDATE budget_reservations SET state = 'spent', settled_cents = 100, settled_at = now()`,
    /counts 100 in bud_x/,
  ],
])('it is found when', (what, statement, line) => {
  test(what, async () => {
    await sql(statement);
    expect((await findViolations(sql)).join('\n')).toMatch(line);
  });
});

test('an audit log that was edited is found', async () => {
  await sql(`INSERT INTO audit_heads (tenant_id, seq, hash) VALUES ('acme', 1, 'x')`);
  expect(await findViolations(sql)).toEqual(['audit log of acme: entry 1 the end is missing: 1 events were recorded']);
  await sql('DELETE FROM audit_heads');
});

test('an event that is delivered twice to one endpoint, or that never was, is found', async () => {
  await sql('ALTER TABLE webhook_deliveries DROP CONSTRAINT ux_webhook_deliveries_event_endpoint');
  await sql(
    `INSERT INTO webhook_endpoints (endpoint_id, tenant_id, kind, url) VALUES ('whe_x', 'acme', 'registered', 'https://example.com')`,
  );
  const columns = 'delivery_id, tenant_id, endpoint_id, event_id, webhook_id, event_type, body, lane';
  for (const [delivery, event] of [
    ['whd_1', `(SELECT event_id FROM events WHERE seq = 1)`],
    ['whd_2', `(SELECT event_id FROM events WHERE seq = 1)`],
    ['whd_3', `'evt_x'`],
  ]) {
    await sql(
      `INSERT INTO webhook_deliveries (${columns}) VALUES ('${delivery}', 'acme', 'whe_x', ${event}, 'x', 'x', '{}', 'x')`,
    );
  }
  expect((await findViolations(sql)).sort()).toEqual([
    expect.stringMatching(/^evt_\w+ is delivered 2 times to whe_x$/),
    'whd_3 is about an event that does not exist',
  ]);
});
