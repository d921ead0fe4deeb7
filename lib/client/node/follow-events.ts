import { StreamedEvent } from '@/lib/contracts';
import { ApiProblem } from '../api-problem';
import type { Client } from '../client';
import { makePauses, type RetryOptions } from './retrying';
import { readServerSent } from './server-sent';

/** An event, and the cursor behind it: the feed's own, so `listEvents` takes it too. */
export interface FollowedEvent {
  cursor: string;
  event: StreamedEvent;
}

export interface FollowOptions extends Omit<RetryOptions, 'patienceMs'> {
  tenantId?: string | undefined;
  /** Begin behind this cursor; without it, now. */
  after?: string | undefined;
  /** The stream is open; called again whenever it has been opened anew. */
  onOpen?: (() => void) | undefined;
}

/** The server sends something every 15 s; who hears nothing for three times as long is connected to nobody. */
const SILENCE_MS = 45_000;

/**
 * Every event of the tenant as it happens, until the signal is aborted. A connection that breaks, a server that restarts and a silence are
 * resumed behind the last event that was given out, so that none is missed and none comes twice.
 * @throws ApiProblem for what coming back does not help against, such as a key that was revoked.
 */
export async function* followEvents(client: Client, options: FollowOptions = {}): AsyncGenerator<FollowedEvent, void> {
  const { signal, tenantId, onOpen } = options;
  const pauses = makePauses(options);
  let cursor = options.after;
  while (!signal?.aborted) {
    try {
      for await (const message of openStream(client, { cursor, tenantId, signal, onOpen })) {
        pauses.reset();
        cursor = message.cursor;
        if (message.event !== null) yield { cursor, event: message.event };
      }
      // The server has ended it in good order: it stops, or this credential's rights do, and then the next call says so.
      await pauses.after(broken(null));
    } catch (error) {
      if (signal?.aborted) return;
      await pauses.after(error).catch((thrown: unknown) => {
        if (!signal?.aborted) throw thrown;
      });
    }
  }
}

interface Opening {
  cursor: string | undefined;
  tenantId: string | undefined;
  signal: AbortSignal | undefined;
  onOpen: (() => void) | undefined;
}

async function* openStream(
  client: Client,
  { cursor, tenantId, signal, onOpen }: Opening,
): AsyncGenerator<{ cursor: string; event: StreamedEvent | null }, void> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_MS);
  };
  const ends = signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]);
  try {
    const response = await client.send('streamEvents', {
      query: { tenant_id: tenantId },
      signal: ends,
      ...(cursor === undefined ? {} : { headers: { 'last-event-id': cursor } }),
    });
    onOpen?.();
    let last = cursor;
    for await (const { id, data } of readServerSent(response.body ?? new ReadableStream(), heard)) {
      last = id ?? last;
      if (last !== undefined) yield { cursor: last, event: data === null ? null : readEvent(data) };
    }
  } catch (error) {
    if (signal?.aborted || error instanceof ApiProblem) throw error;
    throw broken(error);
  } finally {
    clearTimeout(timer);
  }
}

/** A connection that was cut in the middle is thrown by the body, not by the call: for the caller it is the same. */
function broken(cause: unknown): ApiProblem {
  return new ApiProblem({ status: 0, code: 'client/unreachable', title: 'The stream of events broke off', cause });
}

function readEvent(data: string): StreamedEvent | null {
  const parsed = StreamedEvent.safeParse(parseJson(data));
  if (parsed.success) return parsed.data;
  throw new ApiProblem({
    status: 200,
    code: 'client/unexpected-answer',
    title: 'The stream says something that is not understood',
    cause: parsed.error,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
