import { describe, expect, expectTypeOf, test } from 'vitest';
import { type ApprovalRequestResource, operations } from '@/lib/contracts';
import { ApiProblem, createClient, isApiProblem } from '.';

interface Sent {
  url: string;
  init: RequestInit;
}

/** A server that answers everything alike and remembers what it was sent. */
function serverAnswering(answer: () => Response) {
  const sent: Sent[] = [];
  const fetch: typeof globalThis.fetch = async (url, init) => {
    sent.push({ url: String(url), init: init ?? {} });
    return answer();
  };
  const headers = () => new Headers(sent[0]?.init.headers);
  return { sent, headers, client: createClient({ baseUrl: 'http://x', fetch }) };
}

const json =
  (value: unknown, status = 200) =>
  () =>
    new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json' } });

const problem =
  (members: Record<string, unknown>, status: number, headers: Record<string, string> = {}) =>
  () =>
    new Response(JSON.stringify({ status, ...members }), {
      status,
      headers: { 'content-type': 'application/problem+json', ...headers },
    });

describe('what is sent', () => {
  test('every operation but the stream is a method', () => {
    const { client } = serverAnswering(json({}));
    const methods = Object.keys(client).filter((name) => name !== 'send');
    expect(methods.toSorted()).toEqual(
      Object.keys(operations)
        .filter((id) => id !== 'streamEvents')
        .toSorted(),
    );
  });

  test('a decision goes to its address with its body, tag and key', async () => {
    const { client, sent, headers } = serverAnswering(json({ request_id: 'req_1' }));
    await client.approveRequest({
      params: { id: 'req_1' },
      body: { notes: 'fine', viewed_digest: 'sha256:aa' },
      ifMatch: 3,
      idempotencyKey: 'once',
    });
    expect(sent[0]?.url).toBe('http://x/api/v1/policy/requests/req_1/approve');
    expect(sent[0]?.init.method).toBe('POST');
    expect(sent[0]?.init.body).toBe('{"notes":"fine","viewed_digest":"sha256:aa"}');
    expect(headers().get('if-match')).toBe('"3"');
    expect(headers().get('idempotency-key')).toBe('once');
    expect(headers().get('content-type')).toBe('application/json');
  });

  test('a parameter cannot leave its segment', async () => {
    const { client, sent } = serverAnswering(json({}));
    await client.getRequest({ params: { id: '../keys?x#y' } });
    expect(sent[0]?.url).toBe('http://x/api/v1/policy/requests/..%2Fkeys%3Fx%23y');
  });

  test('lists repeat their name, and what is undefined is left out', async () => {
    const { client, sent } = serverAnswering(json({ data: [], next_cursor: null }));
    await client.listRequests({ query: { status: ['open', 'expired'], q: 'a&b', agent_id: undefined } });
    expect(sent[0]?.url).toBe('http://x/api/v1/policy/requests?status=open&status=expired&q=a%26b');
  });

  test('a write without a body is JSON too, because a session cookie may write nothing else', async () => {
    const { client, sent, headers } = serverAnswering(() => new Response(null, { status: 204 }));
    await expect(client.signOutEverywhere()).resolves.toBeUndefined();
    expect(sent[0]?.init.body).toBe('{}');
    expect(headers().get('content-type')).toBe('application/json');
  });

  test('a key and a cookie never travel together', async () => {
    const sent: RequestInit[] = [];
    const fetch: typeof globalThis.fetch = async (_, init) => {
      sent.push(init ?? {});
      return json({})();
    };
    await createClient({ baseUrl: '', token: 'csk_x', fetch }).getMe();
    await createClient({ baseUrl: '', fetch }).getMe();
    expect(new Headers(sent[0]?.headers).get('authorization')).toBe('Bearer csk_x');
    expect(sent.map((init) => init.credentials)).toEqual(['omit', 'same-origin']);
  });
});

describe('what comes back', () => {
  test('a problem document is thrown with everything it says', async () => {
    const { client } = serverAnswering(
      problem(
        {
          type: '/problems/request/already-resolved',
          title: 'This request has already been decided',
          detail: 'It is approved.',
          state: 'approved',
          resolved_by: 'Oz Demir',
        },
        409,
        { 'x-request-id': 'abc' },
      ),
    );
    const thrown = await client.approveRequest({ params: { id: 'req_1' }, body: {} }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ApiProblem);
    expect(thrown).toMatchObject({
      status: 409,
      code: 'request/already-resolved',
      detail: 'It is approved.',
      message: 'It is approved.',
      requestId: 'abc',
      members: { state: 'approved', resolved_by: 'Oz Demir' },
    });
    expect(isApiProblem(thrown, 'request/already-resolved')).toBe(true);
    expect(isApiProblem(thrown, 'request/expired')).toBe(false);
  });

  test('input faults keep their pointers, and Retry-After is in seconds', async () => {
    const errors = [{ pointer: '/notes', detail: 'A rejection needs a reason' }];
    const { client } = serverAnswering(
      problem({ type: '/problems/input/invalid', title: 'Invalid', errors }, 422, { 'retry-after': '7' }),
    );
    const call = client.rejectRequest({ params: { id: 'req_1' }, body: { notes: 'x' } });
    await expect(call).rejects.toMatchObject({ errors, retryAfter: 7, detail: null });
  });

  test('a page of some proxy is a problem too, never an answer', async () => {
    const { client } = serverAnswering(() => new Response('<h1>Bad gateway</h1>', { status: 502 }));
    await expect(client.getMe()).rejects.toMatchObject({ status: 502, code: 'client/unexpected-answer' });
  });

  test('a success that is not JSON is a problem', async () => {
    const { client } = serverAnswering(() => new Response('<html>', { status: 200 }));
    await expect(client.getMe()).rejects.toMatchObject({ code: 'client/unexpected-answer' });
  });

  test('no answer at all is status 0', async () => {
    const fetch = async () => Promise.reject(new TypeError('fetch failed'));
    const call = createClient({ baseUrl: 'http://x', fetch }).getMe();
    await expect(call).rejects.toMatchObject({ status: 0, code: 'client/unreachable' });
  });

  test('an abort is thrown as it is', async () => {
    const controller = new AbortController();
    const fetch: typeof globalThis.fetch = async (_, init) => {
      init?.signal?.throwIfAborted();
      return json({})();
    };
    controller.abort();
    const call = createClient({ baseUrl: 'http://x', fetch }).getMe({ signal: controller.signal });
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('text stays text, and `send` gives the answer itself', async () => {
    const { client } = serverAnswering(() => new Response('a,b\r\n', { headers: { etag: '"1"' } }));
    await expect(client.exportRequestsCsv()).resolves.toBe('a,b\r\n');
    const answer = await client.send('exportRequestsCsv', { query: { status: ['open'] } });
    expect(answer.headers.get('etag')).toBe('"1"');
  });
});

test('inputs and answers are typed by the contract', () => {
  const { client } = serverAnswering(json({}));
  expectTypeOf(client.getRequest).returns.resolves.toEqualTypeOf<ApprovalRequestResource>();
  expectTypeOf(client.signOutEverywhere).returns.resolves.toEqualTypeOf<void>();
  expectTypeOf(client.listRequests).parameter(0).toBeNullable();
  expectTypeOf(client.approveRequest).parameter(0).toExtend<{ params: { id: string } }>();
  // @ts-expect-error: a decision names its request
  void (() => client.approveRequest({ body: {} }));
  // @ts-expect-error: getMe takes no query
  void (() => client.getMe({ query: { x: 1 } }));
});
