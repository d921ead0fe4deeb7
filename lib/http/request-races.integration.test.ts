import { beforeAll, describe, expect, test } from 'vitest';
import { sweepDue } from '@/lib/services/sweeps';
import { type Answer, call, callUntilServed, withKey } from '@/lib/testing/calls';
import { installFakeClock } from '@/lib/testing/fake-clock';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addPerson, addTenant, type TestKey, testDatabase } from '@/lib/testing/people';
import { approveRequest, createRequest, rejectRequest } from './handlers/requests';

const sql = testDatabase();

const ASK = { tenant_id: 'acme', skill_id: 'payments.transfer', payload: { amount_cents: 250_000 } };

let asker: TestKey;
let deciders: TestKey[];
let setClock: (at: Date) => Promise<void>;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  asker = await addKey(sql, 'acme', ['requests:create', 'requests:read']);
  const people = await Promise.all(Array.from({ length: 180 }, () => addPerson(sql, 'acme', 'operator')));
  deciders = await Promise.all(people.map((person) => addKey(sql, 'acme', ['requests:decide'], { person })));
  setClock = await installFakeClock(sql);
});

async function ask(over: Record<string, unknown> = {}): Promise<{ id: string; expiresAt: Date }> {
  const { status, body } = await call(createRequest, { as: withKey(asker), body: { ...ASK, ...over } });
  expect(status).toBe(201);
  return { id: String(body.request_id), expiresAt: new Date(String(body.expires_at)) };
}

/** The same list in an order of its own for every round. */
function shuffled<T>(list: readonly T[], round: number): T[] {
  let state = round * 2654435761 + 1;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state;
  };
  return list
    .map((item) => ({ item, key: next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

describe('R1: 200 at once approve, reject and expire one request', () => {
  /** What came of a round, for the last test: every ending has to have won at least once. */
  const winners = new Set<string>();

  test.each(Array.from({ length: 20 }, (_, index) => index + 1))(
    'round %i: one ending, at most one success, and everybody else hears who won',
    async (round) => {
      const { id, expiresAt } = await ask();
      // In a third of the rounds the request comes due before the decisions, in a third somewhere among them, in a third never.
      const comesDue = (['never', 'first', 'among'] as const)[round % 3];
      if (comesDue === 'first') await setClock(expiresAt);
      const answers: Promise<Answer>[] = [];
      const swept: Promise<unknown>[] = [];
      const decide = (key: TestKey, index: number) => () =>
        answers.push(
          index % 2 === 0
            ? callUntilServed(approveRequest, { as: withKey(key), params: { id }, body: {} })
            : callUntilServed(rejectRequest, { as: withKey(key), params: { id }, body: { notes: 'No' } }),
        );
      const sweeps = Array.from(
        { length: 20 },
        (_, index) => () => swept.push(index === 0 && comesDue === 'among' ? setClock(expiresAt) : sweepDue('expire')),
      );
      for (const start of shuffled([...deciders.map(decide), ...sweeps], round)) start();
      await Promise.all(swept);
      const all = await Promise.all(answers);

      const endings = await sql<{ type: string; to_status: string; actor: string; timestamp: Date }>(
        `SELECT type, to_status, actor, timestamp FROM events WHERE subject_id = $1 AND seq > 1`,
        [id],
      );
      expect(endings).toHaveLength(1);
      const [ending] = endings;
      winners.add(ending?.to_status ?? '');
      const won = all.filter(({ status }) => status === 200);
      expect(won).toHaveLength(ending?.type === 'approval.expired' ? 0 : 1);
      for (const { body } of won) expect(body.status).toBe(ending?.to_status);
      for (const { status, body } of all.filter((answer) => answer.status !== 200)) {
        expect({ status, state: body.state, code: body.code }).toEqual({
          status: 409,
          state: ending?.to_status,
          code: ending?.to_status === 'expired' ? 'request/expired' : 'request/already-resolved',
        });
        if (body.resolved_by !== undefined) {
          expect(body.resolved_by).toBe(ending?.actor);
          expect(body.resolved_at).toBe(ending?.timestamp.toISOString());
        }
      }
      await expectInvariants(sql);
    },
  );

  test('every ending has won in some round', () =>
    expect([...winners].sort()).toEqual(['approved', 'expired', 'rejected']));
});

describe('R2: 50 identical calls with one Idempotency-Key', () => {
  const fifty = <T>(make: () => Promise<T>) => Promise.all(Array.from({ length: 50 }, make));
  const statusesOf = (answers: readonly Answer[]) => [...new Set(answers.map(({ status }) => status))];

  test('create one request, and all get the same answer; another body under that key is refused', async () => {
    const headers = { 'idempotency-key': 'invoice-4711' };
    const answers = await fifty(() => callUntilServed(createRequest, { as: withKey(asker), body: ASK, headers }));
    expect(statusesOf(answers)).toEqual([201]);
    expect(new Set(answers.map(({ body }) => body.request_id)).size).toBe(1);
    const location = `/api/v1/policy/requests/${answers[0]?.body.request_id}`;
    expect([...new Set(answers.map((answer) => answer.headers.get('location')))]).toEqual([location]);
    expect(answers.filter((answer) => answer.headers.get('idempotent-replayed') !== 'true')).toHaveLength(1);
    const rows = await sql('SELECT 1 FROM approval_requests WHERE id = $1', [answers[0]?.body.request_id]);
    const keys = await sql('SELECT 1 FROM idempotency_keys WHERE key = $1', ['invoice-4711']);
    expect([rows.length, keys.length]).toEqual([1, 1]);

    const other = await call(createRequest, { as: withKey(asker), body: { ...ASK, title: 'Another' }, headers });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency/mismatch']);
    await expectInvariants(sql);
  });

  test('also where the body names a correlation id, which the twins share', async () => {
    for (let round = 1; round <= 5; round++) {
      const headers = { 'idempotency-key': `correlated-${round}` };
      const body = { ...ASK, correlation_id: `invoice-${round}` };
      const answers = await fifty(() => callUntilServed(createRequest, { as: withKey(asker), body, headers }));
      expect(statusesOf(answers)).toEqual([201]);
      expect(answers.filter((answer) => answer.headers.get('idempotent-replayed') !== 'true')).toHaveLength(1);
    }
  });

  test('the order of members and spaces in the body make no other body', async () => {
    const headers = { 'idempotency-key': 'spelling' };
    const spellings = [
      JSON.stringify(ASK),
      JSON.stringify(ASK, null, 2),
      JSON.stringify(Object.fromEntries(Object.entries(ASK).reverse())),
    ];
    const answers = await Promise.all(
      spellings.map((body) => call(createRequest, { as: withKey(asker), body, headers })),
    );
    expect(statusesOf(answers)).toEqual([201]);
    expect(new Set(answers.map(({ body }) => body.request_id)).size).toBe(1);
  });

  test('vote once', async () => {
    const { id } = await ask({ min_approvals: 2 });
    const as = withKey(deciders[0] as TestKey);
    const headers = { 'idempotency-key': 'vote-1' };
    const answers = await fifty(() =>
      callUntilServed(approveRequest, { as, params: { id }, body: { notes: 'Fine' }, headers }),
    );
    expect(statusesOf(answers)).toEqual([200]);
    for (const { body } of answers) expect([body.approvals_count, body.seq]).toEqual([1, 2]);
    await expectInvariants(sql);
  });

  test('a refusal is not remembered: the call can be made good and sent again under the same key', async () => {
    const headers = { 'idempotency-key': 'second-try' };
    const refused = await call(createRequest, { as: withKey(asker), body: { ...ASK, required_level: 9 }, headers });
    expect(refused.status).toBe(422);
    const made = await call(createRequest, { as: withKey(asker), body: ASK, headers });
    expect([made.status, made.headers.get('idempotent-replayed')]).toEqual([201, null]);
  });

  test('two callers with the same key do not meet', async () => {
    const second = await addKey(sql, 'acme', ['requests:create']);
    const headers = { 'idempotency-key': 'same-key' };
    const [one, two] = await Promise.all(
      [asker, second].map((key) => call(createRequest, { as: withKey(key), body: ASK, headers })),
    );
    expect([one?.status, two?.status]).toEqual([201, 201]);
    expect(one?.body.request_id).not.toBe(two?.body.request_id);
  });

  test('a replay shows the resource as it is now', async () => {
    const headers = { 'idempotency-key': 'as-it-is-now' };
    const made = await call(createRequest, { as: withKey(asker), body: ASK, headers });
    await call(approveRequest, {
      as: withKey(deciders[0] as TestKey),
      params: { id: String(made.body.request_id) },
      body: {},
    });
    const replayed = await call(createRequest, { as: withKey(asker), body: ASK, headers });
    expect([replayed.status, replayed.body.status]).toEqual([201, 'approved']);
    expect(replayed.headers.get('location')).toBe(made.headers.get('location'));
  });
});
