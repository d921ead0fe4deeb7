import { beforeAll, describe, expect, test } from 'vitest';
import { type Operation, type OperationId, operations } from '@/lib/contracts';
import {
  type Answer,
  type Caller,
  type CallInput,
  readAnswer,
  toRequest,
  withKey,
  withSession,
} from '@/lib/testing/calls';
import { fingerprint } from '@/lib/testing/fingerprint';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addMembership, addPerson, addTenant, EVERY_SCOPE, testDatabase } from '@/lib/testing/people';
import { type SampleCalls, sampleCalls, strangeIds } from '@/lib/testing/sample-calls';
import { api } from './api';

const sql = testDatabase();
const CANARY = 'globex-canary';

let globex: SampleCalls;
let acme: SampleCalls;
let callers: Record<string, Caller>;

beforeAll(async () => {
  for (const tenantId of ['acme', 'globex', 'default']) await addTenant(sql, tenantId);
  [acme, globex] = await Promise.all([sampleCalls(sql, 'acme'), sampleCalls(sql, 'globex')]);
  const owner = await addPerson(sql, 'acme', 'owner');
  callers = {
    'an owner’s session': await withSession(owner),
    'an owner’s key with every scope': withKey(await addKey(sql, 'acme', EVERY_SCOPE, { person: owner })),
    'a service key with every scope': withKey(await addKey(sql, 'acme', EVERY_SCOPE)),
    'the bootstrap key, naming acme': withKey(await addKey(sql, 'default', EVERY_SCOPE, { allTenants: true })),
  };
});

const ask = async (id: OperationId, input: CallInput): Promise<Answer> => {
  const response = await api(toRequest(operations[id], input));
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) await response.body?.cancel();
  return response.bodyUsed
    ? { status: response.status, headers: response.headers, body: {}, text: '' }
    : readAnswer(response);
};

/** An answer without what differs from call to call: the ids that were sent and the id of the call. */
function bare({ status, headers, text }: Answer, ...sent: readonly string[]): string {
  const shown = [...headers].filter(([name]) => name !== 'x-request-id').map(([name, value]) => `${name}: ${value}`);
  const whole = [status, ...shown, text].join('\n').replaceAll(headers.get('x-request-id') ?? '', 'RQ');
  return sent.reduce((left, id) => left.replaceAll(encodeURIComponent(id), 'ID').replaceAll(id, 'ID'), whole);
}

const all = Object.values(operations as Record<OperationId, Operation>);
// What is written under a name is the writer's own, whoever else has one of that name.
const byId = all
  .filter(({ id, params }) => params !== undefined && id !== 'putDag' && id !== 'putSecret')
  .map(({ id }) => id as OperationId);
const hasTenant = ({ query, body }: Operation) =>
  [query, body].some((schema) => schema !== undefined && 'shape' in schema && 'tenant_id' in (schema.shape as object));
// Who may make tenants hears that a name is taken: there is no other way to say it.
const naming = all
  .filter((operation) => hasTenant(operation) && operation.id !== 'createTenant')
  .map(({ id }) => id as OperationId);

/** Working on tasks is no person's: a session hears that before anything is looked at. */
const isRefusedFirst = (id: OperationId, name: string) =>
  operations[id].access === 'tasks:work' && name === 'an owner’s session';

describe('A3: what is another tenant’s and what does not exist are the same answer', () => {
  test.each(byId)('%s, byte for byte, to every credential of acme', async (id) => {
    const [[param, theirs] = ['', '']] = Object.entries((await globex[id]()).params ?? {});
    const { missing, malformed } = strangeIds(theirs);
    const input = { ...(await acme[id]()), query: {} };
    const before = await fingerprint(sql, 'globex');
    for (const [name, as] of Object.entries(callers)) {
      const query = name.startsWith('the bootstrap') ? { tenant_id: 'acme' } : {};
      const [other, none, nonsense] = await Promise.all(
        [theirs, missing, malformed].map((one) => ask(id, { ...input, query, as, params: { [param]: one } })),
      );
      expect([name, other?.status]).toEqual([name, isRefusedFirst(id, name) ? 403 : 404]);
      expect(bare(other as Answer, theirs)).toBe(bare(none as Answer, missing));
      expect(bare(nonsense as Answer, malformed)).toBe(bare(none as Answer, missing));
    }
    expect(await fingerprint(sql, 'globex')).toEqual(before);
  });

  test.each(naming)('%s does not tell whether another tenant exists', async (id) => {
    const input = await acme[id]();
    const inTenant = (tenantId: string): CallInput => ({
      ...input,
      ...(input.query === undefined ? {} : { query: { ...input.query, tenant_id: tenantId } }),
      ...(input.body === undefined || !('tenant_id' in (input.body as object))
        ? {}
        : { body: { ...(input.body as object), tenant_id: tenantId } }),
    });
    for (const [name, as] of Object.entries(callers)) {
      if (name.startsWith('the bootstrap')) continue;
      const [other, none] = await Promise.all(['globex', 'nowhere'].map((one) => ask(id, { ...inTenant(one), as })));
      // Only owners and the bootstrap key may stop everything; whom they name is not looked at before that.
      const refused = (id === 'putEmergencyStop' && name.startsWith('a service key')) || isRefusedFirst(id, name);
      const answer = refused ? [403, 'access/forbidden'] : [404, 'tenant/not-found'];
      expect([name, other?.status, other?.body.code]).toEqual([name, ...answer]);
      expect(bare(other as Answer, 'globex')).toBe(bare(none as Answer, 'nowhere'));
    }
  });
});

describe('what is another tenant’s is in no answer', () => {
  test('of any operation that reads', async () => {
    const as = withKey(await addKey(sql, 'globex', EVERY_SCOPE));
    const names = {
      requested_by: CANARY,
      justification: CANARY,
      title: CANARY,
      agent_id: CANARY,
      payload: { note: CANARY },
    };
    const asked = await ask('createRequest', { as, body: { tenant_id: 'globex', skill_id: CANARY, ...names } });
    expect(asked.status).toBe(201);
    for (const [id, body] of [
      ['createKey', { tenant_id: 'globex', name: CANARY, scopes: ['requests:read'] }],
      ['createMember', { tenant_id: 'globex', name: CANARY, email: `${CANARY}@example.com`, role: 'operator' }],
      ['createEndpoint', { tenant_id: 'globex', url: `https://${CANARY}.example.com/`, description: CANARY }],
    ] as const) {
      expect((await ask(id, { as, body })).status).toBe(201);
    }
    const seen: string[] = [];
    for (const { id, method, access } of all) {
      if (method !== 'GET' || access === 'public') continue;
      for (const caller of Object.values(callers)) {
        const { status, text } = await ask(id as OperationId, { ...(await acme[id as OperationId]()), as: caller });
        expect([id, status]).toEqual([id, 200]);
        if (text.includes(CANARY)) seen.push(id);
      }
    }
    expect(seen).toEqual([]);
  });

  test('of a filter by their ids: nothing is found, as for ids that do not exist', async () => {
    const request = (await globex.getRequest()).params?.id ?? '';
    const delivery = await globex.getDelivery();
    const [row] = await sql<{ endpoint_id: string }>(
      'SELECT endpoint_id FROM webhook_deliveries WHERE delivery_id = $1',
      [delivery.params?.id],
    );
    const endpoint = row?.endpoint_id ?? '';
    for (const as of Object.values(callers)) {
      for (const [id, query] of [
        ['listEvents', { tenant_id: 'acme', request_id: request, order: 'desc' }],
        ['listDeliveries', { tenant_id: 'acme', request_id: request }],
        ['listDeliveries', { tenant_id: 'acme', endpoint_id: endpoint }],
        ['listRequests', { tenant_id: 'acme', q: request }],
      ] as const) {
        const { status, body } = await ask(id, { as, query });
        expect([id, status, body.data]).toEqual([id, 200, []]);
      }
    }
  });

  test('of a repeated correlation id or Idempotency-Key: each tenant has its own', async () => {
    const [mine, theirs] = await Promise.all(
      ['acme', 'globex'].map(async (tenantId) => {
        const as = withKey(await addKey(sql, tenantId, ['requests:create']));
        const body = { tenant_id: tenantId, skill_id: 'x', payload: {}, correlation_id: 'invoice-4711' };
        return ask('createRequest', { as, body, headers: { 'idempotency-key': 'invoice-4711' } });
      }),
    );
    expect([mine?.status, theirs?.status]).toEqual([201, 201]);
    expect(mine?.body.request_id).not.toBe(theirs?.body.request_id);
  });
});

describe('another tenant’s people', () => {
  test('cannot be bound to a key, nor named as the approver: the answer is the one for nobody', async () => {
    const stranger = await addPerson(sql, 'globex', 'owner');
    const nobody = { memberId: strangeIds(stranger.memberId).missing, userId: `usr_${'0'.repeat(26)}` };
    const as = callers['the bootstrap key, naming acme'] as Caller;
    const bind = (memberId: string) =>
      ask('createKey', { as, body: { tenant_id: 'acme', name: 'x', scopes: ['requests:read'], member_id: memberId } });
    const [bound, unbound] = [await bind(stranger.memberId), await bind(nobody.memberId)];
    expect(bound.status).toBe(404);
    expect(bare(bound, stranger.memberId)).toBe(bare(unbound, nobody.memberId));

    const bridge = withKey(await addKey(sql, 'acme', ['requests:decide', 'requests:decide_on_behalf']));
    const { params = {} } = await acme.approveRequest();
    const approve = (userId: string) => ask('approveRequest', { as: bridge, params, body: { approver_id: userId } });
    const [voted, unvoted] = [await approve(stranger.userId), await approve(nobody.userId)];
    expect(voted.status).toBe(403);
    expect(bare(voted, stranger.userId)).toBe(bare(unvoted, nobody.userId));
  });

  test('with an account in both tenants act in each with what they have there', async () => {
    const { userId, email } = await addPerson(sql, 'globex', 'owner');
    const here = await addMembership(sql, 'acme', userId, email, 'viewer');
    const { params = {} } = await acme.approveRequest();
    const answer = await ask('approveRequest', { as: await withSession(here), params, body: {} });
    expect([answer.status, answer.body.code]).toEqual([403, 'access/forbidden']);
  });
});

test('and all of it has left the database whole', () => expectInvariants(sql));
