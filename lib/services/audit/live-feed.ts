import type { EventResource } from '@/lib/contracts';
import { monotonicMs } from '@/lib/platform/clock';
import { inTenant, Prisma } from '@/lib/platform/db';
import { logger } from '@/lib/platform/logger';
import { listenForWakes } from '@/lib/platform/notify';
import { perProcess } from '@/lib/platform/process-wide';
import { behind, type EventRow, FEED_ORDER, SETTLED, selectEvents, settledEnd } from './event-rows';
import type { FeedPosition } from './feed-position';

/** What a follower may lag behind and still be served from memory; further back it reads for itself. */
const KEPT = 1000;
const PAGE = 500;
/** Wake-ups only make it sooner; this is the guarantee. */
const POLL_MS = 1000;
/** Notifications can come every 20 ms; reading that often for every tenant would be for nobody's eyes. */
const SPACING_MS = 50;

/** What the stream says of an event. */
export interface LiveEvent extends FeedPosition {
  event_id: string;
  type: EventResource['type'];
  status: EventResource['to_status'];
  timestamp: string;
}

/** One tenant's feed in this process: read once, however many follow. */
export interface LiveFeed {
  tenantId: string;
  followers: number;
  /** The latest events, oldest first. Events are numbered from 0 when the feed starts; `first` is the number of `kept[0]`. */
  kept: LiveEvent[];
  first: number;
  /** Where the next read starts; null until the feed has looked where it is. */
  tail: FeedPosition | null;
  /** The read that is under way, and the one that will start after it. */
  reading: Promise<void>;
  queued: Promise<void> | null;
  notBeforeMs: number;
  failing: boolean;
  /** Called once each, when something new has come. */
  waiting: Set<() => void>;
  stop: () => void;
}

const feeds = () => perProcess('live-feeds', () => new Map<string, LiveFeed>());

/** Takes part in the tenant's feed, which runs while somebody does. Every `joinFeed` needs its `leaveFeed`. */
export function joinFeed(tenantId: string): LiveFeed {
  const feed = feeds().get(tenantId) ?? startFeed(tenantId);
  feed.followers += 1;
  return feed;
}

export function leaveFeed(feed: LiveFeed): void {
  feed.followers -= 1;
  if (feed.followers > 0) return;
  feeds().delete(feed.tenantId);
  feed.stop();
}

function startFeed(tenantId: string): LiveFeed {
  const feed: LiveFeed = {
    tenantId,
    followers: 0,
    kept: [],
    first: 0,
    tail: null,
    reading: Promise.resolve(),
    queued: null,
    notBeforeMs: 0,
    failing: false,
    waiting: new Set(),
    stop: () => {},
  };
  const look = () => void refreshFeed(feed).catch((error: unknown) => reportOnce(feed, error));
  const poll = setInterval(look, POLL_MS);
  const stopListening = listenForWakes(look);
  feed.stop = () => {
    clearInterval(poll);
    stopListening();
  };
  feeds().set(tenantId, feed);
  return feed;
}

/**
 * Reads what has come, in a read that begins after this call; callers that come while one is under way share the next.
 * @throws the database's faults.
 */
export function refreshFeed(feed: LiveFeed): Promise<void> {
  if (feed.queued === null) {
    feed.queued = feed.reading.then(async () => {
      await spaceOut(feed);
      feed.queued = null;
      await readOn(feed);
    });
    feed.reading = feed.queued.catch(() => {});
  }
  return feed.queued;
}

function spaceOut(feed: LiveFeed): Promise<void> {
  const waitMs = feed.notBeforeMs - monotonicMs();
  return waitMs <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, waitMs));
}

async function readOn(feed: LiveFeed): Promise<void> {
  feed.notBeforeMs = monotonicMs() + SPACING_MS;
  feed.tail ??= await inTenant(feed, settledEnd);
  for (let full = true; full; ) {
    const events = await readLive(feed.tenantId, feed.tail, SETTLED);
    keep(feed, events);
    full = events.length === PAGE;
  }
  feed.failing = false;
}

function keep(feed: LiveFeed, events: readonly LiveEvent[]): void {
  const last = events.at(-1);
  if (last === undefined) return;
  feed.kept.push(...events);
  feed.tail = { xid: last.xid, subject: last.subject, seq: last.seq };
  const surplus = Math.max(0, feed.kept.length - KEPT);
  feed.kept.splice(0, surplus);
  feed.first += surplus;
  for (const tell of [...feed.waiting]) tell();
}

/** Resolves when something new has come, or the signal is aborted. */
export function nextChange(feed: LiveFeed, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      feed.waiting.delete(done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    feed.waiting.add(done);
    signal.addEventListener('abort', done);
  });
}

/** A page of the tenant's feed behind a place, within a bound. */
export async function readLive(tenantId: string, from: FeedPosition, bound: Prisma.Sql): Promise<LiveEvent[]> {
  const where = Prisma.sql`e.tenant_id = ${tenantId} AND e.subject_kind = 'request' AND ${bound} AND ${behind(from)}`;
  const rows = await inTenant({ tenantId }, (tx) => selectEvents(tx, where, FEED_ORDER, PAGE));
  return rows.map(toLiveEvent);
}

function toLiveEvent({ xid, subject, seq, event_id, type, to_status, timestamp }: EventRow): LiveEvent {
  return { xid, subject, seq, event_id, type, status: to_status, timestamp };
}

function reportOnce(feed: LiveFeed, error: unknown): void {
  if (feed.failing) return;
  feed.failing = true;
  logger().warn({ err: error, tenant_id: feed.tenantId }, 'the event feed cannot be read; trying again every second');
}
