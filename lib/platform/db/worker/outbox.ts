import type { ApprovalEventType, ApprovalStatus, RequestKind } from '@/lib/domain/approval';
import type { PolicyType } from '@/lib/domain/policy';
import type { RunStatusName, RunWebhookType } from '@/lib/domain/run';
import { Prisma } from '../generated/client';
import { asWorker } from '../tenant';

/** Where an event is to be delivered. */
export interface DispatchTarget {
  endpoint_id: string;
  kind: 'registered' | 'inline';
  url: string;
}

/** An event that waits to be dispatched, with what its subject says that does not change any more. */
export type OutboxEvent = RequestOutboxEvent | RunOutboxEvent;

interface AnyOutboxEvent {
  event_id: string;
  tenant_id: string;
  subject_id: string;
  seq: number;
  version: number;
  actor: string;
  actor_type: string;
  actor_id: string;
  actor_name: string;
  reason: string | null;
  data: Record<string, unknown>;
  trace_id: string | null;
  /** RFC 3339, UTC, milliseconds. */
  timestamp: string;
  targets: DispatchTarget[];
}

export interface RequestOutboxEvent extends AnyOutboxEvent {
  subject_kind: 'request';
  type: ApprovalEventType;
  from_status: ApprovalStatus | null;
  to_status: ApprovalStatus;
  request: {
    correlation_id: string;
    kind: RequestKind;
    title: string;
    policy_type: PolicyType;
    skill_id: string;
    agent_id: string | null;
    requested_by: string | null;
    payload_digest: string;
    created_at: string;
    expires_at: string;
  };
}

export interface RunOutboxEvent extends AnyOutboxEvent {
  subject_kind: 'run';
  type: RunWebhookType;
  from_status: RunStatusName;
  to_status: RunStatusName;
  run: { dag_name: string; dag_version: number | null; requested_by: string; created_at: string };
}

/** A delivery to make. Its body never changes again: every attempt sends these bytes. */
export interface NewDelivery {
  delivery_id: string;
  event_id: string;
  endpoint_id: string;
  lane: string;
  body: string;
}

interface ClaimedRow {
  position: bigint;
  event: OutboxEvent | null;
}

/** Reads the next rows in order, passing over those that another worker holds. Events that nobody wants come without their content. */
const claim = (limit: number) => Prisma.sql`
  WITH claimed AS MATERIALIZED (
    SELECT o.position, o.event_id, o.tenant_id, o.subject_id, o.type FROM event_outbox o
    ORDER BY o.position LIMIT ${limit} FOR UPDATE SKIP LOCKED
  ), wanted AS MATERIALIZED (
    SELECT c.event_id, e.endpoint_id, e.kind, e.url
    FROM claimed c JOIN webhook_endpoints e ON e.tenant_id = c.tenant_id
    WHERE e.kind = 'registered' AND e.status = 'enabled' AND e.deleted_at IS NULL
      AND (cardinality(e.event_types) = 0 OR c.type = ANY (e.event_types))
    UNION ALL
    SELECT c.event_id, e.endpoint_id, e.kind, e.url
    FROM claimed c JOIN approval_requests r ON r.id = c.subject_id AND r.tenant_id = c.tenant_id
      JOIN webhook_endpoints e ON e.endpoint_id = r.webhook_endpoint_id AND e.tenant_id = r.tenant_id
    WHERE e.status = 'enabled' AND e.deleted_at IS NULL
  ), targets AS (
    SELECT w.event_id, jsonb_agg(jsonb_build_object('endpoint_id', w.endpoint_id, 'kind', w.kind, 'url', w.url)) AS list
    FROM wanted w GROUP BY w.event_id
  )
  SELECT c.position, CASE WHEN t.list IS NOT NULL THEN jsonb_build_object(
      'event_id', e.event_id, 'tenant_id', e.tenant_id, 'subject_id', e.subject_id, 'subject_kind', e.subject_kind, 'type', e.type, 'seq', e.seq,
      'version', e.version, 'from_status', e.from_status, 'to_status', e.to_status, 'actor', e.actor, 'actor_type', e.actor_type,
      'actor_id', e.actor_id, 'actor_name', e.actor_name, 'reason', e.reason, 'data', e.data, 'trace_id', e.trace_id,
      'timestamp', rfc3339_ms(e.timestamp), 'targets', t.list, 'run', CASE WHEN d.run_id IS NOT NULL THEN jsonb_build_object('dag_name', d.dag_name,
        'dag_version', d.dag_version, 'requested_by', d.requester_name, 'created_at', rfc3339_ms(d.created_at)) END,
      'request', CASE WHEN r.id IS NOT NULL THEN jsonb_build_object(
        'correlation_id', r.correlation_id, 'kind', r.kind, 'title', r.title, 'policy_type', r.policy_type, 'skill_id', r.skill_id,
        'agent_id', r.agent_id, 'requested_by', r.requested_by, 'payload_digest', r.payload_digest,
        'created_at', rfc3339_ms(r.created_at), 'expires_at', rfc3339_ms(r.expires_at)) END) END AS event
  FROM claimed c LEFT JOIN targets t ON t.event_id = c.event_id
    LEFT JOIN events e ON t.list IS NOT NULL AND e.subject_id = c.subject_id AND e.event_id = c.event_id
    LEFT JOIN approval_requests r ON t.list IS NOT NULL AND r.id = c.subject_id AND r.tenant_id = c.tenant_id
    LEFT JOIN dag_runs d ON t.list IS NOT NULL AND d.run_id = c.subject_id AND d.tenant_id = c.tenant_id
  ORDER BY c.position`;

/** Creates the deliveries (one per event and endpoint, however often this runs) and forgets the outbox rows, together. */
const settle = (positions: readonly bigint[], events: readonly OutboxEvent[], deliveries: readonly NewDelivery[]) => {
  const origin = new Map(events.map((event) => [event.event_id, event]));
  const rows = deliveries.map((delivery) => {
    const event = origin.get(delivery.event_id);
    return {
      ...delivery,
      tenant_id: event?.tenant_id,
      event_type: event?.type,
      subject_id: event?.subject_id,
      trace_id: event?.trace_id,
    };
  });
  return Prisma.sql`
    WITH made AS (
      INSERT INTO webhook_deliveries (delivery_id, tenant_id, endpoint_id, event_id, lane, webhook_id, event_type, subject_id, body,
        trace_id, next_attempt_at)
      SELECT i.delivery_id, i.tenant_id, i.endpoint_id, i.event_id, i.lane, i.event_id, i.event_type, i.subject_id, i.body, i.trace_id,
        now_ms()
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS i (delivery_id text, tenant_id text, endpoint_id text, event_id text,
        lane text, event_type text, subject_id text, body text, trace_id text)
      ON CONFLICT (event_id, endpoint_id) DO NOTHING
    )
    DELETE FROM event_outbox o WHERE o.position = ANY (${positions.map(String)}::bigint[])`;
};

/**
 * Dispatches up to `limit` outbox rows in one transaction: `plan` says which deliveries the events become. A crash before the commit
 * leaves everything as it was; two workers share the rows.
 * @returns how many rows were dispatched, and how many deliveries were planned for them.
 */
export async function dispatchOutbox(
  limit: number,
  plan: (events: readonly OutboxEvent[]) => NewDelivery[],
): Promise<{ dispatched: number; deliveries: number }> {
  return asWorker().$transaction(async (tx) => {
    const claimed = await tx.$queryRaw<ClaimedRow[]>(claim(limit));
    if (claimed.length === 0) return { dispatched: 0, deliveries: 0 };
    const events = claimed.flatMap(({ event }) => event ?? []);
    const deliveries = plan(events);
    const positions = claimed.map(({ position }) => position);
    await tx.$executeRaw(settle(positions, events, deliveries));
    return { dispatched: claimed.length, deliveries: deliveries.length };
  });
}
