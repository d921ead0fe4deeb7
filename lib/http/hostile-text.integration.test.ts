import { request } from 'node:http';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Operation, type OperationId, operations } from '@/lib/contracts';
import { driveRuns } from '@/lib/services/runs';
import {
  type Answer,
  type Caller,
  type CallInput,
  ORIGIN,
  readAnswer,
  toRequest,
  withKey,
  withSession,
} from '@/lib/testing/calls';
import { expectInvariants } from '@/lib/testing/invariants';
import { type OpenApi, openApi } from '@/lib/testing/open-api';
import { addKey, addPerson, addTenant, EVERY_SCOPE, testDatabase } from '@/lib/testing/people';
import { type SampleCalls, sampleCalls } from '@/lib/testing/sample-calls';
import { api } from './api';

const sql = testDatabase();

let acme: SampleCalls;
let owner: Caller;
/** An owner's key with every scope, and not the owner above. */
let key: Caller;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  await sql(`INSERT INTO policy_approval_levels (tenant_id, level) VALUES ('acme', 1)`);
  acme = await sampleCalls(sql, 'acme');
  owner = await withSession(await addPerson(sql, 'acme', 'owner'));
  key = withKey(await addKey(sql, 'acme', EVERY_SCOPE, { person: await addPerson(sql, 'acme', 'owner') }));
});

/** What people, and people who mean harm, put into text fields. */
const HOSTILE: Record<string, string> = {
  SQL: `'; DROP TABLE events; --`,
  'SQL in dollars': `$$; DELETE FROM users; $$ \\'; -- %s $1`,
  HTML: `<script>alert(1)</script><img src=x onerror="alert('1')">`,
  'a formula': '=HYPERLINK("http://evil.example","pay")',
  'formulas of other spreadsheets': `+1+1 -2 @SUM(A1) |cmd '/c calc'!A1`,
  'a template': '{{7*7}} #{7*7} <%= 7*7 %> $'.concat('{7*7}'),
  'a path': '../../../../etc/passwd%00.png',
  'percent signs': '%00%0d%0a%2e%2e%2f%c0%ae%',
  'line breaks': 'one\r\ntwo\nthree\rX-Injected: yes',
  separators: '\u2028line\u2029paragraph\u0085next',
  'bidi overrides': '\u202Egnp.tnemyap\u202C \u2066isolated\u2069 \u200F',
  'ANSI escapes': '\u001B[31mred\u001B[0m \u001B]0;title\u0007 \u009B2J',
  controls: '\u0001\u0002\u0008\u000B\u000C\u001F\u007F',
  'nothing to see': '\u200B\u200C\u200D\uFEFF\u00AD',
  'combining marks': `Z${'\u0300\u0301\u0302\u0303\u0304'.repeat(30)}algo`,
  emoji: '👩‍👩‍👧‍👦🏳️‍🌈👍🏿'.repeat(5),
  noncharacters: '\uFFFE\uFFFF\uFDD0\u{1FFFE}',
  'scripts of the world': 'Åsa Ωmega Жанна 中文 日本語 한국어 العربية עברית ไทย',
  quotes: `"double" 'single' \`back\` «guillemets» \\backslash\\`,
  'names of members': '__proto__ constructor toString',
  JSON: '{"status":"approved","level":5}',
  'a blank': ' \t\n ',
  nothing: '',
  NUL: 'a\u0000b',
  'NUL alone': '\u0000',
  'a high surrogate': 'a\uD83D',
  'a low surrogate': '\uDE00b',
  'surrogates in the wrong order': '\uDE00\uD83D',
  '5,000 characters': 'x'.repeat(5000),
  '20,000 emoji': '😀'.repeat(20_000),
};
/** jsonb and PostgreSQL's text cannot hold these at all. */
const UNSTORABLE = ['NUL', 'NUL alone', 'a high surrogate', 'a low surrogate', 'surrogates in the wrong order'];

const all = Object.values(operations as Record<OperationId, Operation>);
const ask = async (id: OperationId, input: CallInput): Promise<Answer> => {
  const response = await api(toRequest(operations[id], input));
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return readAnswer(response);
  await response.body?.cancel();
  return { status: response.status, headers: response.headers, body: {}, text: '' };
};

/** An answer is clean when it is a success, or a problem document that says what is wrong and where. */
function expectClean(what: string, answer: Answer): void {
  const { status, headers, body } = answer;
  expect(status, what).toBeLessThan(500);
  for (const [name, value] of headers) expect(value, `${what}: ${name}`).not.toMatch(/[\r\n]/);
  expect(headers.get('x-injected'), what).toBeNull();
  if (status < 400) return;
  expect(headers.get('content-type'), what).toBe('application/problem+json');
  expect([what, body.status, typeof body.code]).toEqual([what, status, 'string']);
  if (body.code === 'input/invalid') expect(body.errors?.length, what).toBeGreaterThan(0);
}

/** The pointers of every text field of a body, its lists and its inner objects included. */
function textFields(schema: unknown, at: string[] = []): string[][] {
  const node = schema as {
    type?: string;
    format?: string;
    enum?: unknown;
    anyOf?: unknown[];
    oneOf?: unknown[];
    items?: unknown;
    properties?: object;
  };
  const branches = node.anyOf ?? node.oneOf;
  if (branches)
    return textFields(
      branches.find((each) => (each as { type?: string }).type !== 'null'),
      at,
    );
  if (node.type === 'string') return node.enum === undefined ? [at] : [];
  if (node.type === 'array') return textFields(node.items, [...at, '0']);
  return Object.entries(node.properties ?? {}).flatMap(([name, member]) => textFields(member, [...at, name]));
}

function withValue(body: unknown, [name = '', ...rest]: readonly string[], value: unknown): unknown {
  if (/^\d+$/.test(name))
    return [rest.length === 0 ? value : withValue(Array.isArray(body) ? body[0] : {}, rest, value)];
  const own = (body ?? {}) as Record<string, unknown>;
  return { ...own, [name]: rest.length === 0 ? value : withValue(own[name], rest, value) };
}

const FIELDS = all.flatMap(({ id, body, bodyShape = body }) =>
  bodyShape === undefined
    ? []
    : textFields(z.toJSONSchema(bodyShape, { io: 'input', unrepresentable: 'any' })).map((path) => ({
        id: id as OperationId,
        path,
      })),
);
/** Never shown again, so that it cannot be seen whether they came through whole. */
const SECRET = /password|secret/;
/** Answer what they were asked, and do not repeat it. */
const ANSWERS_ONLY: OperationId[] = [
  'evaluatePolicy',
  'evaluatePolicyBatch',
  'checkPolicyRule',
  'draftPolicyRule',
  'allowCliLogin',
  'lintDag',
  'heartbeatTask',
  'completeTask',
  'failTask',
  'putSecret',
];
/** Shown in another form than they were sent, or not in the answer to this call. */
const NOT_ECHOED = /url$|_at$|email|viewed_digest|notes|reason|text/;
/** A run is not its definition: below, a run is read with all texts that it has of it, and the definition with its description. */
const NOT_OF_THE_RUN = ['startRun /dag/description'];

describe('I2: hostile text in every text field of every body is stored or refused, never a 500', () => {
  test('these are the fields', () => {
    expect(FIELDS.length).toBeGreaterThan(40);
    expect(FIELDS.map(({ id, path }) => `${id} /${path.join('/')}`)).toContain('createRequest /links/0/title');
  });

  test.each(FIELDS.map(({ id, path }) => ({ id, path, pointer: `/${path.join('/')}` })))(
    '$id $pointer',
    async ({ id, path, pointer }) => {
      const as = id === 'changePassword' || id === 'allowCliLogin' ? owner : key;
      let input = await acme[id]();
      for (const [name, text] of Object.entries(HOSTILE)) {
        const needsSecret = pointer === '/webhook_url' ? { webhook_secret: 'a secret of sixteen' } : {};
        const needsUrl = pointer === '/webhook_secret' ? { webhook_url: 'https://hooks.example.com/' } : {};
        const body = withValue({ ...(input.body as object), ...needsSecret, ...needsUrl }, path, text);
        const answer = await ask(id, { ...input, as, body });
        expectClean(`${name} in ${pointer}`, answer);
        if (UNSTORABLE.includes(name))
          expect([name, answer.status, answer.body.errors?.[0]?.pointer]).toEqual([name, 422, pointer]);
        if (answer.status >= 300) continue;
        const isShown =
          !SECRET.test(pointer) && !NOT_ECHOED.test(pointer) && !NOT_OF_THE_RUN.includes(`${id} ${pointer}`);
        if (isShown && !ANSWERS_ONLY.includes(id)) {
          expect(answer.text, name).toContain(JSON.stringify(text.trim()).slice(1, -1));
        }
        input = await acme[id]();
      }
    },
  );
});

describe('what was stored comes back as it was sent', () => {
  let lives = 0;
  const stored = Object.entries(HOSTILE).filter(
    ([name, text]) => !UNSTORABLE.includes(name) && text.trim() !== '' && text.length < 200,
  );

  test.each(stored)('%s, through a whole life: asked, commented, approved', async (_, text) => {
    const said = text.trim();
    const asked = await ask('createRequest', {
      as: key,
      body: {
        tenant_id: 'acme',
        skill_id: text,
        agent_id: text,
        requested_by: text,
        title: text,
        justification: text,
        correlation_id: `life of ${text}`,
        payload: { [`key ${text}`]: [text, { nested: text }] },
        links: [{ title: text, url: 'https://example.com/' }],
      },
    });
    expect(asked.status).toBe(201);
    const params = { id: String(asked.body.request_id) };
    await ask('commentRequest', { as: key, params, body: { text } });
    const approved = await ask('approveRequest', {
      as: owner,
      params,
      body: { notes: text, approval_data: { [text]: text } },
    });
    expect(approved.status).toBe(200);
    const { body } = await ask('getRequest', { as: key, params });
    expect(body).toMatchObject({
      status: 'approved',
      skill_id: said,
      agent_id: said,
      requested_by: said,
      title: said,
      justification: said,
      correlation_id: `life of ${text}`.trim(),
      payload: { [`key ${text}`]: [text, { nested: text }] },
      links: [{ title: said, url: 'https://example.com/' }],
      approval_data: { [text]: text },
    });
    const history = body.status_history as { event: string; reason: string | null }[];
    expect(history.map(({ event, reason }) => [event, reason])).toEqual([
      ['approval.created', said],
      ['approval.commented', said],
      ['approval.approved', said],
    ]);
    const found = await ask('listRequests', { as: key, query: { skill_id: said, q: said.slice(0, 200) } });
    expect((found.body.data as { request_id: string }[]).map(({ request_id }) => request_id)).toContain(params.id);
  });

  test.each(stored)('%s, through a run: defined, started, asked, rejected', async (_, text) => {
    const said = text.trim();
    const tasks = [
      { id: 'sweep', workflow_ref: 'echo', params: { [`key ${text}`]: [text, { nested: text }] } },
      { id: 'agree', type: 'checkpoint', prompt: text, depends_on: ['sweep'], on_reject: 'fail' },
    ];
    const name = `life-${++lives}`;
    const defined = await ask('putDag', {
      as: key,
      params: { name },
      query: { tenant_id: 'acme' },
      headers: { 'if-none-match': '*' },
      body: { name, description: text, tasks },
    });
    expect(defined.status).toBe(200);
    const kept = await ask('getDag', { as: key, params: { name }, query: { tenant_id: 'acme' } });
    expect(kept.body).toMatchObject({
      description: said,
      definition: { description: said, tasks: [tasks[0], { prompt: said }] },
    });

    const started = await ask('startRun', {
      as: key,
      body: { tenant_id: 'acme', dag_name: name, params: { [text]: text } },
    });
    expect(started.status).toBe(201);
    const params = { id: String(started.body.run_id) };
    const checkpoint = { id: String(started.body.checkpoint_id) };
    const asked = await ask('getCheckpoint', { as: key, params: checkpoint });
    expect(asked.body).toMatchObject({ title: said, checkpoint: { prompt: said } });
    const rejected = await ask('rejectCheckpoint', { as: owner, params: checkpoint, body: { reason: text } });
    expect(rejected.status).toBe(200);
    await driveRuns(new AbortController().signal);
    const { body } = await ask('getRun', { as: key, params });
    expect(body).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining(said),
      params: { [text]: text },
      tasks: [{ params: tasks[0]?.params, output: tasks[0]?.params }, { id: 'agree' }],
    });
    const events = await ask('listRunEvents', { as: key, params });
    expect((events.body.data as { reason: string | null }[]).at(-1)?.reason).toBe(body.reason);
  });

  test.each([
    ['integers as large as they are safe', { a: Number.MAX_SAFE_INTEGER, b: Number.MIN_SAFE_INTEGER, c: 0 }],
    [
      'fractions, tiny and huge',
      { a: 0.1, b: 5e-324, c: 1.7976931348623157e308, d: -1e21, e: 1e-7, f: 123456789.12345679 },
    ],
    ['the empty ones', { a: {}, b: [], c: '', d: null, e: false, '': 'no name' }],
    [
      'names that sort oddly',
      { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1F600}': 5, '\u0080': 6, ö: 7, '10': 8, '9': 9 },
    ],
    ['thirty levels', JSON.parse(`${'{"a":'.repeat(29)}1${'}'.repeat(29)}`) as Record<string, unknown>],
  ])('and the digest of a payload stays what it was: %s', async (_, payload) => {
    const asked = await ask('createRequest', { as: key, body: { tenant_id: 'acme', skill_id: 'x', payload } });
    expect(asked.status).toBe(201);
    const read = await ask('getRequest', { as: key, params: { id: String(asked.body.request_id) } });
    expect(read.body.payload).toEqual(payload);
    expect(read.body.payload_digest).toBe(asked.body.payload_digest);
  });

  test('an integer that would be rounded is refused with its place, before anybody approves its neighbour', async () => {
    for (const [amount, pointer] of [
      ['{"amount_cents":9007199254740993}', '/payload/amount_cents'],
      ['{"to":[1,{"a/b":-12345678901234567890}]}', '/payload/to/1/a~1b'],
    ] as const) {
      const body = `{"tenant_id":"acme","skill_id":"x","payload":${amount}}`;
      const answer = await ask('createRequest', { as: key, body });
      expect([answer.status, answer.body.errors]).toEqual([422, [expect.objectContaining({ pointer })]]);
    }
    const fine = `{"tenant_id":"acme","skill_id":"x","payload":{"a":9007199254740991,"b":1e21,"c":"9007199254740993","d":0.1234567890123456789}}`;
    expect((await ask('createRequest', { as: key, body: fine })).status).toBe(201);
  });

  test('exports hold all of it, without a formula in any cell', async () => {
    for (const id of ['exportRequestsCsv', 'exportEventsCsv'] as const) {
      const { status, text } = await ask(id, { as: key, query: { tenant_id: 'acme' } });
      expect(status).toBe(200);
      const rows = readCsv(text);
      expect(new Set(rows.map((row) => row.length)).size).toBe(1);
      expect(rows.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
      expect(text).toContain('HYPERLINK');
    }
  });

  test('the whole of it verifies', async () => {
    const { body } = await ask('verifyAudit', { as: key });
    expect(body).toMatchObject({ ok: true, problems: [] });
    await expectInvariants(sql);
  });
});

const RAW_SEGMENTS = [
  '%',
  '%zz',
  '%ff%fe',
  '%ed%a0%80',
  '%00',
  '..%2f..%2f',
  '..',
  '.',
  '%2e',
  '%2e%2e',
  '.%2E',
  'a%2Fapprove',
];

/** A call over a socket, its path as it is written: nothing on the way resolves or encodes it. */
function sendRaw(
  origin: string,
  call: { method: string; path: string; headers: Record<string, string>; body: string },
): Promise<Answer> {
  const { method, path, headers, body } = call;
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers }, (response) => {
      const head = new Headers(
        Object.entries(response.headers).map(([name, value]): [string, string] => [name, String(value)]),
      );
      const answer = new Response(Readable.toWeb(response) as ReadableStream, {
        status: response.statusCode ?? 0,
        headers: head,
      });
      readAnswer(answer).then(resolve, reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

describe('hostile text where no body is', () => {
  let server: OpenApi;
  beforeAll(async () => {
    server = await openApi();
  });
  afterAll(() => server.close());

  const QUERIES = all.flatMap(({ id, query }) =>
    query === undefined
      ? []
      : Object.keys(
          (z.toJSONSchema(query, { io: 'input', unrepresentable: 'any' }) as { properties: object }).properties,
        ).map((name) => ({ id: id as OperationId, name })),
  );

  test.each(QUERIES)('in the query of $id: $name', async ({ id, name }) => {
    const input = await acme[id]();
    for (const [what, text] of Object.entries(HOSTILE)) {
      // A URL carries no lone surrogates: they become U+FFFD before they are sent.
      const answer = await ask(id, { ...input, as: key, query: { ...input.query, [name]: text.slice(0, 3000) } });
      expectClean(`${what} in ?${name}`, answer);
    }
  });

  test.each(all.filter(({ params }) => params !== undefined).map(({ id }) => id as OperationId))(
    'in the path of %s',
    async (id) => {
      const input = await acme[id]();
      const [param = ''] = Object.keys(input.params ?? {});
      for (const [what, text] of Object.entries(HOSTILE)) {
        if (text === '' || text.length > 3000) continue;
        const answer = await ask(id, { ...input, as: key, params: { [param]: text.toWellFormed() } });
        expectClean(`${what} in the path`, answer);
        // A skill is named by any text, so what was sent as one above may be there.
        const fine = param === 'skill_id' ? [200, 404, 409, 422] : [404, 422];
        expect([what, fine.includes(answer.status) ? fine : answer.status]).toEqual([what, fine]);
      }
      // As they are written: a URL resolves dots before anybody sends them, so they go over a socket.
      for (const raw of RAW_SEGMENTS) {
        const { url, method, headers } = toRequest(operations[id], { ...input, as: key, params: { [param]: 'RAW' } });
        const path = url.slice(ORIGIN.length).replace('RAW', raw);
        const body = input.body === undefined ? '' : JSON.stringify(input.body);
        const answer = await sendRaw(server.url, { method, path, headers: Object.fromEntries(headers), body });
        expectClean(`${raw} in the path`, answer);
        expect([raw, answer.status >= 400]).toEqual([raw, true]);
      }
    },
  );

  test.each([
    'idempotency-key',
    'if-match',
    'x-request-id',
    'traceparent',
    'prefer',
    'authorization',
    'cookie',
    'x-user-rbac-role',
    'last-event-id',
  ])('in the header %s', async (header) => {
    for (const [what, text] of Object.entries(HOSTILE)) {
      // Headers are Latin-1 without controls: what cannot be sent is not sent.
      const sendable = [...text]
        .filter((c) => /[\t\u0020-\u007e\u00a0-\u00ff]/.test(c))
        .join('')
        .trim()
        .slice(0, 6000);
      const input = { ...(await acme.commentRequest()), as: key, headers: { [header]: sendable } };
      expectClean(`${what} in ${header}`, await ask('commentRequest', input));
      expectClean(
        `${what} in ${header}`,
        await ask('getRequest', { ...(await acme.getRequest()), as: key, headers: { [header]: sendable } }),
      );
    }
  });

  test.each([
    ['nothing', ''],
    ['no JSON', 'status=approved'],
    ['half of it', '{"text":'],
    ['two of it', '{"text":"a"}{"text":"b"}'],
    ['a list', '[]'],
    ['null', 'null'],
    ['a number', '1e999'],
    ['a text', '"text"'],
    ['a number beyond all numbers', '{"text":"a","x":1e999}'],
    ['comments', '{"text":"a"} // b'],
    ['NaN', '{"text":NaN}'],
    ['a list a hundred thousand deep', '['.repeat(100_000)],
    ['objects fifty thousand deep', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`],
    ['thirty thousand members', `{${Array.from({ length: 30_000 }, (_, n) => `"k${n}":1`).join()}}`],
  ])('a body that is %s is refused with its reason', async (what, body) => {
    const answer = await ask('commentRequest', { ...(await acme.commentRequest()), as: key, body });
    expectClean(what, answer);
    expect([400, 413, 422]).toContain(answer.status);
  });

  test('bytes that are no UTF-8, a compressed body and another type are refused', async () => {
    const { url, method, headers } = toRequest(operations.commentRequest, {
      ...(await acme.commentRequest()),
      as: key,
    });
    const send = async (body: Uint8Array<ArrayBuffer>, over: Record<string, string>) => {
      const sent = new Headers(headers);
      for (const [name, value] of Object.entries(over)) sent.set(name, value);
      return readAnswer(await api(new Request(url, { method, headers: sent, body })));
    };
    const text = new Uint8Array(Buffer.from('{"text":"a"}'));
    const latin = new Uint8Array(Buffer.from('{"text":"caf\u00e9"}', 'latin1'));
    expect((await send(latin, {})).status).toBe(400);
    expect((await send(text, { 'content-encoding': 'gzip' })).status).toBe(415);
    for (const type of [
      'text/plain',
      'application/xml',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
    ]) {
      expect([type, (await send(text, { 'content-type': type })).status]).toEqual([type, 415]);
    }
    expect((await send(text, { 'content-type': 'Application/JSON; Charset=utf-8' })).status).toBe(201);
  });

  test('a body of 10 MB is refused before it is read, with and without a length', async () => {
    const { url, method, headers } = toRequest(operations.commentRequest, {
      ...(await acme.commentRequest()),
      as: key,
    });
    const declared = new Headers(headers);
    declared.set('content-length', String(10 * 1024 * 1024));
    expect((await readAnswer(await api(new Request(url, { method, headers: declared, body: '{}' })))).status).toBe(413);
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536;
        if (sent > 10 * 1024 * 1024) controller.close();
        else controller.enqueue(new Uint8Array(65_536).fill(32));
      },
    });
    const streamed = new Request(url, { method, headers, body: endless, duplex: 'half' } as RequestInit);
    expect((await readAnswer(await api(streamed))).status).toBe(413);
    expect(sent).toBeLessThan(1024 * 1024);
  });

  test('a path that nobody has is 404 in the same form', async () => {
    for (const path of [
      '/api/v1',
      '/api/v1/',
      '/api/v1/nothing',
      '/api/v1/policy/requests/x/y/z',
      '/api/v1/__proto__',
      '/api/v1/policy/constructor',
    ]) {
      const answer = await readAnswer(await api(new Request(`${ORIGIN}${path}`, { headers: key })));
      expect([path, answer.status, answer.body.code]).toEqual([path, 404, 'http/not-found']);
    }
  });
});

/** RFC 4180, just enough of it. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text
    .replace(/^\uFEFF/, '')
    .matchAll(/(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r\n|\n|$)/g)) {
    rows.at(-1)?.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === '\r\n' || end === '\n') rows.push([]);
    if (end === '') break;
  }
  return rows.filter((row) => row.length > 1);
}
