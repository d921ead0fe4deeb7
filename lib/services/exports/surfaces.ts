import type { SurfaceQuery } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { monotonicMs } from '@/lib/platform/clock';
import { inTenant, type Tx } from '@/lib/platform/db';
import { FEED_START, FeedCursor, type FeedPosition, feedCursor, later, settledEnd } from '@/lib/services/audit';
import { decodeCursor, toInstant } from '@/lib/services/paging';
import { watchCommits } from '@/lib/services/requests';
import { CHECKPOINTS } from './checkpoint-lines';
import { RUN_EVENT_LINES, RUN_STATE_LINES } from './run-lines';

/** What a surface reads: which lines, behind a place and up to another. */
export interface Wanted {
  tenantId: string;
  runId: string | undefined;
  fromTime: string | undefined;
  toTime: string | undefined;
  behind: FeedPosition;
  upTo: FeedPosition;
  limit: number;
}

/** One of the seed's three files: how its rows are read, and what a line says. */
export interface Surface<Row extends FeedPosition> {
  /** How many lines are read at once. */
  batch: number;
  select: (tx: Tx, wanted: Wanted) => Promise<Row[]>;
  toLine: (row: Row, cursor: string) => object;
}

/** However much is committed, somebody who waits looks again at most this often; and at least every second. */
const SPACING_MS = 200;
const POLL_MS = 1000;

const SURFACES = {
  checkpoints: makeReader(CHECKPOINTS),
  orchestrator_state: makeReader(RUN_STATE_LINES),
  orchestrator_events: makeReader(RUN_EVENT_LINES),
};
export type SurfaceName = keyof typeof SURFACES;

export interface ExportedSurface {
  /** The place behind all that was looked at. */
  end: string;
  /** Whole lines in every piece, in constant memory. */
  pieces: AsyncGenerator<string, void>;
}

/**
 * One of the seed's three files, of the actor's tenant, behind `cursor` and up to where the history is settled: nothing appears late, so who
 * goes on behind the last line misses nothing and sees nothing twice. With `wait`, where there is nothing new, it begins when there is.
 * @throws AppError `input/invalid` for a cursor that is none; `request/too-many-waits` when 20 calls of this credential wait already.
 */
export function exportSurface(
  actor: Pick<Actor, 'tenantId' | 'keyId' | 'userId'>,
  name: SurfaceName,
  query: SurfaceQuery,
  signal: AbortSignal,
): Promise<ExportedSurface> {
  return SURFACES[name](actor, query, signal);
}

function makeReader<Row extends FeedPosition>({ batch, select, toLine }: Surface<Row>) {
  return async (
    actor: Pick<Actor, 'tenantId' | 'keyId' | 'userId'>,
    query: SurfaceQuery,
    signal: AbortSignal,
  ): Promise<ExportedSurface> => {
    const read = (behind: FeedPosition, upTo: FeedPosition): Promise<Row[]> =>
      inTenant(actor, (tx) =>
        select(tx, {
          tenantId: actor.tenantId,
          runId: query.run_id,
          fromTime: query.from === undefined ? undefined : toInstant('from', query.from),
          toTime: query.to === undefined ? undefined : toInstant('to', query.to),
          behind,
          upTo,
          limit: batch,
        }),
      );
    const start = decodeCursor(FeedCursor, query.cursor) ?? FEED_START;
    const { first, from, end } = await firstBatch(actor, start, query.wait * 1000, read, signal);
    const toText = (rows: readonly Row[]) =>
      rows.map((row) => `${JSON.stringify(toLine(row, feedCursor(row)))}\n`).join('');
    return { end: feedCursor(later(from, end)), pieces: pieces(first, batch, (behind) => read(behind, end), toText) };
  };
}

/** The first lines there are; where there are none, somebody who waits is told of them when they come. */
async function firstBatch<Row>(
  actor: Pick<Actor, 'tenantId' | 'keyId' | 'userId'>,
  start: FeedPosition,
  waitMs: number,
  read: (behind: FeedPosition, upTo: FeedPosition) => Promise<Row[]>,
  signal: AbortSignal,
): Promise<{ first: Row[]; from: FeedPosition; end: FeedPosition }> {
  const commits = waitMs > 0 ? watchCommits(actor, signal) : null;
  try {
    const untilMs = monotonicMs() + waitMs;
    for (let from = start; ; ) {
      const lookedAtMs = monotonicMs();
      const end = await inTenant(actor, settledEnd);
      const first = await read(from, end);
      const leftMs = untilMs - monotonicMs();
      if (first.length > 0 || leftMs <= 0 || commits === null) return { first, from, end };
      from = later(from, end);
      const restMs = SPACING_MS - (monotonicMs() - lookedAtMs);
      if (!(await commits.next(Math.min(leftMs, POLL_MS), restMs))) return { first, from, end };
    }
  } finally {
    commits?.leave();
  }
}

async function* pieces<Row extends FeedPosition>(
  first: Row[],
  batch: number,
  readOn: (behind: FeedPosition) => Promise<Row[]>,
  toText: (rows: readonly Row[]) => string,
): AsyncGenerator<string, void> {
  for (let rows = first; ; ) {
    if (rows.length > 0) yield toText(rows);
    const last = rows.at(-1);
    if (last === undefined || rows.length < batch) return;
    rows = await readOn(last);
  }
}
