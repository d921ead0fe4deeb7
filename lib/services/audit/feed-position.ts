import { z } from 'zod';
import { CursorInstant, encodeCursor } from '@/lib/services/paging';

/**
 * A place in the feed's order (xid, subject, seq). Transactions become visible in an order of their own, so only what lies below the
 * oldest one still running is ever shown: then nothing can appear behind a reader.
 */
export interface FeedPosition {
  /** A transaction's number in the feed (`feed_number` in the foundation's migration): 64 bits, in decimal. */
  xid: string;
  subject: string;
  seq: number;
}

/** Before everything there is. */
export const FEED_START: FeedPosition = { xid: '0', subject: '', seq: 0 };

/** The later of a place and an end (which lies before the events of its transaction): a cursor never leads back. */
export function later(place: FeedPosition, end: FeedPosition): FeedPosition {
  return BigInt(end.xid) > BigInt(place.xid) ? end : place;
}

const XID_LIMIT = 2n ** 64n;
/** Without leading zeros, which PostgreSQL reads as octal. One check, since zod runs the second of two even when the first has failed. */
const Xid = z.string().refine((text) => /^(0|[1-9]\d{0,19})$/.test(text) && BigInt(text) < XID_LIMIT);
const Subject = z.string().regex(/^[A-Za-z0-9_-]{0,64}$/);
const Seq = z.int32().min(0);

/** A cursor of the feed, oldest first. */
export const FeedCursor = z
  .tuple([Xid, Subject, Seq])
  .transform(([xid, subject, seq]): FeedPosition => ({ xid, subject, seq }));

/** A cursor of the history read backwards: by time, which is what people page by. */
export const BackwardsCursor = z.strictObject({
  before: z.tuple([CursorInstant, Subject, Seq]),
});

export function feedCursor({ xid, subject, seq }: FeedPosition): string {
  return encodeCursor([xid, subject, seq]);
}

export function backwardsCursor(row: { timestamp: string; subject: string; seq: number }): string {
  return encodeCursor({ before: [row.timestamp, row.subject, row.seq] } satisfies z.input<typeof BackwardsCursor>);
}
