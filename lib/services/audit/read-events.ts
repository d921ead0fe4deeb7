import type {
  EventResource,
  ExportEventsQuery,
  ExportedEvent,
  ExportLinesQuery,
  FilterEventsQuery,
} from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { inTenant, Prisma, type Tx } from '@/lib/platform/db';
import { decodeCursor } from '@/lib/services/paging';
import {
  behind,
  type ChainedEventRow,
  FEED_ORDER,
  matchingEvents,
  selectChainedEvents,
  selectEvents,
  settledEnd,
  toEventResource,
  upTo,
} from './event-rows';
import { FEED_START, FeedCursor, type FeedPosition, feedCursor } from './feed-position';

const BATCH = 500;

/**
 * Every event that matches, in the feed's order, in batches: the whole history in constant memory. It ends where the feed ended when it
 * began, so it ends. `after` goes on behind an event.
 * @throws AppError `input/invalid` where `after` names no event of the tenant.
 */
export async function* readEvents(
  actor: Pick<Actor, 'tenantId'>,
  { after, ...filter }: ExportEventsQuery,
): AsyncGenerator<EventResource[], void> {
  const select = (tx: Tx, where: Prisma.Sql) => selectEvents(tx, where, FEED_ORDER, BATCH);
  const start = after === undefined ? FEED_START : await placeOf(actor, after);
  for await (const rows of readRows(actor, filter, start, select)) yield rows.map(toEventResource);
}

/**
 * The same with what proves each event, and the cursor behind it: with that cursor it goes on where an earlier one broke off.
 * @throws AppError `input/invalid` for a cursor that is none.
 */
export async function* readChainedEvents(
  actor: Pick<Actor, 'tenantId'>,
  { cursor, ...filter }: ExportLinesQuery,
): AsyncGenerator<ExportedEvent[], void> {
  const from = decodeCursor(FeedCursor, cursor) ?? FEED_START;
  const select = (tx: Tx, where: Prisma.Sql) => selectChainedEvents(tx, where, BATCH);
  for await (const rows of readRows(actor, filter, from, select)) yield rows.map(toExportedEvent);
}

async function* readRows<Row extends FeedPosition>(
  { tenantId }: Pick<Actor, 'tenantId'>,
  filter: FilterEventsQuery,
  start: FeedPosition,
  select: (tx: Tx, where: Prisma.Sql) => Promise<Row[]>,
): AsyncGenerator<Row[], void> {
  const matching = matchingEvents(tenantId, filter);
  const end = await inTenant({ tenantId }, settledEnd);
  for (let from: FeedPosition | undefined = start; from !== undefined; ) {
    const where: Prisma.Sql = Prisma.sql`${matching} AND ${behind(from)} AND ${upTo(end)}`;
    const rows: Row[] = await inTenant({ tenantId }, (tx) => select(tx, where));
    if (rows.length > 0) yield rows;
    from = rows.length === BATCH ? rows.at(-1) : undefined;
  }
}

async function placeOf({ tenantId }: Pick<Actor, 'tenantId'>, eventId: string): Promise<FeedPosition> {
  const [place] = await inTenant(
    { tenantId },
    (tx) => tx.$queryRaw<FeedPosition[]>`
      SELECT e.xid::text AS xid, e.subject_id AS subject, e.seq FROM events e
      WHERE e.event_id = ${eventId} AND e.tenant_id = ${tenantId} AND e.subject_kind = 'request'`,
  );
  if (place === undefined) {
    throw new AppError('input/invalid', { errors: [{ pointer: '?after', detail: 'There is no such event' }] });
  }
  return place;
}

function toExportedEvent({ prev_hash, canonical, ...row }: ChainedEventRow): ExportedEvent {
  return { ...toEventResource(row), prev_hash, canonical, cursor: feedCursor(row) };
}
