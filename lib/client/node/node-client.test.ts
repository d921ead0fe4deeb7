import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiProblem, createClient } from '..';
import { followEvents, isPassing, retrying, waitForRequest } from '.';
import { readServerSent } from './server-sent';

/** A server that a test tells what to do with each call, in order; the last answer serves all that follow. */
let server: Server;
let calls: { url: string; lastEventId: string | undefined }[];
let answers: ((response: ServerResponse) => void)[];

beforeEach(async () => {
  calls = [];
  answers = [];
  server = createServer((request, response) => {
    const lastEventId = request.headers['last-event-id'];
    calls.push({ url: request.url ?? '', lastEventId: Array.isArray(lastEventId) ? undefined : lastEventId });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    answer?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const client = () =>
  createClient({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 'csk_x' });

const json =
  (status: number, value: object, headers: Record<string, string> = {}) =>
  (response: ServerResponse) => {
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(value));
  };
const busy = json(503, { type: '/problems/service/unavailable', title: 'Not available at the moment; try again' });
const cut = (response: ServerResponse) => void response.socket?.destroy();

describe('repeating a call', () => {
  const failing = (...problems: unknown[]) => {
    const call = vi.fn(async () => {
      if (problems.length > 0) throw problems.shift();
      return 'done';
    });
    return call;
  };
  const unreachable = () => new ApiProblem({ status: 0, code: 'client/unreachable', title: 'Nobody there' });

  test.each([0, 429, 502, 503, 504])('helps against %d', (status) =>
    expect(isPassing(new ApiProblem({ status, code: 'service/unavailable', title: 'x' }))).toBe(true),
  );
  test.each([400, 401, 403, 404, 409, 412, 422, 500])('does not help against %d', async (status) => {
    const call = failing(new ApiProblem({ status, code: 'http/internal', title: 'x' }));
    await expect(retrying(call)).rejects.toMatchObject({ status });
    expect(call).toHaveBeenCalledTimes(1);
  });
  test('goes on until it succeeds', async () => {
    const call = failing(unreachable(), unreachable());
    expect(await retrying(call)).toBe('done');
    expect(call).toHaveBeenCalledTimes(3);
  });
  test('pauses longer each time, and at least as long as the server asks for', async () => {
    vi.useFakeTimers();
    try {
      const pauses: number[] = [];
      const asked = new ApiProblem({ status: 503, code: 'service/unavailable', title: 'x', retryAfter: 20 });
      const call = failing(...Array.from({ length: 9 }, unreachable), asked);
      const done = retrying(call, { onRetry: (_, ms) => pauses.push(ms) });
      await vi.runAllTimersAsync();
      expect(await done).toBe('done');
      const most = [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000];
      for (const [i, limit] of most.entries()) {
        expect(pauses[i]).toBeGreaterThanOrEqual(limit / 2);
        expect(pauses[i]).toBeLessThanOrEqual(limit);
      }
      expect(pauses[9]).toBe(20_000);
    } finally {
      vi.useRealTimers();
    }
  });
  test('ends with the failure itself when patience is over', async () => {
    const call = failing(...Array.from({ length: 50 }, unreachable));
    await expect(retrying(call, { patienceMs: 300 })).rejects.toMatchObject({ title: 'Nobody there' });
    expect(call.mock.calls.length).toBeLessThan(4);
  });
  test('ends at once with an abort', async () => {
    const controller = new AbortController();
    const call = failing(...Array.from({ length: 50 }, unreachable));
    const onRetry = () => controller.abort(new Error('enough'));
    await expect(retrying(call, { signal: controller.signal, onRetry })).rejects.toThrow('enough');
    expect(call).toHaveBeenCalledTimes(1);
  });
});

describe('a stream of server-sent events', () => {
  const bodyOf = (...chunks: string[]) =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
        controller.close();
      },
    });
  const read = async (...chunks: string[]) => Array.fromAsync(readServerSent(bodyOf(...chunks)));

  test('is read in whatever pieces it comes, by any line end', async () => {
    const expected = [
      { id: '1', event: 'a', data: 'x\ny' },
      { id: null, event: 'message', data: 'z' },
    ];
    for (const end of ['\n', '\r\n', '\r']) {
      const text = [': hello', 'id: 1', 'event: a', 'data: x', 'data:y', '', 'retry: 5', '', 'data: z', '', ''].join(
        end,
      );
      expect(await read(text)).toEqual(expected);
      expect(await read(...text)).toEqual(expected);
    }
  });
  test('gives nothing of what a break cut in half', async () => {
    expect(await read('id: 1\ndata: whole\n\nid: 2\ndata: half\n')).toEqual([
      { id: '1', event: 'message', data: 'whole' },
    ]);
  });
  test('tells of a place to resume from before anything has happened', async () => {
    expect(await read('retry: 2000\nid: here\n\n')).toEqual([{ id: 'here', event: 'message', data: null }]);
  });
});

describe('following events', () => {
  const message = (n: number) => {
    const event = { event_id: `evt_${n}`, type: 'approval.created', request_id: `req_${n}`, status: 'pending', seq: 1 };
    return `id: c${n}\nevent: approval.created\ndata: ${JSON.stringify({ ...event, timestamp: '2026-01-14T12:00:00.000Z' })}\n\n`;
  };
  const stream =
    (text: string, then: (response: ServerResponse) => void = () => {}) =>
    (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(text, () => then(response));
    };
  const follow = async (wanted: number, options: Parameters<typeof followEvents>[1] = {}) => {
    const seen: string[] = [];
    for await (const { event } of followEvents(client(), options)) {
      seen.push(event.event_id);
      if (seen.length === wanted) break;
    }
    return seen;
  };

  test('each comes once, through cuts, ends in good order and servers that are not there', async () => {
    answers = [
      stream(`retry: 2000\nid: c0\n\n${message(1)}${message(2)}id: c3\nevent: approval.created\ndata: {"ha`, cut),
      cut,
      busy,
      stream(message(3), (response) => void response.end()),
      stream(message(4)),
    ];
    expect(await follow(4)).toEqual(['evt_1', 'evt_2', 'evt_3', 'evt_4']);
    expect(calls.map(({ lastEventId }) => lastEventId)).toEqual([undefined, 'c2', 'c2', 'c2', 'c3']);
  });

  test('a break before the first event loses nothing either', async () => {
    answers = [stream('retry: 2000\nid: c0\n\n', cut), stream(message(1))];
    expect(await follow(1)).toEqual(['evt_1']);
    expect(calls[1]?.lastEventId).toBe('c0');
  });

  test('begins where it is told to', async () => {
    answers = [stream(message(8))];
    await follow(1, { after: 'c7', tenantId: 'acme' });
    expect(calls).toEqual([{ url: '/api/v1/events/stream?tenant_id=acme', lastEventId: 'c7' }]);
  });

  test('a key that has ended ends it', async () => {
    answers = [stream(message(1), cut), json(401, { type: '/problems/auth/invalid-key', title: 'No' })];
    await expect(follow(2)).rejects.toMatchObject({ code: 'auth/invalid-key' });
  });

  test('what is no event of ours ends it, instead of being asked for for ever', async () => {
    answers = [stream('id: c1\ndata: {"event_id":1}\n\n')];
    await expect(follow(1)).rejects.toMatchObject({ code: 'client/unexpected-answer' });
    answers = [stream('id: c1\ndata: <html>\n\n')];
    await expect(follow(1)).rejects.toMatchObject({ code: 'client/unexpected-answer' });
  });

  test('an abort ends it without a fault, also in a pause', async () => {
    const controller = new AbortController();
    answers = [busy];
    const onRetry = () => controller.abort();
    expect(await follow(1, { signal: controller.signal, onRetry })).toEqual([]);
    expect(calls).toHaveLength(1);
  });
});

describe('waiting for a request', () => {
  const request = (status: string) =>
    json(200, { request_id: 'req_1', status, resolved_at: status === 'pending' ? null : '2026-01-14T12:00:00.000Z' });

  test('goes on through cuts and restarts until it is resolved', async () => {
    answers = [cut, request('pending'), busy, request('pending'), request('approved')];
    expect(await waitForRequest(client(), 'req_1')).toMatchObject({ status: 'approved' });
    expect(calls.map(({ url }) => url)).toEqual(Array(5).fill('/api/v1/policy/requests/req_1?wait=30'));
  });
  test('answers with what is so when the time is up', async () => {
    answers = [request('pending')];
    expect(await waitForRequest(client(), 'req_1', { timeoutMs: 20 })).toMatchObject({ status: 'pending' });
    expect(calls[0]?.url).toContain('wait=1');
  });
  test('a request that does not exist is not waited for', async () => {
    answers = [json(404, { type: '/problems/request/not-found', title: 'No such request' })];
    await expect(waitForRequest(client(), 'req_1')).rejects.toMatchObject({ code: 'request/not-found' });
    expect(calls).toHaveLength(1);
  });
});
