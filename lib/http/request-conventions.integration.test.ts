import { beforeAll, describe, expect, test } from 'vitest';
import type { OperationId } from '@/lib/contracts';
import { type Answer, type Caller, type CallInput, call, withKey, withSession } from '@/lib/testing/calls';
import { expectInvariants } from '@/lib/testing/invariants';
import { hold, waitersFor } from '@/lib/testing/locks';
import {
  addKey,
  addPerson,
  addTenant,
  EVERY_SCOPE,
  type TestKey,
  type TestPerson,
  testDatabase,
} from '@/lib/testing/people';
import { createKey } from './handlers/keys';
import { getLevels, putEmergencyStop, putLevels } from './handlers/policy';
import {
  approveRequest,
  cancelRequest,
  commentRequest,
  createRequest,
  getEligibleApprovers,
  getRequest,
  listRequests,
  rejectRequest,
} from './handlers/requests';
import type { Route } from './route';

const sql = testDatabase();

let asker: Caller;
let ada: TestPerson;
let session: Caller;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  asker = withKey(await addKey(sql, 'acme', ['requests:create', 'requests:read']));
  ada = await addPerson(sql, 'acme', 'operator');
  session = await withSession(ada);
});

async function ask(over: Record<string, unknown> = {}, input: CallInput = {}): Promise<Answer> {
  const body = { tenant_id: 'acme', skill_id: 'payments.transfer', payload: {}, ...over };
  const answer = await call(createRequest, { as: asker, body, ...input });
  expect(answer.status).toBe(201);
  return answer;
}
const idOf = ({ body }: Answer) => String(body.request_id);

describe('a request’s entity tag is the position of its history', () => {
  test('and rises with every event', async () => {
    const asked = await ask();
    const params = { id: idOf(asked) };
    const tags = [asked.headers.get('etag'), (await call(getRequest, { as: asker, params })).headers.get('etag')];
    const commented = await call(commentRequest, { as: session, params, body: { text: 'Why?' } });
    const approved = await call(approveRequest, { as: session, params, body: {} });
    expect([...tags, commented.headers.get('etag'), approved.headers.get('etag')]).toEqual([
      '"1"',
      '"1"',
      '"2"',
      '"3"',
    ]);
  });

  test.each([
    ['"1"', 200],
    ['*', 200],
    ['"7", "1"', 200],
    ['"0"', 412],
    ['"2"', 412],
    ['W/"1"', 412],
    ['1', 412],
    ['nonsense', 412],
  ])('If-Match: %s is %i', async (tag, status) => {
    const params = { id: idOf(await ask()) };
    const answer = await call(approveRequest, { as: session, params, body: {}, headers: { 'if-match': tag } });
    expect(answer.status).toBe(status);
    if (status === 412) expect(answer.body).toMatchObject({ code: 'request/changed', state: 'pending', seq: 1 });
  });

  test('a comment since makes it stale, the digest of what is asked does not', async () => {
    const asked = await ask();
    const params = { id: idOf(asked) };
    await call(commentRequest, { as: session, params, body: { text: 'Why?' } });
    const stale = await call(rejectRequest, {
      as: session,
      params,
      body: { notes: 'No' },
      headers: { 'if-match': '"1"' },
    });
    expect(stale.status).toBe(412);
    const seen = await call(rejectRequest, {
      as: session,
      params,
      body: { notes: 'No', viewed_digest: asked.body.payload_digest },
    });
    expect(seen.status).toBe(200);
  });

  test('another payload than the one that was seen is 412, with what it is now', async () => {
    const asked = await ask();
    const answer = await call(approveRequest, {
      as: session,
      params: { id: idOf(asked) },
      body: { viewed_digest: 'sha256:0' },
    });
    expect([answer.status, answer.body.code, answer.body.payload_digest]).toEqual([
      412,
      'request/changed',
      asked.body.payload_digest,
    ]);
  });
});

describe('an answer', () => {
  test('says where what was made is, and is not to be stored', async () => {
    const asked = await ask();
    expect(asked.headers.get('location')).toBe(`/api/v1/policy/requests/${idOf(asked)}`);
    expect(asked.headers.get('cache-control')).toBe('no-store');
    expect(asked.headers.get('content-type')).toBe('application/json');
  });

  test('carries the caller’s id of the call, or one that is made', async () => {
    const own = await call(getRequest, { as: asker, params: { id: 'x' }, headers: { 'x-request-id': 'mine-1' } });
    expect([own.headers.get('x-request-id'), own.body.request_id]).toEqual(['mine-1', 'mine-1']);
    const made = await call(getRequest, {
      as: asker,
      params: { id: 'x' },
      headers: { 'x-request-id': 'not one\twith spaces' },
    });
    expect(made.headers.get('x-request-id')).toMatch(/^rq_[0-9A-Z]{26}$/);
  });

  test('of a problem has its type, status, place and id', async () => {
    const { status, body, headers } = await call(getRequest, { as: asker, params: { id: 'x' } });
    expect(body).toEqual({
      type: '/problems/request/not-found',
      title: 'No such request',
      status: 404,
      instance: '/api/v1/policy/requests/x',
      code: 'request/not-found',
      request_id: headers.get('x-request-id'),
    });
    expect([status, headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  });

  test('to nobody asks for a credential', async () => {
    const { status, headers, body } = await call(getRequest, { params: { id: 'x' } });
    expect([status, headers.get('www-authenticate'), body.code]).toEqual([401, 'Bearer', 'auth/required']);
  });

  test('a trace goes from the call into the history', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const asked = await ask({}, { headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` } });
    expect(asked.headers.get('traceparent')).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
    const rows = await sql('SELECT trace_id FROM events WHERE subject_id = $1', [idOf(asked)]);
    expect(rows).toEqual([{ trace_id: trace }]);
  });
});

describe('every fault of the input is named', () => {
  test.each([
    [{ skill_id: '' }, ['/skill_id']],
    [{ skill_id: undefined, payload: undefined }, ['/skill_id', '/payload']],
    [{ required_level: 9, min_approvals: 0 }, ['/required_level', '/min_approvals']],
    [{ expires_in_seconds: 31_536_001 }, ['/expires_in_seconds']],
    [{ payload: [] }, ['/payload']],
    [
      {
        links: [
          { title: 'a', url: 'https://example.com' },
          { title: '', url: 'javascript:alert(1)' },
        ],
      },
      ['/links/1/title', '/links/1/url'],
    ],
    [{ policy_type: 'money' }, ['/policy_type']],
    [{ 'a/b~c': 1 }, ['/a~1b~0c']],
    [{ webhook_url: 'ftp://example.com' }, ['/webhook_url']],
  ])('%j', async (over, pointers) => {
    const body = { tenant_id: 'acme', skill_id: 'x', payload: {}, ...over };
    const answer = await call(createRequest, { as: asker, body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors?.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  test('a rejection without a reason', async () => {
    const params = { id: idOf(await ask()) };
    for (const body of [{}, { notes: ' ' }, { notes: null, reason: null }]) {
      const answer = await call(rejectRequest, { as: session, params, body });
      expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, '/notes']);
    }
    const { body } = await call(rejectRequest, { as: session, params, body: { reason: 'Duplicate' } });
    expect(body).toMatchObject({ status: 'rejected', approvers: [{ notes: 'Duplicate', decision: 'reject' }] });
  });
});

describe('waiting', () => {
  test.each<[string, CallInput]>([
    ['?wait=30', { query: { wait: '30' } }],
    ['Prefer: wait=30', { headers: { prefer: 'respond-async, wait=30' } }],
  ])('%s answers as soon as it is decided, and not when the next poll finds out', async (_, input) => {
    const lateMs: number[] = [];
    // Like every time: the fastest of a few, because the machine has other things to do.
    for (let i = 0; i < 3; i++) {
      const params = { id: idOf(await ask()) };
      const waiting = call(getRequest, { as: asker, params, ...input }).then(({ body }) => {
        expect(body.status).toBe('approved');
        return performance.now();
      });
      await call(approveRequest, { as: session, params, body: {} });
      const decidedMs = performance.now();
      lateMs.push((await waiting) - decidedMs);
    }
    expect(Math.min(...lateMs)).toBeLessThan(300);
  });

  test('a hundred calls of one credential may wait; another one is asked to come again, somebody else’s is not', async () => {
    const params = { id: idOf(await ask()) };
    const wait = { params, query: { wait: '60' } };
    const crowd = Array.from({ length: 101 }, () => call(getRequest, { as: asker, ...wait }));
    const others = call(getRequest, { as: session, ...wait });
    const refused = await Promise.race(crowd);
    expect([refused.status, refused.body.code]).toEqual([429, 'request/too-many-waits']);
    expect(refused.headers.get('retry-after')).toBe('1');
    await call(approveRequest, { as: session, params, body: {} });
    const answers = await Promise.all(crowd);
    expect(answers.filter(({ body }) => body.status === 'approved')).toHaveLength(100);
    expect((await others).body.status).toBe('approved');
    // Whoever has been answered has left.
    const next = { id: idOf(await ask()) };
    expect((await call(getRequest, { as: asker, params: next, query: { wait: '1' } })).status).toBe(200);
  });

  test('it answers as it is when the time is up, and at once when it is decided already', async () => {
    const params = { id: idOf(await ask()) };
    expect((await call(getRequest, { as: asker, params, query: { wait: '1' } })).body.status).toBe('pending');
    await call(rejectRequest, { as: session, params, body: { notes: 'No' } });
    expect((await call(getRequest, { as: asker, params, query: { wait: '60' } })).body.status).toBe('rejected');
  });

  test('nobody waits longer than a minute, nor for what is not theirs', async () => {
    const params = { id: idOf(await ask()) };
    expect((await call(getRequest, { as: asker, params, query: { wait: '61' } })).status).toBe(422);
    expect((await call(getRequest, { as: asker, params: { id: 'x' }, query: { wait: '30' } })).status).toBe(404);
  });
});

describe('deciding', () => {
  test('an approval keeps what it was given, and shows who signed', async () => {
    const params = { id: idOf(await ask()) };
    const body = { notes: 'Matches the order', approval_data: { cost_center: 'R&D' } };
    const approved = await call(approveRequest, { as: session, params, body });
    expect(approved.body).toMatchObject({
      status: 'approved',
      current_level: 3,
      approvals_count: 1,
      approval_data: { cost_center: 'R&D' },
      resolved_by: ada.userId,
      approvers: [
        {
          approver_id: ada.userId,
          level: 3,
          decision: 'approve',
          notes: 'Matches the order',
          stale: false,
          on_behalf: false,
        },
      ],
    });
  });

  test('a bridge speaks for a member, and both are recorded', async () => {
    const bridge = await addKey(sql, 'acme', ['requests:decide', 'requests:decide_on_behalf']);
    const params = { id: idOf(await ask()) };
    const { body } = await call(approveRequest, { as: withKey(bridge), params, body: { approver_id: ada.userId } });
    expect(body).toMatchObject({ status: 'approved', approvers: [{ approver_id: ada.userId, on_behalf: true }] });
    const [vote] = await sql('SELECT user_id, key_id, on_behalf FROM approval_reviews WHERE request_id = $1', [
      params.id,
    ]);
    expect(vote).toEqual({ user_id: ada.userId, key_id: bridge.keyId, on_behalf: true });
    expect(body.resolved_by).toBe(ada.userId);
    const [event] = await sql(
      "SELECT actor, actor_id, data, canonical FROM events WHERE subject_id = $1 AND type = 'approval.approved'",
      [params.id],
    );
    expect(event).toMatchObject({
      actor: ada.userId,
      actor_id: bridge.keyId,
      data: { on_behalf: true, bridge: 'test' },
    });
    expect(JSON.parse(String(event?.canonical))).toMatchObject({ actor: ada.userId, actor_id: bridge.keyId });
  });

  test('who asked, or an admin, cancels it, with a reason', async () => {
    const admin = await withSession(await addPerson(sql, 'acme', 'admin'));
    for (const as of [asker, admin]) {
      const params = { id: idOf(await ask()) };
      expect((await call(cancelRequest, { as: session, params, body: { reason: 'No' } })).body.code).toBe(
        'access/forbidden',
      );
      const { body } = await call(cancelRequest, { as, params, body: { reason: 'Not needed' } });
      expect(body).toMatchObject({ status: 'cancelled', approvers: [] });
    }
  });

  test('a decided request can be commented on and not decided again', async () => {
    const params = { id: idOf(await ask()) };
    const { body: approved } = await call(approveRequest, { as: session, params, body: {} });
    const commented = await call(commentRequest, { as: asker, params, body: { text: 'Thanks' } });
    expect([commented.status, commented.body.status, commented.body.seq]).toEqual([201, 'approved', 3]);
    const again = await call(rejectRequest, { as: session, params, body: { notes: 'No' } });
    expect(again.body).toMatchObject({
      status: 409,
      code: 'request/already-resolved',
      state: 'approved',
      resolved_by: ada.userId,
      resolved_at: approved.resolved_at,
    });
  });

  test('who can finish it, and what is missing, is said', async () => {
    const admin = await addPerson(sql, 'acme', 'admin');
    const params = { id: idOf(await ask({ required_level: 4, min_approvals: 2 })) };
    await call(approveRequest, { as: session, params, body: {} });
    const { body } = await call(getEligibleApprovers, { as: asker, params });
    expect(body).toMatchObject({
      required_level: 4,
      current_level: 3,
      min_approvals: 2,
      approvals_count: 1,
      reachable: true,
      missing: null,
    });
    const eligible = body.eligible as { approver_id: string }[];
    expect(eligible.map(({ approver_id }) => approver_id)).toContain(admin.userId);
    expect(eligible.map(({ approver_id }) => approver_id)).not.toContain(ada.userId);
  });

  test('while the emergency stop is on nothing is approved; rejections and cancellations work', async () => {
    const boss = await withSession(await addPerson(sql, 'acme', 'owner'));
    const [one, two, three] = await Promise.all([ask(), ask(), ask()]);
    const stop = (active: boolean) => call(putEmergencyStop, { as: boss, body: { active, reason: 'Leak' } });
    expect((await stop(true)).status).toBe(200);
    const held = await call(approveRequest, { as: session, params: { id: idOf(one) }, body: {} });
    expect([held.status, held.body.code]).toEqual([409, 'policy/emergency-stop']);
    expect((await call(rejectRequest, { as: session, params: { id: idOf(two) }, body: { notes: 'No' } })).status).toBe(
      200,
    );
    expect((await call(cancelRequest, { as: asker, params: { id: idOf(three) }, body: { reason: 'No' } })).status).toBe(
      200,
    );
    expect((await ask()).body.status).toBe('rejected');
    await stop(false);
    expect((await call(approveRequest, { as: session, params: { id: idOf(one) }, body: {} })).status).toBe(200);
  });
});

describe('the level configuration', () => {
  test('is replaced only by who has read it', async () => {
    const as = withKey(await addKey(sql, 'acme', EVERY_SCOPE));
    const body = { levels: [{ level: 3 }] };
    expect((await call(putLevels, { as, body })).body.code).toBe('http/precondition-required');
    const tag = (await call(getLevels, { as })).headers.get('etag') ?? '';
    const replaced = await call(putLevels, { as, body, headers: { 'if-match': tag } });
    expect(replaced.status).toBe(200);
    expect(replaced.headers.get('etag')).not.toBe(tag);
    const late = await call(putLevels, { as, body: { levels: [] }, headers: { 'if-match': tag } });
    expect([late.status, late.body.code]).toEqual([412, 'config/changed']);
  });

  test('two rows for the same requests are refused at the second', async () => {
    const as = withKey(await addKey(sql, 'acme', EVERY_SCOPE));
    const levels = [{ skill_id: 'x', level: 3 }, { level: 2 }, { skill_id: 'x', agent_id: null, level: 4 }];
    const answer = await call(putLevels, { as, body: { levels }, headers: { 'if-match': '*' } });
    expect([answer.status, answer.body.errors?.map(({ pointer }) => pointer)]).toEqual([422, ['/levels/2']]);
  });

  test('two who replace it at once: one hears that it changed', async () => {
    const as = withKey(await addKey(sql, 'acme', EVERY_SCOPE));
    const put = (level: number, tag: string) =>
      call(putLevels, { as, body: { levels: [{ level }] }, headers: { 'if-match': tag } });
    const tag = (await put(2, '*')).headers.get('etag') ?? '';
    const answers = await Promise.all([put(3, tag), put(3, tag), put(3, tag)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
  });
});

describe('when the database keeps us waiting', () => {
  test('a lock that is not let go of is 503 with Retry-After, and nothing happened', async () => {
    const params = { id: idOf(await ask()) };
    const held = await hold('SELECT 1 FROM approval_requests WHERE id = $1 FOR UPDATE', [params.id]);
    const answering = call(approveRequest, { as: session, params, body: {} });
    await waitersFor(sql);
    const answer = await answering;
    await held.commit();
    expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([
      503,
      'service/unavailable',
      '1',
    ]);
    expect((await call(getRequest, { as: asker, params })).body.status).toBe('pending');
  });

  // What another process has written and not yet committed, seen from here.
  const twin = (operation: string, { keyId }: TestKey) =>
    hold(
      `INSERT INTO idempotency_keys (tenant_id, credential, operation, key, body_hmac, status, resource_id)
       VALUES ('acme', $1, $2, 'in-flight', 'x', 201, 'x')`,
      [keyId, operation],
    );

  test.each<[OperationId, () => Promise<CallInput>, Route]>([
    ['createRequest', async () => ({ body: { tenant_id: 'acme', skill_id: 'x', payload: {} } }), createRequest],
    ['cancelRequest', async () => ({ params: { id: idOf(await ask()) }, body: { reason: 'No' } }), cancelRequest],
    ['createKey', async () => ({ body: { tenant_id: 'acme', name: 'x', scopes: ['requests:read'] } }), createKey],
  ])(
    '%s: a twin with the same Idempotency-Key that takes too long is 409, and the call may come again',
    async (operation, make, route) => {
      const key = await addKey(sql, 'acme', EVERY_SCOPE);
      const admin = await addPerson(sql, 'acme', 'owner');
      const bound = await addKey(sql, 'acme', EVERY_SCOPE, { person: admin });
      const as = operation === 'createKey' ? key : bound;
      const input = { ...(await make()), as: withKey(as), headers: { 'idempotency-key': 'in-flight' } };
      const held = await twin(operation, as);
      const answering = call(route, input);
      await waitersFor(sql);
      const answer = await answering;
      expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([
        409,
        'idempotency/in-flight',
        '1',
      ]);
      await held.rollback();
      expect((await call(route, input)).status).toBeLessThan(300);
    },
  );

  test('with an Idempotency-Key too, what is not the twin’s row is 503', async () => {
    const params = { id: idOf(await ask()) };
    const held = await hold('SELECT 1 FROM approval_requests WHERE id = $1 FOR UPDATE', [params.id]);
    const headers = { 'idempotency-key': 'busy' };
    const answering = call(approveRequest, { as: session, params, body: {}, headers });
    await waitersFor(sql);
    const answer = await answering;
    await held.commit();
    expect([answer.status, answer.body.code]).toEqual([503, 'service/unavailable']);
  });
});

describe('the list', () => {
  const bot = `bot-${crypto.randomUUID()}`;
  const list = (query: Record<string, string | string[]>, as = asker) =>
    call(listRequests, { as, query: { agent_id: bot, ...query } });
  const titles = ({ body }: Answer) => (body.data as { title: string }[]).map(({ title }) => title).join(' ');

  beforeAll(async () => {
    const make = (title: string, over: Record<string, unknown> = {}) => ask({ agent_id: bot, title, ...over });
    await make('a', { skill_id: 'mail.send' });
    await make('b', { policy_type: 'resource', required_level: 4, expires_in_seconds: 3600 });
    const c = await make('c', { requested_by: 'billing' });
    await make('d', { justification: '100% of_it' });
    const e = await make('e');
    await call(approveRequest, { as: session, params: { id: idOf(c) }, body: {} });
    await call(rejectRequest, { as: session, params: { id: idOf(e) }, body: { notes: 'No' } });
  });

  test.each<[Record<string, string | string[]>, string]>([
    [{}, 'e d c b a'],
    [{ sort: 'created_at' }, 'a b c d e'],
    [{ sort: 'expires_at', status: 'open' }, 'b a d'],
    [{ sort: '-resolved_at' }, 'e c'],
    [{ status: 'open' }, 'd b a'],
    [{ status: ['approved', 'rejected'] }, 'e c'],
    [{ status: ['open', 'approved'] }, 'd c b a'],
    [{ status: 'escalated' }, ''],
    [{ policy_type: 'resource' }, 'b'],
    [{ skill_id: 'mail.send' }, 'a'],
    [{ requested_by: 'billing' }, 'c'],
    [{ level: '4' }, 'b'],
    [{ kind: 'policy' }, 'e d c b a'],
    [{ kind: 'checkpoint' }, ''],
    [{ q: 'MAIL' }, 'a'],
    [{ q: '100%' }, 'd'],
    [{ q: 'f_i' }, 'd'],
    [{ q: '%' }, 'd'],
    [{ created_after: '2099-01-01' }, ''],
    [{ created_before: '2000-01-01' }, ''],
    [{ created_after: '2000-01-01T00:00:00+02:00', tenant_id: 'acme' }, 'e d c b a'],
  ])('%j', async (query, expected) => expect(titles(await list(query))).toBe(expected));

  test('what waits for me is what is open, mine to decide and not yet voted on', async () => {
    expect(titles(await list({ assigned_to_me: 'true' }, session))).toBe('d b a');
    const voter = await withSession(await addPerson(sql, 'acme', 'operator', { level: 1 }));
    const all = (await list({ status: 'open' })).body.data as { request_id: string; title: string }[];
    const a = all.find(({ title }) => title === 'a')?.request_id ?? '';
    await call(approveRequest, { as: voter, params: { id: a }, body: {} });
    expect(titles(await list({ assigned_to_me: 'true' }, voter))).toBe('d b');
    expect(titles(await list({ assigned_to_me: 'false', status: 'open' }, voter))).toBe('a');
    expect(titles(await list({ assigned_to_me: 'true' }, asker))).toBe('');
  });

  test.each(['-created_at', 'created_at', 'expires_at', '-resolved_at'])(
    'pages by %s miss and repeat nothing',
    async (sort) => {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const answer: Answer = await list({ sort, limit: '2', ...(cursor === null ? {} : { cursor }) });
        seen.push(...titles(answer).split(' '));
        cursor = answer.body.next_cursor as string | null;
      } while (cursor !== null);
      expect(seen.join(' ')).toBe(titles(await list({ sort })));
    },
  );

  test('pages hold together when requests of one instant are many', async () => {
    const many = `many-${crypto.randomUUID()}`;
    await Promise.all(Array.from({ length: 15 }, () => ask({ agent_id: many })));
    await sql(
      `UPDATE approval_requests SET created_at = '2026-01-14T12:00:00Z', expires_at = '2099-01-01' WHERE agent_id = $1`,
      [many],
    );
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const answer: Answer = await list({ agent_id: many, limit: '4', ...(cursor === null ? {} : { cursor }) });
      seen.push(...(answer.body.data as { request_id: string }[]).map(({ request_id }) => request_id));
      cursor = answer.body.next_cursor as string | null;
    } while (cursor !== null);
    expect([seen.length, new Set(seen).size]).toEqual([15, 15]);
  });

  test.each([
    [{ cursor: 'nonsense' }, '?cursor'],
    [{ cursor: 'e30' }, '?cursor'],
    [{ limit: '201' }, '?limit'],
    [{ limit: '0' }, '?limit'],
    [{ status: 'done' }, '?status'],
    [{ created_after: 'yesterday' }, '?created_after'],
    [{ sort: 'title' }, '?sort'],
    [{ unknown: '1' }, '?unknown'],
  ])('%j is refused at its place', async (query, pointer) => {
    const answer = await list(query as Record<string, string>);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([422, pointer]);
  });
});

test('and all of it has left the database whole', async () => {
  // The times of the paged requests were set by hand, so they are not what their histories say.
  await sql(
    `UPDATE approval_requests r SET created_at = e.timestamp FROM events e WHERE e.subject_id = r.id AND e.seq = 1`,
  );
  await expectInvariants(sql);
});
