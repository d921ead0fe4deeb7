import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { mayGoTo } from '@/lib/domain/run';
import { resetEnv } from '@/lib/platform/env';
import { createGuardedClient, type GuardedClient } from '@/lib/platform/http-client';
import { answers, type Receiver, startReceiver } from '@/lib/testing/webhook-receiver';
import type { LeasedCall, OpenSecret, WorkflowResult } from '../workflow';
import { http } from './http';
import { HttpParams } from './params';
import { redactor } from './redact';
import { fillTemplate } from './template';

const SECRET = 'sk_live_"canary"/+=';

let receiver: Receiver;
let client: GuardedClient;

beforeEach(async () => {
  vi.stubEnv('WEBHOOK_ALLOW_CIDRS', '127.0.0.0/8');
  vi.stubEnv('DATABASE_URL', 'postgresql://nowhere');
  vi.stubEnv('NEXTAUTH_SECRET', 'a secret of sixteen or more');
  vi.stubEnv('SECRETS_KEY', 'a key of sixteen or more');
  resetEnv();
  receiver = await startReceiver();
  client = createGuardedClient();
});
afterEach(async () => {
  await client.close();
  await receiver.close();
  vi.unstubAllEnvs();
  resetEnv();
});

const json = (value: unknown, status = 200) =>
  answers.status(status, { 'content-type': 'application/json' }, JSON.stringify(value));

function run(
  own: Record<string, unknown>,
  over: { params?: Record<string, unknown>; secrets?: Record<string, OpenSecret>; signal?: AbortSignal } = {},
): Promise<WorkflowResult> {
  if (http.kind !== 'leased') return expect.unreachable();
  const call: LeasedCall = {
    tenantId: 'acme',
    runId: 'run_1',
    taskId: 'call',
    params: { ...over.params, ...own },
    own,
    attempt: 1,
    idempotencyKey: 'run_1.call',
    signal: over.signal ?? new AbortController().signal,
    client,
    openSecret: async (name) => over.secrets?.[name] ?? null,
  };
  return http.run(call);
}

const faults = (params: Record<string, unknown>) =>
  http.faults(params).map(({ pointer, detail }) => `${pointer} ${detail}`);

describe('a request', () => {
  test('is made of the definition and of what the task received, and its answer mapped', async () => {
    receiver.answerWith([json({ id: 7, tags: ['a'] }, 201)]);
    const own = {
      method: 'POST',
      url: `${receiver.url}/orders/{order}/lines?fixed=1`,
      headers: { 'X-Trace': { $param: 'trace' } },
      query: { page: { $param: 'page' }, all: true },
      body: { amount: { $param: 'sums__total' }, lines: [{ $param: 'lines' }], note: 'literal' },
      output: { id: 'response.body.id', status: 'response.status', type: "response.headers['content-type']" },
    };
    expect(http.faults(own)).toEqual([]);
    const params = { order: 'a/b c?', page: 2, trace: 't-1', sums__total: 450, lines: { sku: 'x' } };
    expect(await run(own, { params })).toEqual({
      ok: true,
      output: { id: 7, status: 201, type: 'application/json' },
    });
    const [received] = receiver.received;
    expect(received?.path).toBe('/orders/a%2Fb%20c%3F/lines?fixed=1&page=2&all=true');
    expect(JSON.parse(received?.body ?? '')).toEqual({ amount: 450, lines: [{ sku: 'x' }], note: 'literal' });
    expect(received?.header('idempotency-key')).toBe('run_1.call');
    expect(received?.header('x-trace')).toBe('t-1');
    expect(received?.header('content-type')).toBe('application/json');
  });

  test('takes nothing that steers it from what the run was started with', async () => {
    const own = { method: 'GET', url: `${receiver.url}/` };
    const params = { headers: { authorization: { $secret: 'TOKEN' } }, body: { $secret: 'TOKEN' }, expect_status: 500 };
    const secrets = { TOKEN: { value: SECRET, allowedHosts: [new URL(receiver.url).host] } };
    expect(await run(own, { params, secrets })).toMatchObject({ ok: true });
    const [received] = receiver.received;
    expect(received?.header('authorization')).toBe('');
    expect(received?.body).toBe('');
  });

  test('a text with a type of its own is sent as it is', async () => {
    await run(
      { method: 'PUT', url: receiver.url, headers: { 'Content-Type': 'text/csv' }, body: { $param: 'csv' } },
      { params: { csv: 'a,b' } },
    );
    expect(receiver.received[0]).toMatchObject({ body: 'a,b' });
    expect(receiver.received[0]?.header('content-type')).toBe('text/csv');
  });

  test.each([
    ['no such param', {}, /The param id is not there/],
    ['an object', { id: {} }, /The param id is not there/],
    ['a step upwards', { id: '..' }, /cannot be a part of a path/],
    ['nothing', { id: '' }, /cannot be a part of a path/],
    ['half a character', { id: '\ud800' }, /The param id is not there/],
  ])('that %s would lead elsewhere is not sent', async (_, params, error) => {
    const result = await run({ method: 'GET', url: `${receiver.url}/a/{id}` }, { params });
    expect(result).toMatchObject({ ok: false, final: true, error: expect.stringMatching(error) });
    expect(receiver.received).toHaveLength(0);
  });

  test('a header with a line break is not sent', async () => {
    const own = { method: 'GET', url: receiver.url, headers: { 'X-A': { $param: 'a' } } };
    expect(await run(own, { params: { a: 'x\r\nX-B: y' } })).toMatchObject({ ok: false, final: true });
    expect(receiver.received).toHaveLength(0);
  });

  // Whatever fills a segment, host and path around it stay what the definition says.
  test('no value reaches past its segment', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const own = HttpParams.parse({ method: 'GET', url: 'https://api.example.com/v1/{id}/end' });
        const filled = fillTemplate(own, { id: value }, new Map());
        if ('error' in filled) return;
        const { host, pathname, search, hash } = filled.url;
        expect([host, search, hash]).toEqual(['api.example.com', '', '']);
        const [, v1, id, end, ...rest] = pathname.split('/');
        expect([v1, decodeURIComponent(id ?? ''), end, rest]).toEqual(['v1', value, 'end', []]);
      }),
    );
  });
});

describe('an answer', () => {
  test.each([408, 425, 429, 500, 502, 503, 504])('%i is worth another attempt', async (status) => {
    receiver.answerWith([answers.status(status)]);
    expect(await run({ method: 'GET', url: receiver.url })).toMatchObject({ ok: false, final: false });
  });

  test('Retry-After is honoured', async () => {
    receiver.answerWith([answers.status(429, { 'retry-after': '17' })]);
    expect(await run({ method: 'GET', url: receiver.url })).toMatchObject({ final: false, retryAfterSeconds: 17 });
  });

  test.each([400, 401, 404, 409, 422, 301, 302, 307])('%i is not', async (status) => {
    receiver.answerWith([answers.status(status, { location: 'http://127.0.0.1:1/' })]);
    expect(await run({ method: 'GET', url: receiver.url })).toMatchObject({ ok: false, final: true });
    expect(receiver.received).toHaveLength(1);
  });

  test('what is expected may be an error, and what is not expected is one', async () => {
    receiver.answerWith([json({ gone: true }, 404), json({}, 200)]);
    const own = { method: 'GET', url: receiver.url, expect_status: [404, 410] };
    expect(await run(own)).toEqual({ ok: true, output: { status: 404, body: { gone: true } } });
    expect(await run(own)).toMatchObject({ ok: false, error: 'Answered 200', final: true });
  });

  test('none at all, one that breaks off and one that takes too long are worth another attempt', async () => {
    receiver.answerWith([answers.reset(), answers.drip(200)]);
    expect(await run({ method: 'GET', url: receiver.url })).toMatchObject({ ok: false, final: false });
    const slow = await run({ method: 'GET', url: receiver.url, timeout_seconds: 1 });
    expect(slow).toEqual({ ok: false, error: 'No answer within 1 s', final: false });
  });

  test('that is too large, or cannot be stored, is an error for good', async () => {
    receiver.answerWith([answers.gigabyte(200), json({ text: 'a\0b' }), json({ n: 1 })]);
    const own = { method: 'GET', url: receiver.url };
    expect(await run(own)).toMatchObject({ error: 'The answer is larger than 256 KiB', final: true });
    expect(await run(own)).toMatchObject({ error: 'The output has characters that cannot be stored', final: true });
    expect(await run({ ...own, output: { a: 'response.body.missing' } })).toMatchObject({
      error: 'a: field not found: missing',
      final: true,
    });
  });

  test('no private address is connected to', async () => {
    for (const url of ['http://10.0.0.1/', 'https://169.254.169.254/latest', 'http://[::1]/', 'http://0xa000001/']) {
      expect(await run({ method: 'GET', url, timeout_seconds: 1 })).toMatchObject({ ok: false });
    }
    expect(faults({ method: 'GET', url: 'https://169.254.169.254/' })).toEqual([
      '/url 169.254.169.254 is refused: it is not a public address.',
    ]);
  });
});

describe('a secret', () => {
  const host = () => new URL(receiver.url).host;
  const own = () => ({
    method: 'POST',
    url: `${receiver.url}/echo`,
    headers: { Authorization: { $secret: 'TOKEN', prefix: 'Bearer ' } },
    body: { inner: [{ $secret: 'TOKEN' }] },
  });

  test('is sent, and is nowhere in what comes back', async () => {
    receiver.answerWith([
      (response, { headers, body }) => {
        const echoed = {
          headers,
          body,
          [SECRET]: SECRET,
          url: encodeURIComponent(SECRET),
          b64: Buffer.from(SECRET).toString('base64'),
        };
        response.writeHead(200, { 'content-type': 'application/json', 'x-echo': SECRET }).end(JSON.stringify(echoed));
      },
    ]);
    const secrets = { TOKEN: { value: SECRET, allowedHosts: [host()] } };
    expect(http.faults(own())).toEqual([]);
    const result = await run(
      { ...own(), output: { all: 'response.body', echo: "response.headers['x-echo']" } },
      { secrets },
    );
    expect(receiver.received[0]?.header('authorization')).toBe(`Bearer ${SECRET}`);
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toEqual({ inner: [SECRET] });
    expect(result.ok).toBe(true);
    const said = JSON.stringify(result);
    for (const spelling of [
      SECRET,
      JSON.stringify(SECRET).slice(1, -1),
      encodeURIComponent(SECRET),
      Buffer.from(SECRET).toString('base64'),
    ]) {
      expect(said).not.toContain(spelling);
    }
    expect(said).toContain('Bearer [secret TOKEN]');
  });

  test('goes only to the hosts that it names', async () => {
    const secrets = { TOKEN: { value: SECRET, allowedHosts: ['api.example.com'] } };
    expect(await run(own(), { secrets })).toEqual({
      ok: false,
      error: `The secret TOKEN may not be sent to ${host()}`,
      final: true,
    });
    expect(await run(own())).toEqual({ ok: false, error: 'There is no secret TOKEN', final: true });
    expect(receiver.received).toHaveLength(0);
  });

  test('is not to be had by who starts a run with a reference to it', async () => {
    const secrets = { TOKEN: { value: SECRET, allowedHosts: [host()] } };
    const body = { note: { $param: 'note' } };
    await run({ method: 'POST', url: receiver.url, body }, { params: { note: { $secret: 'TOKEN' } }, secrets });
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toEqual({ note: { $secret: 'TOKEN' } });
  });

  test.each([
    ['api.example.com', 'https://api.example.com/x', true],
    ['api.example.com', 'https://api.example.com:443/', true],
    ['api.example.com', 'https://api.example.com:8443/', false],
    ['api.example.com:8443', 'https://api.example.com:8443/', true],
    ['api.example.com', 'https://xapi.example.com/', false],
    ['api.example.com', 'https://api.example.com.evil.example/', false],
    ['api.example.com', 'https://api.example.com./', false],
    ['*.example.com', 'https://a.b.example.com/', true],
    ['*.example.com', 'https://example.com/', false],
    ['*.example.com', 'https://evilexample.com/', false],
    ['[::1]:80', 'http://[::1]/', false],
    ['[::1]', 'http://[::1]/', true],
  ])('that names %s may go to %s: %s', (allowed, url, expected) => {
    expect(mayGoTo([allowed], new URL(url))).toBe(expected);
  });

  test('a longer one that holds a shorter one is taken out whole', () => {
    const clean = redactor(
      new Map([
        ['A', 'abcdefgh'],
        ['B', 'xxabcdefghyy'],
      ]),
    );
    expect(clean.text('xxabcdefghyy abcdefgh $& $1')).toBe('[secret B] [secret A] $& $1');
  });

  test('of digits is taken out where it comes back as a number, rounded or inside a longer one', () => {
    const clean = redactor(
      new Map([
        ['PIN', '1234567890123'],
        ['LONG', '12345678901234567890'],
      ]),
    );
    const answer = JSON.parse(
      '{"a": 1234567890123, "b": [12345678901234567890], "c": 51234567890123, "d": 1234567890}',
    );
    expect(clean.value(answer)).toEqual({
      a: '[secret PIN]',
      b: ['[secret LONG]'],
      c: '5[secret PIN]',
      d: 1_234_567_890,
    });
  });
});

describe('the faults of a definition', () => {
  test('are all named', () => {
    expect(faults({ method: 'FETCH', url: '', more: 1 }).map((fault) => fault.split(' ')[0])).toEqual([
      '/method',
      '/url',
      '/more',
    ]);
    expect(faults({ method: 'GET', url: 'https://{host}/' })).toEqual([expect.stringContaining('/url ')]);
    expect(faults({ method: 'GET', url: 'https://h.example/a{b}' })).toEqual([
      '/url A segment of the path is {name} as a whole, or has no braces',
    ]);
    expect(faults({ method: 'GET', url: 'https://h.example/?q={b}' })).toEqual([
      expect.stringContaining('Only whole segments'),
    ]);
    expect(faults({ method: 'GET', url: 'https://u:p@h.example/' })).toEqual([
      '/url A URL with a user name or password is not stored.',
    ]);
    const url = 'https://h.example/{a}/{b_c}';
    expect(faults({ method: 'GET', url })).toEqual([]);
    expect(faults({ method: 'GET', url, body: {} })).toEqual(['/body GET has no body']);
    const headers = { Host: 'x', 'Idempotency-Key': 'x', 'a b': 'x', 'X-A': '1', 'x-a': '2', 'X-N': 'a\nb' };
    expect(faults({ method: 'GET', url, headers })).toHaveLength(5);
    const body = { a: { $param: 'x', more: 1 }, b: [{ $secret: 'no name' }] };
    expect(faults({ method: 'POST', url, body }).map((fault) => fault.split(' ')[0])).toEqual(['/body/a', '/body/b/0']);
    expect(faults({ method: 'GET', url, output: { a: 'request.x' } })).toEqual([
      expect.stringMatching(/^\/output\/a /),
    ]);
  });
});
