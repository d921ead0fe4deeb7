import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { decodeCursor } from '@/lib/services/paging';
import { upTo } from './event-rows';
import { FeedCursor, type FeedPosition, feedCursor } from './feed-position';
import { joinFeed, type LiveEvent, type LiveFeed, leaveFeed, nextChange, readLive, refreshFeed } from './live-feed';

/** What a stream sends: the event in short, and the cursor that resumes behind it (the feed's own, so `?cursor=` takes it too). */
export interface StreamedEvent {
  cursor: string;
  event: {
    event_id: string;
    type: LiveEvent['type'];
    request_id: string;
    status: LiveEvent['status'];
    seq: number;
    timestamp: string;
  };
}

/** Where a stream starts, and what comes from there on. */
export interface FollowedEvents extends AsyncGenerator<StreamedEvent[], void> {
  /** Before the first event there is a place to resume from, too; null when the feed does not know where it is. */
  start: string | null;
}

/**
 * The tenant's events as they come, in the feed's order: behind `lastCursor` nothing is missed and nothing comes twice; without one, or
 * with one that is not a cursor, from now on. Reading is the follower's own pace: what it has not taken is not held for it.
 *
 * Aborting `signal` ends it and is the caller's duty, also when nothing was ever read.
 * @throws the database's faults when the feed cannot be read at all.
 */
export async function followEvents(
  actor: Pick<Actor, 'tenantId'>,
  lastCursor: string | null,
  signal: AbortSignal,
): Promise<FollowedEvents> {
  const feed = joinFeed(actor.tenantId);
  const leave = () => leaveFeed(feed);
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave, { once: true });
  await refreshFeed(feed);
  const resumeAt = readPosition(lastCursor);
  const at = resumeAt ?? feed.tail;
  // The feed was read after `resumeAt` was given out, so its end lies at or behind that place.
  const next = resumeAt === null ? feed.first + feed.kept.length : -1;
  return Object.assign(follow(feed, { at, next }, signal), { start: at === null ? null : feedCursor(at) });
}

/** A `Last-Event-ID` that is not ours means: start now. */
function readPosition(cursor: string | null): FeedPosition | null {
  try {
    return decodeCursor(FeedCursor, cursor ?? undefined);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

async function* follow(
  feed: LiveFeed,
  start: { at: FeedPosition | null; next: number },
  signal: AbortSignal,
): AsyncGenerator<StreamedEvent[], void> {
  let { at, next } = start;
  while (!signal.aborted && at !== null && feed.tail !== null) {
    if (next < feed.first) {
      const goal: FeedPosition = feed.tail;
      next = feed.first + feed.kept.length;
      yield* catchUp(feed.tenantId, at, goal, signal);
      at = goal;
      continue;
    }
    const fresh: LiveEvent[] = feed.kept.slice(next - feed.first);
    const last = fresh.at(-1);
    if (last === undefined) {
      await nextChange(feed, signal);
      continue;
    }
    next += fresh.length;
    at = last;
    yield fresh.map(toStreamed);
  }
}

/** What lies between two places, in pages. */
async function* catchUp(
  tenantId: string,
  from: FeedPosition,
  goal: FeedPosition,
  signal: AbortSignal,
): AsyncGenerator<StreamedEvent[], void> {
  for (let at: FeedPosition | undefined = from; at !== undefined && !signal.aborted; ) {
    const events = await readLive(tenantId, at, upTo(goal));
    if (events.length > 0) yield events.map(toStreamed);
    at = events.at(-1);
  }
}

function toStreamed(live: LiveEvent): StreamedEvent {
  const { event_id, type, subject, status, seq, timestamp } = live;
  return { cursor: feedCursor(live), event: { event_id, type, request_id: subject, status, seq, timestamp } };
}
