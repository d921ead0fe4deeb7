import type { EventResource, FilterEventsQuery } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { inTenant, Prisma } from '@/lib/platform/db';
import {
  behind,
  type EventRow,
  FEED_ORDER,
  matchingEvents,
  selectEvents,
  settledEnd,
  toEventResource,
  upTo,
} from './event-rows';
import { FEED_START, type FeedPosition } from './feed-position';

const BATCH = 500;

/**
 * Every event that matches, in the feed's order, in batches: the whole history in constant memory. It ends where the feed ended when it
 * began, so it ends.
 */
export async function* readEvents(
  actor: Pick<Actor, 'tenantId'>,
  filter: FilterEventsQuery,
): AsyncGenerator<EventResource[], void> {
  const matching = matchingEvents(actor.tenantId, filter);
  const end = await inTenant(actor, settledEnd);
  for (let from: FeedPosition | undefined = FEED_START; from !== undefined; ) {
    const where: Prisma.Sql = Prisma.sql`${matching} AND ${behind(from)} AND ${upTo(end)}`;
    const rows: EventRow[] = await inTenant(actor, (tx) => selectEvents(tx, where, FEED_ORDER, BATCH));
    if (rows.length > 0) yield rows.map(toEventResource);
    from = rows.length === BATCH ? rows.at(-1) : undefined;
  }
}
