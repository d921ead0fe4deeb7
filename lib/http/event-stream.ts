import { isAppError, PROBLEMS } from '@/lib/domain/errors';
import { monotonicMs } from '@/lib/platform/clock';
import { logger } from '@/lib/platform/logger';
import { perProcess } from '@/lib/platform/process-wide';
import type { FollowedEvents, StreamedEvent } from '@/lib/services/audit';

/** How soon a client comes back after a break. */
const RETRY_MS = 2000;
/** Proxies close what is silent for longer; rights are looked at as often, so a stream outlives them by two beats at most. */
const HEARTBEAT_MS = 15_000;
/** When the credential cannot be checked (the database is away), the stream goes on for this long. */
const UNCHECKED_MS = 45_000;
/** What may wait for a slow reader; beyond it nothing is read for them until they have caught up. */
const BUFFER_BYTES = 64 * 1024;

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  // no-transform: compression would hold messages back. The last one says the same to nginx.
  'cache-control': 'no-store, no-transform',
  'x-accel-buffering': 'no',
};

const openStreams = () => perProcess('event-streams', () => new Set<() => void>());

interface EventStreamOptions {
  /** Opens the source. It ends when the signal is aborted. */
  open: (signal: AbortSignal) => Promise<FollowedEvents>;
  /** Throws an AppError of 401 or 403 when the caller may not read any more. */
  reauthorize: () => Promise<void>;
}

/**
 * Server-sent events (WHATWG HTML §9.2): every message has the cursor as its id, so a client that comes back with `Last-Event-ID` goes on
 * where it was. It ends when the client goes, when the credential has lost its rights (within a minute), when the client does not read
 * for a whole heartbeat, and at shutdown.
 * @throws what `open` throws, before anything is sent.
 */
export async function eventStream(request: Request, options: EventStreamOptions): Promise<Response> {
  if (request.method === 'HEAD') return new Response(null, { headers: HEADERS });
  const abort = new AbortController();
  if (request.signal.aborted) abort.abort();
  else request.signal.addEventListener('abort', () => abort.abort(), { once: true });
  let source: FollowedEvents;
  try {
    source = await options.open(abort.signal);
  } catch (error) {
    abort.abort();
    throw error;
  }
  return new Response(toBody(source, abort, options), { headers: HEADERS });
}

/** Ends every stream of this process, so that it can stop; clients come back to another one. */
export function closeStreams(): void {
  for (const close of openStreams()) close();
}

function toBody(
  source: FollowedEvents,
  abort: AbortController,
  options: EventStreamOptions,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let open = true;
  let close = () => {};
  let pulls = 0;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const stopBeating = beat(
          controller,
          options,
          () => pulls,
          () => close(),
        );
        close = () => {
          openStreams().delete(close);
          stopBeating();
          abort.abort();
          if (open) controller.close();
          open = false;
        };
        openStreams().add(close);
        abort.signal.addEventListener('abort', () => close(), { once: true });
        // A block with an id alone is no event, and from then on the client knows where to resume.
        const place = source.start === null ? '' : `id: ${source.start}\n`;
        controller.enqueue(encoder.encode(`retry: ${RETRY_MS}\n${place}\n`));
        if (abort.signal.aborted) close();
      },
      async pull(controller) {
        pulls += 1;
        try {
          const { value, done } = await source.next();
          if (done) close();
          else if (open) controller.enqueue(encoder.encode(value.map(toMessage).join('')));
        } catch (error) {
          logger().warn({ err: error }, 'a stream of events broke off; its client resumes');
          close();
        }
      },
      cancel() {
        open = false;
        close();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: BUFFER_BYTES }),
  );
}

const BEAT = new TextEncoder().encode(': beat\n\n');

/** Keeps the stream alive, and looks whether its reader takes anything and may still read. */
function beat(
  controller: ReadableStreamDefaultController<Uint8Array>,
  { reauthorize }: EventStreamOptions,
  countPulls: () => number,
  close: () => void,
): () => void {
  const mayRead = watchRights(reauthorize);
  let pulls = -1;
  const timer = setInterval(() => {
    const full = (controller.desiredSize ?? 0) <= 0;
    if (full && countPulls() === pulls) return close();
    pulls = countPulls();
    if (!full) controller.enqueue(BEAT);
    void mayRead().then((may) => (may ? undefined : close()));
  }, HEARTBEAT_MS);
  return () => clearInterval(timer);
}

/** Whether the rights still hold; a check that fails for another reason is believed to have passed, for a while. */
function watchRights(reauthorize: () => Promise<void>): () => Promise<boolean> {
  let checkedMs = monotonicMs();
  return async () => {
    try {
      await reauthorize();
      checkedMs = monotonicMs();
      return true;
    } catch (error) {
      if (isAppError(error) && PROBLEMS[error.code].status < 500) return false;
      return monotonicMs() - checkedMs < UNCHECKED_MS;
    }
  };
}

function toMessage({ cursor, event }: StreamedEvent): string {
  return `id: ${cursor}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
