/**
 * What must be true of every database, whatever was done to it: the checker that runs after every case that races, crashes or attacks.
 * It reads as the owner, past row-level security, and shares nothing with the code under test but the chain's definition.
 */
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { canonicalJson, verifyChain } from '@/lib/domain/audit';
import type { Sql } from './people';

const sha256Hex = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
const OPEN = ['pending', 'escalated'];

interface StoredRequest {
  id: string;
  tenant_id: string;
  status: string;
  version: number;
  seq: number;
  last_hash: string;
  required_level: number;
  min_approvals: number;
  current_level: number;
  approvals_count: number;
  payload: unknown;
  payload_digest: string;
  requested_by: string | null;
  agent_id: string | null;
  requester_user_id: string | null;
  requester_key_issuer_id: string | null;
  requester_key_id: string | null;
  created_at: Date;
  expires_at: Date;
  resolved_at: Date | null;
  resolved_by: string | null;
}

interface StoredEvent {
  event_id: string;
  tenant_id: string;
  subject_id: string;
  subject_kind: string;
  seq: number;
  type: string;
  version: number;
  from_status: string | null;
  to_status: string;
  actor: string;
  actor_type: string;
  actor_id: string;
  actor_name: string;
  reason: string | null;
  data: Record<string, unknown>;
  trace_id: string | null;
  timestamp: Date;
  at: string;
  canonical: string;
  prev_hash: string;
  hash: string;
}

interface StoredReview {
  request_id: string;
  tenant_id: string;
  user_id: string;
  member_id: string;
  email: string;
  version: number;
  decision: 'approve' | 'reject';
  level: number;
  key_id: string | null;
  issuer_id: string | null;
  at: Date;
}

interface History {
  request: StoredRequest;
  events: StoredEvent[];
  reviews: StoredReview[];
}

/** Every way in which the database contradicts itself, a line for each; empty when all is well. */
export async function findViolations(sql: Sql, options: { dispatched?: boolean } = {}): Promise<string[]> {
  const histories = await readHistories(sql);
  const rules = [isGapless, folds, endsOnce, isInTime, verifies, isNotSelfDecided, hasEnoughVotes, keepsThePayload];
  return [
    ...histories.flatMap((history) =>
      rules.flatMap((rule) => rule(history)).map((line) => `${history.request.id}: ${line}`),
    ),
    ...(await findOrphans(sql)),
    ...(await findBrokenLogs(sql)),
    ...(await findDoubleDeliveries(sql)),
    ...(await findBudgetFaults(sql)),
    ...(await findRunFaults(sql)),
    ...(options.dispatched ? await findUndispatched(sql) : []),
  ];
}

/** Asserts that all is well. `dispatched`: the worker has run, so that nothing waits in the outbox. */
export async function expectInvariants(sql: Sql, options: { dispatched?: boolean } = {}): Promise<void> {
  expect(await findViolations(sql, options)).toEqual([]);
}

async function readHistories(sql: Sql): Promise<History[]> {
  const [requests, events, reviews] = await Promise.all([
    sql<StoredRequest>('SELECT * FROM approval_requests ORDER BY id'),
    sql<StoredEvent>(
      `SELECT *, to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at FROM events
       WHERE subject_kind = 'request' ORDER BY subject_id, seq`,
    ),
    sql<StoredReview>(
      `SELECT v.*, u.email, k.created_by_user_id AS issuer_id FROM approval_reviews v JOIN users u USING (user_id)
        LEFT JOIN api_keys k USING (key_id) ORDER BY v.request_id, v.at`,
    ),
  ]);
  const eventsOf = Map.groupBy(events, ({ subject_id }) => subject_id);
  const reviewsOf = Map.groupBy(reviews, ({ request_id }) => request_id);
  return requests.map((request) => ({
    request,
    events: eventsOf.get(request.id) ?? [],
    reviews: reviewsOf.get(request.id) ?? [],
  }));
}

function isGapless({ request, events }: History): string[] {
  const numbers = events.map(({ seq }) => seq);
  const wanted = Array.from({ length: request.seq }, (_, index) => index + 1);
  return numbers.join() === wanted.join() ? [] : [`its events are ${numbers.join(' ')}, it is at seq ${request.seq}`];
}

function folds({ request, events }: History): string[] {
  const faults: string[] = [];
  let status: string | null = null;
  let time = 0;
  for (const event of events) {
    if (event.from_status !== status)
      faults.push(`event ${event.seq} comes from ${event.from_status}, not from ${status}`);
    if (event.timestamp.getTime() < time) faults.push(`event ${event.seq} is earlier than the one before it`);
    if (event.tenant_id !== request.tenant_id) faults.push(`event ${event.seq} is in tenant ${event.tenant_id}`);
    status = event.to_status;
    time = event.timestamp.getTime();
  }
  if (status !== request.status) faults.push(`its history ends as ${status}, it is ${request.status}`);
  const counted = events.findLast(({ data }) => data.current_level !== undefined)?.data;
  const said = [counted?.current_level ?? 0, counted?.approvals_count ?? 0].join(' by ');
  const stands = [request.current_level, request.approvals_count].join(' by ');
  if (said !== stands) faults.push(`its history counts level ${said}, it stands at ${stands}`);
  return faults;
}

function endsOnce({ request, events }: History): string[] {
  const endings = events.filter(
    ({ from_status, to_status }) => OPEN.includes(from_status ?? 'pending') && !OPEN.includes(to_status),
  );
  const [ending] = endings;
  if (OPEN.includes(request.status)) {
    return endings.length === 0 && request.resolved_at === null && request.resolved_by === null
      ? []
      : ['it is open and has an ending'];
  }
  if (endings.length !== 1 || ending === undefined) return [`it has ${endings.length} endings`];
  const after = events.filter(({ seq }) => seq > ending.seq).filter(({ type }) => type !== 'approval.commented');
  return [
    ...after.map(({ type, seq }) => `event ${seq} (${type}) comes after its end`),
    ...(ending.actor === request.resolved_by ? [] : [`${ending.actor} ended it, it says ${request.resolved_by}`]),
    ...(ending.timestamp.getTime() === request.resolved_at?.getTime() ? [] : ['it ended at another time than it says']),
  ];
}

function isInTime({ request, events, reviews }: History): string[] {
  const expires = request.expires_at.getTime();
  const faults = reviews
    .filter(({ at }) => at.getTime() >= expires)
    .map(({ user_id }) => `${user_id} voted at or after its expiry`);
  for (const { type, timestamp } of events) {
    const late = timestamp.getTime() >= expires;
    if (type === 'approval.expired' && !late) faults.push('it expired before its expiry');
    if (['approval.approved', 'approval.rejected', 'approval.cancelled'].includes(type) && late) {
      faults.push(`${type} at or after its expiry`);
    }
  }
  return faults;
}

function verifies({ request, events }: History): string[] {
  const links = events.map(({ seq, canonical, at, prev_hash: prevHash, hash }) => ({
    seq,
    canonical,
    at,
    prevHash,
    hash,
  }));
  const verdict = verifyChain(links, sha256Hex, { seq: request.seq, hash: request.last_hash });
  const faults = verdict.ok ? [] : [`event ${verdict.seq} ${verdict.problem}`];
  for (const event of events) {
    const { canonical, prev_hash: _prev, hash: _hash, at: _at, timestamp: _time, ...rest } = event;
    const { xid: _xid, ...fields } = rest as typeof rest & { xid?: unknown };
    if (canonicalJson(fields) !== canonical) faults.push(`event ${event.seq} says something else than what was hashed`);
  }
  return faults;
}

/** Written out again, so that a fault in the domain's own rule is not repeated here. */
function isNotSelfDecided({ request, reviews }: History): string[] {
  const named = [request.requested_by, request.agent_id].filter((name) => name !== null);
  return reviews
    .filter(
      ({ user_id, member_id, email, key_id, issuer_id }) =>
        user_id === request.requester_user_id ||
        user_id === request.requester_key_issuer_id ||
        (issuer_id !== null && [request.requester_user_id, request.requester_key_issuer_id].includes(issuer_id)) ||
        (key_id !== null && key_id === request.requester_key_id) ||
        named.some((name) => name === user_id || name === member_id || name.toLowerCase() === email.toLowerCase()),
    )
    .map(({ user_id }) => `${user_id} decided their own request`);
}

function hasEnoughVotes({ request, events, reviews }: History): string[] {
  const faults = reviews
    .filter(({ tenant_id }) => tenant_id !== request.tenant_id)
    .map(({ user_id }) => `${user_id} voted in another tenant`);
  const decisions = events.filter(({ data }) => data.decision !== undefined).length;
  if (decisions !== reviews.length)
    faults.push(`${decisions} decisions are in its history, ${reviews.length} votes are recorded`);
  const byPeople = request.status === 'approved' && request.resolved_by !== 'policy';
  if (!byPeople) return faults;
  const votes = reviews.filter(({ decision, version }) => decision === 'approve' && version === request.version);
  const level = Math.max(0, ...votes.map((vote) => vote.level));
  if (votes.length < request.min_approvals) faults.push(`approved by ${votes.length} of ${request.min_approvals}`);
  if (level < request.required_level) faults.push(`approved at level ${level} of ${request.required_level}`);
  return faults;
}

function keepsThePayload({ request, events }: History): string[] {
  const digest = `sha256:${sha256Hex(canonicalJson(request.payload))}`;
  const asked = events[0]?.data.payload_digest;
  return digest === request.payload_digest && asked === digest
    ? []
    : ['its payload is not the one that was asked about'];
}

/** The history of every run is whole and ends where the run is; its steps agree with their requests. */
async function findRunFaults(sql: Sql): Promise<string[]> {
  const runs = await sql<{ run_id: string; status: string; seq: number; last_hash: string }>('SELECT * FROM dag_runs');
  const events = await sql<StoredEvent>(
    `SELECT *, to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at FROM events
     WHERE subject_kind = 'run' ORDER BY subject_id, seq`,
  );
  const of = Map.groupBy(events, ({ subject_id }) => subject_id);
  const faults = runs.flatMap(({ run_id, status, seq, last_hash }) => {
    const own = of.get(run_id) ?? [];
    const links = own.map(({ seq: n, canonical, at, prev_hash: prevHash, hash }) => ({
      seq: n,
      canonical,
      at,
      prevHash,
      hash,
    }));
    const verdict = verifyChain(links, sha256Hex, { seq, hash: last_hash });
    let at: string | null = null;
    const jumps = own.flatMap((event) => {
      const line =
        event.from_status === at ? [] : [`event ${event.seq} comes from ${event.from_status}, not from ${at}`];
      at = event.to_status;
      return line;
    });
    const endings = own.filter(({ type }) => type === 'run.succeeded').length;
    return [
      ...(verdict.ok ? [] : [`event ${verdict.seq} ${verdict.problem}`]),
      ...jumps,
      ...(at === status ? [] : [`its history ends as ${at}, it is ${status}`]),
      ...(endings > 1 ? [`it succeeded ${endings} times`] : []),
    ].map((line) => `${run_id}: ${line}`);
  });
  const rows = await sql<{ line: string }>(`
    SELECT e.event_id || ' belongs to no run' AS line FROM events e LEFT JOIN dag_runs r ON r.run_id = e.subject_id AND r.tenant_id = e.tenant_id
    WHERE e.subject_kind = 'run' AND r.run_id IS NULL
    UNION ALL
    SELECT run_id || ' ' || task_id || ' has ' || count(*) || ' checkpoints' FROM approval_requests
    WHERE kind = 'checkpoint' AND NOT (status = 'cancelled' AND resolved_by = 'runner')
    GROUP BY run_id, task_id HAVING count(*) > 1
    UNION ALL
    SELECT s.run_id || ' ' || s.task_id || ' succeeded, its checkpoint is ' || q.status FROM dag_steps s
    JOIN approval_requests q ON q.id = s.request_id WHERE s.type = 'checkpoint' AND s.status = 'succeeded' AND q.status <> 'approved'
    UNION ALL
    SELECT r.run_id || ' succeeded with ' || s.task_id || ' ' || s.status FROM dag_runs r JOIN dag_steps s USING (run_id)
    WHERE r.status = 'succeeded' AND s.status IN ('running', 'waiting', 'failed', 'cancelled')
    UNION ALL
    SELECT r.run_id || ' is ' || r.status || ' with ' || s.task_id || ' ' || s.status FROM dag_runs r JOIN dag_steps s USING (run_id)
    WHERE r.status IN ('failed', 'cancelled') AND s.status IN ('running', 'waiting')
    UNION ALL
    SELECT e.subject_id || ' ' || (e.data ->> 'task_id') || ' succeeded ' || count(*) || ' times' FROM events e
    WHERE e.subject_kind = 'run' AND e.type = 'run.task_succeeded' GROUP BY e.subject_id, e.data ->> 'task_id' HAVING count(*) > 1`);
  return [...faults, ...rows.map(({ line }) => line)];
}

async function findOrphans(sql: Sql): Promise<string[]> {
  const rows = await sql<{ line: string }>(`
    SELECT e.event_id || ' belongs to no request' AS line FROM events e
    LEFT JOIN approval_requests r ON r.id = e.subject_id AND r.tenant_id = e.tenant_id
    WHERE e.subject_kind = 'request' AND r.id IS NULL
    UNION ALL
    SELECT o.event_id || ' is in the outbox and nowhere else' FROM event_outbox o LEFT JOIN events e USING (event_id)
    WHERE e.event_id IS NULL
    UNION ALL
    SELECT i.operation || ' ' || i.key || ' remembers a request that does not exist' FROM idempotency_keys i
    LEFT JOIN approval_requests r ON r.id = i.resource_id
    WHERE i.resource_id LIKE 'req\\_%' AND r.id IS NULL`);
  return rows.map(({ line }) => line);
}

async function findBrokenLogs(sql: Sql): Promise<string[]> {
  const entries = await sql<{
    tenant_id: string;
    seq: number;
    canonical: string;
    prev_hash: string;
    hash: string;
    at: string;
  }>(
    `SELECT *, to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at FROM audit_log ORDER BY tenant_id, seq`,
  );
  const heads = await sql<{ tenant_id: string; seq: number; hash: string }>('SELECT * FROM audit_heads');
  const faults: string[] = [];
  for (const head of heads) {
    const links = entries
      .filter(({ tenant_id }) => tenant_id === head.tenant_id)
      .map(({ seq, canonical, at, prev_hash: prevHash, hash }) => ({ seq, canonical, at, prevHash, hash }));
    const verdict = verifyChain(links, sha256Hex, head);
    if (!verdict.ok) faults.push(`audit log of ${head.tenant_id}: entry ${verdict.seq} ${verdict.problem}`);
  }
  return faults;
}

async function findDoubleDeliveries(sql: Sql): Promise<string[]> {
  const rows = await sql<{ line: string }>(`
    SELECT event_id || ' is delivered ' || count(*) || ' times to ' || endpoint_id AS line FROM webhook_deliveries
    WHERE event_id IS NOT NULL GROUP BY event_id, endpoint_id HAVING count(*) > 1
    UNION ALL
    SELECT delivery_id || ' is about an event that does not exist' FROM webhook_deliveries d
    LEFT JOIN events e ON e.event_id = d.event_id AND e.tenant_id = d.tenant_id
    WHERE d.event_id IS NOT NULL AND e.event_id IS NULL`);
  return rows.map(({ line }) => line);
}

/** What was taken from budgets adds up, was there to be taken, and is settled exactly when the outcome is known. */
async function findBudgetFaults(sql: Sql): Promise<string[]> {
  const rows = await sql<{ line: string }>(`
    WITH sums AS (
      SELECT budget_id, period_start, coalesce(sum(settled_cents) FILTER (WHERE state = 'spent'), 0) AS spent,
        coalesce(sum(amount_cents) FILTER (WHERE state = 'reserved'), 0) AS reserved,
        -- As if everything had cost what it was thought to, and had been used.
        sum(amount_cents) FILTER (WHERE state <> 'released') AS taken, max(limit_cents) AS highest_limit
      FROM budget_reservations GROUP BY budget_id, period_start
    )
    SELECT p.budget_id || ' ' || p.period_start || ' holds ' || p.spent_cents || ' and ' || p.reserved_cents || ', its reservations '
      || coalesce(s.spent, 0) || ' and ' || coalesce(s.reserved, 0) AS line
    FROM budget_periods p LEFT JOIN sums s USING (budget_id, period_start)
    WHERE p.spent_cents <> coalesce(s.spent, 0) OR p.reserved_cents <> coalesce(s.reserved, 0)
    UNION ALL
    SELECT budget_id || ' ' || period_start || ' gave ' || taken || ' of ' || highest_limit FROM sums s
    WHERE taken > highest_limit AND NOT EXISTS (SELECT FROM budget_reservations r WHERE r.budget_id = s.budget_id
      AND r.period_start = s.period_start AND r.settled_cents < r.amount_cents)
    UNION ALL
    SELECT request_id || ' took ' || amount_cents || ' from ' || budget_id || ' with ' || before_cents || ' of ' || limit_cents || ' taken'
    FROM budget_reservations WHERE amount_cents > 0 AND before_cents + amount_cents > limit_cents
    UNION ALL
    SELECT s.request_id || ' drew from ' || s.budget_id || ' and is ' || r.status FROM budget_reservations s
    JOIN approval_requests r ON r.id = s.request_id WHERE r.status <> 'approved' OR r.tenant_id <> s.tenant_id
    UNION ALL
    SELECT s.request_id || ' is ' || s.state || ' in ' || s.budget_id || ', its outcome ' || coalesce(o.result, 'unknown')
    FROM budget_reservations s LEFT JOIN cost_outcomes o USING (request_id)
    WHERE s.state <> CASE o.result WHEN 'used' THEN 'spent' WHEN 'failed' THEN 'released' WHEN 'rolled_back' THEN 'released'
      ELSE 'reserved' END
    UNION ALL
    SELECT s.request_id || ' counts ' || s.settled_cents || ' in ' || s.budget_id FROM budget_reservations s
    JOIN cost_outcomes o USING (request_id)
    WHERE s.settled_cents <> CASE o.result WHEN 'used' THEN coalesce(o.actual_cost_cents, s.amount_cents) ELSE 0 END`);
  return rows.map(({ line }) => line);
}

async function findUndispatched(sql: Sql): Promise<string[]> {
  const waiting = await sql<{ event_id: string }>('SELECT event_id FROM event_outbox ORDER BY position');
  const undelivered = await sql<{ event_id: string; endpoint_id: string }>(`
    SELECT e.event_id, w.endpoint_id FROM events e
    JOIN approval_requests r ON r.id = e.subject_id
    JOIN webhook_endpoints w ON w.tenant_id = e.tenant_id AND w.endpoint_id = r.webhook_endpoint_id
    LEFT JOIN webhook_deliveries d ON d.event_id = e.event_id AND d.endpoint_id = w.endpoint_id
    WHERE d.delivery_id IS NULL AND w.status = 'enabled' AND w.deleted_at IS NULL`);
  return [
    ...waiting.map(({ event_id }) => `${event_id} was never dispatched`),
    ...undelivered.map(({ event_id, endpoint_id }) => `${event_id} was never delivered to ${endpoint_id}`),
  ];
}
