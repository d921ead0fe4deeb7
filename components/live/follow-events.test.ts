import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { followEvents } from './follow-events';

/** A stream that does what the test says, as the browser's would. */
function fakeStream() {
  const listeners = new Map<string, (message: MessageEvent<string>) => void>();
  const stream = {
    readyState: 0,
    closed: false,
    addEventListener: (type: string, listener: (message: MessageEvent<string>) => void) => {
      listeners.set(type, listener);
    },
    close: () => {
      stream.closed = true;
    },
    say: (type: string, data = '') => listeners.get(type)?.({ data } as MessageEvent<string>),
    fail: (readyState: 0 | 2) => {
      stream.readyState = readyState;
      stream.say('error');
    },
  };
  return stream;
}

function following() {
  const streams: ReturnType<typeof fakeStream>[] = [];
  const seen: string[] = [];
  const stop = followEvents({
    open: () => {
      const stream = fakeStream();
      streams.push(stream);
      return stream;
    },
    onState: (state) => seen.push(state),
    onOpen: () => seen.push('refresh'),
    onEvent: (event) => seen.push(`${event.type} ${event.request_id}`),
  });
  return { streams, seen, stop };
}

const CREATED = JSON.stringify({
  event_id: 'evt_1',
  type: 'approval.created',
  request_id: 'req_1',
  status: 'pending',
  seq: 1,
  timestamp: '2026-01-01T00:00:00.000Z',
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('opening refreshes what was missed, and events are passed on', () => {
  const { streams, seen } = following();
  streams[0]?.say('open');
  streams[0]?.say('approval.created', CREATED);
  expect(seen).toEqual(['live', 'refresh', 'approval.created req_1']);
});

test('an event that cannot be read refreshes everything', () => {
  const { streams, seen } = following();
  streams[0]?.say('approval.created', '{"type":"approval.created"}');
  streams[0]?.say('approval.created', 'not JSON');
  expect(seen).toEqual(['refresh', 'refresh']);
});

test('a stream that breaks is left to the browser, which resumes it', () => {
  const { streams, seen } = following();
  streams[0]?.fail(0);
  vi.advanceTimersByTime(60_000);
  streams[0]?.say('open');
  expect(streams).toHaveLength(1);
  expect(seen).toEqual(['polling', 'live', 'refresh']);
});

test('a stream that was refused is opened anew, later and later, until it opens', () => {
  const { streams } = following();
  for (const pauseMs of [2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
    const count = streams.length;
    streams.at(-1)?.fail(2);
    vi.advanceTimersByTime(pauseMs - 1);
    expect(streams).toHaveLength(count);
    vi.advanceTimersByTime(1);
    expect(streams).toHaveLength(count + 1);
  }
  streams.at(-1)?.say('open');
  streams.at(-1)?.fail(2);
  vi.advanceTimersByTime(2_000);
  expect(streams).toHaveLength(8);
});

test('stopping closes the stream and opens none', () => {
  const { streams, stop } = following();
  streams[0]?.fail(2);
  stop();
  vi.advanceTimersByTime(60_000);
  expect(streams).toHaveLength(1);
  expect(streams[0]?.closed).toBe(true);
});
