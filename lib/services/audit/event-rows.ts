import type { EventResource, FilterEventsQuery } from '@/lib/contracts';
import { Prisma, type Tx } from '@/lib/platform/db';
import { toInstant } from '@/lib/services/paging';
import type { FeedPosition } from './feed-position';

/** An event with what names its request, and its place in the feed. */
export interface EventRow extends FeedPosition {
  event_id: string;
  type: EventResource['type'];
  tenant_id: string;
  correlation_id: string;
  title: string;
  version: number;
  from_status: EventResource['from_status'];
  to_status: EventResource['to_status'];
  actor: string;
  actor_type: EventResource['actor_type'];
  actor_id: string;
  actor_name: string;
  reason: string | null;
  data: EventResource['data'];
  timestamp: string;
  hash: string;
}

/** An event row with its link of the hash chain. */
export interface ChainedEventRow extends EventRow {
  prev_hash: string;
  canonical: string;
}

/** Reads events of requests: `events e`, with `approval_requests r`. To be called inside the tenant's transaction. */
export function selectEvents(tx: Tx, where: Prisma.Sql, orderBy: Prisma.Sql, limit: number): Promise<EventRow[]> {
  return tx.$queryRaw<EventRow[]>`SELECT ${EVENT_COLUMNS} ${EVENTS_WITH_REQUESTS}
    WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}`;
}

/** The same with what proves each of them. */
export function selectChainedEvents(tx: Tx, where: Prisma.Sql, limit: number): Promise<ChainedEventRow[]> {
  return tx.$queryRaw<ChainedEventRow[]>`SELECT ${EVENT_COLUMNS}, e.prev_hash, e.canonical ${EVENTS_WITH_REQUESTS}
    WHERE ${where} ORDER BY ${FEED_ORDER} LIMIT ${limit}`;
}

const EVENT_COLUMNS = Prisma.sql`e.xid::text AS xid, e.subject_id AS subject, e.seq, e.event_id, e.type, e.tenant_id, r.correlation_id, r.title,
  e.version, e.from_status, e.to_status, e.actor, e.actor_type, e.actor_id, e.actor_name, e.reason, e.data,
  rfc3339_ms(e.timestamp) AS timestamp, e.hash`;

const EVENTS_WITH_REQUESTS = Prisma.sql`FROM events e JOIN approval_requests r ON r.id = e.subject_id AND r.tenant_id = e.tenant_id`;

/** The condition that a row is one of this tenant's that the caller asks for. `from` is included, `to` is not. */
export function matchingEvents(tenantId: string, filter: FilterEventsQuery): Prisma.Sql {
  const { actor, from, to, type, request_id: requestId } = filter;
  const conditions = [Prisma.sql`e.tenant_id = ${tenantId}`, Prisma.sql`e.subject_kind = 'request'`];
  if (requestId !== undefined) conditions.push(Prisma.sql`e.subject_id = ${requestId}`);
  if (actor !== undefined) {
    conditions.push(Prisma.sql`(e.actor = ${actor} OR e.actor_id = ${actor} OR e.actor_name = ${actor})`);
  }
  if (from !== undefined) conditions.push(Prisma.sql`e.timestamp >= ${toInstant('from', from)}::timestamptz`);
  if (to !== undefined) conditions.push(Prisma.sql`e.timestamp < ${toInstant('to', to)}::timestamptz`);
  if (type !== undefined && type.length > 0) conditions.push(Prisma.sql`e.type = ANY(${type}::text[])`);
  return Prisma.join(conditions, ' AND ');
}

/** Below the oldest transaction that is still running: from here on nothing can appear late. */
export const SETTLED = Prisma.sql`e.xid < feed_xmin()`;

export const FEED_ORDER = Prisma.sql`e.xid, e.subject_id, e.seq`;

/** Behind a place in the feed. */
export function behind({ xid, subject, seq }: FeedPosition): Prisma.Sql {
  return Prisma.sql`(e.xid, e.subject_id, e.seq) > (${xid}::xid8, ${subject}::text, ${seq}::int)`;
}

/** Up to and with a place in the feed. */
export function upTo({ xid, subject, seq }: FeedPosition): Prisma.Sql {
  return Prisma.sql`(e.xid, e.subject_id, e.seq) <= (${xid}::xid8, ${subject}::text, ${seq}::int)`;
}

/** Where the feed ends now: everything below is settled. */
export async function settledEnd(tx: Tx): Promise<FeedPosition> {
  const [row] = await tx.$queryRaw<[{ xid: string }]>`SELECT feed_xmin()::text AS xid`;
  return { xid: row.xid, subject: '', seq: 0 };
}

export function toEventResource(row: EventRow): EventResource {
  const { xid: _, subject, ...shown } = row;
  return { ...shown, request_id: subject };
}
