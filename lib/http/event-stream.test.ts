import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AppError } from '@/lib/domain/errors';
import type { FollowedEvents, StreamedEvent } from '@/lib/services/audit';
import { closeStreams, eventStream } from './event-stream';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  closeStreams();
  vi.useRealTimers();
});

const event = (n: number): StreamedEvent => ({
  cursor: `cursor-${n}`,
  event: {
    event_id: `evt_${n}`,
    type: 'approval.created',
    request_id: `req_${n}`,
    status: 'pending',
    seq: 1,
    timestamp: '2026-01-14T12:00:00.000Z',
  },
});

/** A source that gives what it is told to, and then waits for the end. */
function sourceOf(...batches: StreamedEvent[][]) {
  const state = { signal: null as AbortSignal | null };
  const open = async (signal: AbortSignal) => {
    state.signal = signal;
    const source = (async function* () {
      yield* batches;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    })();
    return Object.assign(source, { start: 'cursor-0' });
  };
  return { open, state };
}

/** A feed that does not know where it is. */
const startingNowhere = (source: AsyncGenerator<StreamedEvent[], void>): FollowedEvents =>
  Object.assign(source, { start: null });

const allowed = async () => {};
const asked = (init?: RequestInit) => new Request('http://x/api/v1/events/stream', init);

/** Reads what has been sent until now; `null` at the end of the stream. */
function readerOf(response: Response) {
  const reader = (response.body ?? new ReadableStream()).getReader();
  return async () => {
    const { value, done } = await reader.read();
    return done ? null : new TextDecoder().decode(value);
  };
}

describe('a stream of events', () => {
  test('says when to come back and from where, then sends every event with its cursor as id', async () => {
    const { open } = sourceOf([event(1), event(2)], [event(3)]);
    const response = await eventStream(asked(), { open, reauthorize: allowed });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const next = readerOf(response);
    expect(await next()).toBe('retry: 2000\nid: cursor-0\n\n');
    const data = (n: number) => JSON.stringify(event(n).event);
    expect(await next()).toBe(
      `id: cursor-1\nevent: approval.created\ndata: ${data(1)}\n\nid: cursor-2\nevent: approval.created\ndata: ${data(2)}\n\n`,
    );
    expect(await next()).toBe(`id: cursor-3\nevent: approval.created\ndata: ${data(3)}\n\n`);
  });

  test('is never silent for longer than 15 seconds', async () => {
    const next = readerOf(await eventStream(asked(), { ...sourceOf(), reauthorize: allowed }));
    await next();
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await next()).toBe(': beat\n\n');
  });

  test.each(['auth/invalid-session', 'auth/invalid-key', 'access/forbidden', 'tenant/not-found'] as const)(
    'ends within a minute of %s, and with it what fed it',
    async (code) => {
      const { open, state } = sourceOf();
      let rights = allowed;
      const next = readerOf(await eventStream(asked(), { open, reauthorize: () => rights() }));
      await vi.advanceTimersByTimeAsync(20_000);
      expect(state.signal?.aborted).toBe(false);
      rights = () => Promise.reject(new AppError(code));
      await vi.advanceTimersByTimeAsync(15_000);
      while ((await next()) !== null);
      expect(state.signal?.aborted).toBe(true);
    },
  );

  test('outlives a database that is away for a moment, but not one that cannot be asked for long', async () => {
    const { open, state } = sourceOf();
    const next = readerOf(
      await eventStream(asked(), { open, reauthorize: () => Promise.reject(new AppError('service/unavailable')) }),
    );
    await vi.advanceTimersByTimeAsync(31_000);
    expect(state.signal?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(29_000);
    expect(state.signal?.aborted).toBe(true);
    while ((await next()) !== null);
  });

  test('of a reader who does not read is dropped, having held a bounded amount for them', async () => {
    let given = 0;
    const signals: AbortSignal[] = [];
    const open = async (signal: AbortSignal) => {
      signals.push(signal);
      return startingNowhere(
        (async function* () {
          for (; !signal.aborted; given++) yield Array.from({ length: 100 }, (_, i) => event(i));
        })(),
      );
    };
    await eventStream(asked(), { open, reauthorize: allowed });
    await vi.advanceTimersByTimeAsync(14_000);
    expect(given).toBeLessThan(10);
    await vi.advanceTimersByTimeAsync(17_000);
    expect(signals[0]?.aborted).toBe(true);
  });

  test('of a reader who is slow, but reads, goes on', async () => {
    const signals: AbortSignal[] = [];
    const open = async (signal: AbortSignal) => {
      signals.push(signal);
      return startingNowhere(
        (async function* () {
          while (!signal.aborted) yield Array.from({ length: 400 }, (_, i) => event(i));
        })(),
      );
    };
    const next = readerOf(await eventStream(asked(), { open, reauthorize: allowed }));
    for (let i = 0; i < 10; i++) {
      await vi.advanceTimersByTimeAsync(10_000);
      expect(await next()).not.toBeNull();
    }
    expect(signals[0]?.aborted).toBe(false);
  });

  test('ends when the process stops', async () => {
    const { open, state } = sourceOf();
    const next = readerOf(await eventStream(asked(), { open, reauthorize: allowed }));
    closeStreams();
    expect(await next()).toBe('retry: 2000\nid: cursor-0\n\n');
    expect(await next()).toBeNull();
    expect(state.signal?.aborted).toBe(true);
  });

  test('is left when the client goes', async () => {
    const client = new AbortController();
    const byAbort = sourceOf();
    await eventStream(asked({ signal: client.signal }), { open: byAbort.open, reauthorize: allowed });
    client.abort();
    expect(byAbort.state.signal?.aborted).toBe(true);

    const byCancel = sourceOf();
    const response = await eventStream(asked(), { open: byCancel.open, reauthorize: allowed });
    await response.body?.cancel();
    expect(byCancel.state.signal?.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that cannot be read any more ends, so that its client resumes', async () => {
    const broken = async () =>
      startingNowhere(
        (async function* () {
          yield [event(1)];
          throw new AppError('service/unavailable');
        })(),
      );
    const next = readerOf(await eventStream(asked(), { open: broken, reauthorize: allowed }));
    expect(await next()).toBe('retry: 2000\n\n');
    expect(await next()).toContain('cursor-1');
    expect(await next()).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that cannot begin is a fault and not a stream, and leaves nothing behind', async () => {
    const signals: AbortSignal[] = [];
    const open = (signal: AbortSignal) => {
      signals.push(signal);
      return Promise.reject(new AppError('service/unavailable'));
    };
    await expect(eventStream(asked(), { open, reauthorize: allowed })).rejects.toThrow(AppError);
    expect(signals[0]?.aborted).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is not opened by HEAD', async () => {
    const open = vi.fn();
    const response = await eventStream(asked({ method: 'HEAD' }), { open, reauthorize: allowed });
    expect(response.body).toBeNull();
    expect(open).not.toHaveBeenCalled();
  });
});
