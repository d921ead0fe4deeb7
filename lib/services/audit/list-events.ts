import type { EventResource, ListEventsQuery } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { inTenant, Prisma } from '@/lib/platform/db';
import { decodeCursor } from '@/lib/services/paging';
import { behind, FEED_ORDER, matchingEvents, selectEvents, settledEnd, toEventResource, upTo } from './event-rows';
import { BackwardsCursor, backwardsCursor, FEED_START, FeedCursor, feedCursor, later } from './feed-position';

interface EventsPage {
  data: EventResource[];
  next_cursor: string | null;
}

/**
 * The history of the tenant's requests. Oldest first it is a feed: `next_cursor` is always there, and a reader that goes on from it misses
 * nothing and sees nothing twice, however late a transaction commits. A page that is not full leads to the settled end that was looked at,
 * so that nobody who waits for what is rare reads everything else again and again.
 * `desc` pages backwards by time through what is there, and ends with null.
 * @throws AppError `input/invalid` for a cursor that this order did not give out.
 */
export function listEvents(actor: Pick<Actor, 'tenantId'>, query: ListEventsQuery): Promise<EventsPage> {
  return query.order === 'asc' ? readForwards(actor, query) : readBackwards(actor, query);
}

async function readForwards(actor: Pick<Actor, 'tenantId'>, query: ListEventsQuery): Promise<EventsPage> {
  const from = decodeCursor(FeedCursor, query.cursor) ?? FEED_START;
  const { rows, end } = await inTenant(actor, async (tx) => {
    const end = await settledEnd(tx);
    const where = Prisma.sql`${matchingEvents(actor.tenantId, query)} AND ${upTo(end)} AND ${behind(from)}`;
    return { rows: await selectEvents(tx, where, FEED_ORDER, query.limit), end };
  });
  const seen = rows.length < query.limit ? later(from, end) : (rows.at(-1) ?? from);
  return { data: rows.map(toEventResource), next_cursor: feedCursor(seen) };
}

async function readBackwards(actor: Pick<Actor, 'tenantId'>, query: ListEventsQuery): Promise<EventsPage> {
  const cursor = decodeCursor(BackwardsCursor, query.cursor);
  const older =
    cursor === null
      ? Prisma.empty
      : Prisma.sql`AND (e.timestamp, e.subject_id, e.seq)
          < (${cursor.before[0]}::timestamptz, ${cursor.before[1]}::text, ${cursor.before[2]}::int)`;
  const where = Prisma.sql`${matchingEvents(actor.tenantId, query)} ${older}`;
  const order = Prisma.sql`e.timestamp DESC, e.subject_id DESC, e.seq DESC`;
  const rows = await inTenant(actor, (tx) => selectEvents(tx, where, order, query.limit + 1));
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return {
    data: page.map(toEventResource),
    next_cursor: rows.length > query.limit && last !== undefined ? backwardsCursor(last) : null,
  };
}
