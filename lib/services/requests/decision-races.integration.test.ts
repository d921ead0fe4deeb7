import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ApprovalRequestResource, CreateRequestBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import type { Command } from '@/lib/domain/approval';
import { NO_CALL } from '@/lib/domain/call';
import { isAppError } from '@/lib/domain/errors';
import { closeDatabases } from '@/lib/platform/db';
import { sweepDue } from '@/lib/services/sweeps';
import { later } from '@/lib/testing/builders';
import { installFakeClock } from '@/lib/testing/fake-clock';
import { expectInvariants } from '@/lib/testing/invariants';
import { hold, waitersFor } from '@/lib/testing/locks';
import {
  addKey,
  addMembership,
  addPerson,
  addTenant,
  type TestKey,
  type TestPerson,
  testDatabase,
} from '@/lib/testing/people';
import { commandRequest, createRequest, type DecideOptions } from './index';

const sql = testDatabase();

let setClock: (at: Date) => Promise<void>;
let asker: TestKey;
let ada: TestPerson;
let ben: TestPerson;
let cleo: TestPerson;

beforeAll(async () => {
  setClock = await installFakeClock(sql);
  await addTenant(sql, 'acme');
  asker = await addKey(sql, 'acme', ['requests:create']);
});

beforeEach(async () => {
  [ada, ben, cleo] = await Promise.all([
    addPerson(sql, 'acme', 'operator'),
    addPerson(sql, 'acme', 'operator'),
    addPerson(sql, 'acme', 'operator'),
  ]);
});

const APPROVE: Command = { type: 'approve' };
const REJECT: Command = { type: 'reject', notes: 'No' };

const ASK: CreateRequestBody = { policy_type: 'cost', skill_id: 'x', tenant_id: 'acme', payload: {}, links: [] };

async function ask(over: Partial<CreateRequestBody> = {}): Promise<ApprovalRequestResource> {
  return (await createRequest(asker.actor, { ...ASK, ...over }, NO_CALL)).request;
}

/** Decides, and says in a word or a code what came of it. */
async function decide(
  actor: Actor,
  id: string,
  command: Command = APPROVE,
  options: DecideOptions = {},
): Promise<string> {
  try {
    return (await commandRequest(actor, id, command, NO_CALL, options)).status;
  } catch (error) {
    if (!isAppError(error)) throw error;
    return error.code;
  }
}

const statusOf = async (id: string) =>
  (await sql<{ status: string }>('SELECT status FROM approval_requests WHERE id = $1', [id]))[0]?.status;

/** The history of a request in its own words: `created review_recorded approved`. */
async function historyOf(id: string): Promise<string> {
  const events = await sql<{ type: string }>('SELECT type FROM events WHERE subject_id = $1 ORDER BY seq', [id]);
  return events.map(({ type }) => type.replace('approval.', '')).join(' ');
}

/** What another transaction may be doing with a row while a decision waits for it. */
const HOLDS = [
  ['only locks it', 'SELECT 1 FROM approval_requests WHERE id = $1 FOR UPDATE'],
  ['locks it for an update of its own', 'SELECT 1 FROM approval_requests WHERE id = $1 FOR NO KEY UPDATE'],
  ['updates it', 'UPDATE approval_requests SET updated_at = updated_at WHERE id = $1'],
] as const;

describe('R3: the clock that counts is the one read when the locks are held', () => {
  const MOMENTS = [
    ['one millisecond before expires_at', -1, 'approved', 'approved'],
    ['at expires_at', 0, 'request/expired', 'expired'],
    ['one millisecond after expires_at', 1, 'request/expired', 'expired'],
  ] as const;
  const cases = HOLDS.flatMap(([what, statement]) =>
    MOMENTS.map(([when, ms, answer, state]) => ({ what, statement, when, ms, answer, state })),
  );

  test.each(cases)('$when, while another transaction $what: $answer', async ({ statement, ms, answer, state }) => {
    const { request_id: id, expires_at } = await ask();
    const held = await hold(statement, [id]);
    const decision = decide(ada.actor, id);
    await waitersFor(sql);
    await setClock(later(new Date(expires_at), ms));
    await held.commit();
    expect(await decision).toBe(answer);
    expect(await statusOf(id)).toBe(state);
    await expectInvariants(sql);
  });

  test('a cancellation and a rejection are as late as an approval', async () => {
    for (const command of [REJECT, { type: 'cancel', reason: 'Never mind' }] satisfies Command[]) {
      const { request_id: id, expires_at } = await ask();
      const held = await hold(HOLDS[0][1], [id]);
      const decision = decide(command.type === 'cancel' ? asker.actor : ada.actor, id, command);
      await waitersFor(sql);
      await setClock(new Date(expires_at));
      await held.commit();
      expect([await decision, await statusOf(id)]).toEqual(['request/expired', 'expired']);
    }
    await expectInvariants(sql);
  });

  test('the sweep expires nothing a millisecond early, and everything at its time', async () => {
    const { request_id: id, expires_at } = await ask();
    await setClock(later(new Date(expires_at), -1));
    await sweepDue('expire');
    expect(await statusOf(id)).toBe('pending');
    await setClock(new Date(expires_at));
    await sweepDue('expire');
    expect(await statusOf(id)).toBe('expired');
    await expectInvariants(sql);
  });

  test('a decision that holds its locks before expiry makes the sweep that waits for it do nothing', async () => {
    const { request_id: id, expires_at } = await ask();
    await setClock(later(new Date(expires_at), -1));
    expect(await decide(ada.actor, id)).toBe('approved');
    await setClock(new Date(expires_at));
    await sweepDue('expire');
    expect(await statusOf(id)).toBe('approved');
  });

  test('the database itself refuses a decision that claims to be in time and is not', async () => {
    const { request_id: id } = await ask();
    await expect(
      sql(
        `UPDATE approval_requests SET status = 'approved', resolved_at = expires_at, resolved_by = 'x' WHERE id = $1`,
        [id],
      ),
    ).rejects.toThrow('approval_requests_decided_in_time');
    await expect(
      sql(
        `UPDATE approval_requests SET status = 'expired', resolved_at = expires_at - interval '1 ms', resolved_by = 'x' WHERE id = $1`,
        [id],
      ),
    ).rejects.toThrow('approval_requests_decided_in_time');
  });
});

describe('R7: a quorum', () => {
  test('two people finish 2 of 3 at the same instant: one of them ends it, both count', async () => {
    for (let round = 0; round < 10; round++) {
      const { request_id: id } = await ask({ min_approvals: 2 });
      const answers = await Promise.all([decide(ada.actor, id), decide(ben.actor, id)]);
      // Both may read the end of it: the answer is the request as it is now.
      expect(answers).toContain('approved');
      expect(await historyOf(id)).toBe('created review_recorded approved');
    }
    await expectInvariants(sql);
  });

  test('three people at the same instant on 2 of 3: the third hears that it is over', async () => {
    for (let round = 0; round < 10; round++) {
      const { request_id: id } = await ask({ min_approvals: 2 });
      const answers = await Promise.all([ada, ben, cleo].map(({ actor }) => decide(actor, id)));
      expect(answers.filter((answer) => answer === 'request/already-resolved')).toHaveLength(1);
      expect(await historyOf(id)).toBe('created review_recorded approved');
    }
    await expectInvariants(sql);
  });

  test('the same person at the same instant, twenty times over: one vote', async () => {
    const { request_id: id } = await ask({ min_approvals: 2 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => decide(ada.actor, id)));
    expect(answers.filter((answer) => answer === 'pending')).toHaveLength(1);
    expect(answers.filter((answer) => answer === 'review/already-reviewed')).toHaveLength(19);
    expect(await sql('SELECT 1 FROM approval_reviews WHERE request_id = $1', [id])).toHaveLength(1);
    await expectInvariants(sql);
  });

  test('the same person through a session and a key at once: one vote', async () => {
    const key = await addKey(sql, 'acme', ['requests:decide'], { person: ada });
    const { request_id: id } = await ask({ min_approvals: 2 });
    const answers = await Promise.all([decide(ada.actor, id), decide(key.actor, id)]);
    expect(answers.sort()).toEqual(['pending', 'review/already-reviewed']);
  });

  test('one approves and one rejects at the instant that would finish it: one of the two ends it', async () => {
    for (let round = 0; round < 10; round++) {
      const { request_id: id } = await ask({ min_approvals: 2 });
      await decide(ada.actor, id);
      const [approval, rejection] = await Promise.all([decide(ben.actor, id), decide(cleo.actor, id, REJECT)]);
      const outcome = [approval, rejection].join(' and ');
      expect(['approved and request/already-resolved', 'request/already-resolved and rejected']).toContain(outcome);
    }
    await expectInvariants(sql);
  });

  test('twenty people at once on a quorum of twenty: every vote counts, nobody is told to come back', async () => {
    const people = await Promise.all(Array.from({ length: 20 }, () => addPerson(sql, 'acme', 'operator')));
    const { request_id: id } = await ask({ min_approvals: 20 });
    const answers = await Promise.all(people.map(({ actor }) => decide(actor, id)));
    expect(answers.filter((answer) => answer !== 'pending' && answer !== 'approved')).toEqual([]);
    expect(await historyOf(id)).toBe(`created ${'review_recorded '.repeat(19)}approved`);
    await expectInvariants(sql);
  });

  test('sixty comments at once are all kept, in one unbroken history', async () => {
    const { request_id: id } = await ask();
    const comments = Array.from({ length: 60 }, (_, n) =>
      decide(ada.actor, id, { type: 'comment', text: `number ${n}` }),
    );
    expect(new Set(await Promise.all(comments))).toEqual(new Set(['pending']));
    expect(await sql('SELECT 1 FROM events WHERE subject_id = $1', [id])).toHaveLength(61);
    await expectInvariants(sql);
  });
});

test('a comment of a key that was revoked meanwhile is refused for that, on a resolved request too', async () => {
  const { request_id: id } = await ask();
  await decide(ada.actor, id);
  const key = await addKey(sql, 'acme', ['requests:read'], { person: ben });
  await sql('UPDATE api_keys SET revoked_at = now_ms() WHERE key_id = $1', [key.keyId]);
  expect(await decide(key.actor, id, { type: 'comment', text: 'Still here' })).toBe('access/forbidden');
});

describe('A2: authority that ends while a decision waits', () => {
  interface Ending {
    what: string;
    statement: string;
    of: () => unknown[];
  }
  const ENDINGS: Ending[] = [
    {
      what: 'they are demoted to viewer',
      statement: `UPDATE memberships SET role = 'viewer', level = 0 WHERE member_id = $1`,
      of: () => [ada.memberId],
    },
    {
      what: 'their level is lowered',
      statement: 'UPDATE memberships SET level = 1 WHERE member_id = $1',
      of: () => [ada.memberId],
    },
    {
      what: 'they are removed',
      statement: 'UPDATE memberships SET removed_at = now_ms() WHERE member_id = $1',
      of: () => [ada.memberId],
    },
    {
      what: 'their sessions are ended',
      statement: 'UPDATE users SET session_version = session_version + 1 WHERE user_id = $1',
      of: () => [ada.userId],
    },
    {
      what: 'their account is disabled',
      statement: 'UPDATE users SET disabled_at = now_ms() WHERE user_id = $1',
      of: () => [ada.userId],
    },
  ];

  test.each(ENDINGS)(
    '$what in a transaction that commits first: 403, and nothing is decided',
    async ({ statement, of }) => {
      const { request_id: id } = await ask();
      const held = await hold(statement, of());
      const decision = decide(ada.actor, id);
      await waitersFor(sql);
      await held.commit();
      expect(['access/forbidden', 'review/insufficient-level']).toContain(await decision);
      expect(await statusOf(id)).toBe('pending');
      await expectInvariants(sql);
    },
  );

  test.each(ENDINGS)('$what in a transaction that is rolled back: the decision stands', async ({ statement, of }) => {
    const { request_id: id } = await ask();
    const held = await hold(statement, of());
    const decision = decide(ada.actor, id);
    await waitersFor(sql);
    await held.rollback();
    expect(await decision).toBe('approved');
  });

  test.each(ENDINGS)(
    '$what while the decision waits for the request, which it has locked after them: it waits',
    async ({ statement, of }) => {
      const { request_id: id } = await ask();
      const holder = await hold('SELECT 1 FROM approval_requests WHERE id = $1 FOR UPDATE', [id]);
      const decision = decide(ada.actor, id);
      await waitersFor(sql, 1);
      const ending = sql(statement, of());
      await waitersFor(sql, 2);
      await holder.commit();
      expect(await decision).toBe('approved');
      await ending;
      await expectInvariants(sql);
    },
  );

  describe.each([
    ['revoked', 'UPDATE api_keys SET revoked_at = now_ms() WHERE key_id = $1'],
    ['expired', `UPDATE api_keys SET expires_at = clock_timestamp() WHERE key_id = $1`],
  ])('a key is %s', (_, statement) => {
    test('first: 403, and nothing is decided', async () => {
      const key = await addKey(sql, 'acme', ['requests:decide'], { person: ada });
      const { request_id: id } = await ask();
      const held = await hold(statement, [key.keyId]);
      const decision = decide(key.actor, id);
      await waitersFor(sql);
      await held.commit();
      expect(await decision).toBe('access/forbidden');
      expect(await statusOf(id)).toBe('pending');
    });

    test('of a service that cancels what it asked: the same', async () => {
      const service = await addKey(sql, 'acme', ['requests:create']);
      const { request } = await createRequest(service.actor, ASK, NO_CALL);
      await sql(statement, [service.keyId]);
      const answer = await decide(service.actor, request.request_id, { type: 'cancel', reason: 'Never mind' });
      expect([answer, await statusOf(request.request_id)]).toEqual(['access/forbidden', 'pending']);
    });

    test('of a service that asks: nothing is asked', async () => {
      const service = await addKey(sql, 'acme', ['requests:create']);
      await sql(statement, [service.keyId]);
      const before = await sql('SELECT 1 FROM approval_requests');
      await expect(createRequest(service.actor, ASK, NO_CALL)).rejects.toMatchObject({ code: 'auth/invalid-key' });
      expect(await sql('SELECT 1 FROM approval_requests')).toHaveLength(before.length);
    });
  });

  test('the member in whose name a bridge decides is removed first: 403', async () => {
    const bridge = await addKey(sql, 'acme', ['requests:decide', 'requests:decide_on_behalf']);
    const { request_id: id } = await ask();
    const held = await hold('UPDATE memberships SET removed_at = now_ms() WHERE member_id = $1', [ada.memberId]);
    const decision = decide(bridge.actor, id, APPROVE, { approverId: ada.userId });
    await waitersFor(sql);
    await held.commit();
    expect(await decision).toBe('access/forbidden');
    expect(await statusOf(id)).toBe('pending');
  });

  test('somebody whose vote counted is removed first: the last vote waits for that, and leaves the request open', async () => {
    const { request_id: id } = await ask({ min_approvals: 2 });
    expect(await decide(ada.actor, id)).toBe('pending');
    const held = await hold('UPDATE memberships SET removed_at = now_ms() WHERE member_id = $1', [ada.memberId]);
    const decision = decide(ben.actor, id);
    await waitersFor(sql);
    await held.commit();
    expect(await decision).toBe('pending');
    expect(await statusOf(id)).toBe('pending');
    await expectInvariants(sql);
  });

  test('somebody whose vote counts is removed while the last vote holds its locks: that waits', async () => {
    const { request_id: id } = await ask({ min_approvals: 2 });
    expect(await decide(ada.actor, id)).toBe('pending');
    const held = await hold('SELECT 1 FROM approval_requests WHERE id = $1 FOR UPDATE', [id]);
    const decision = decide(ben.actor, id);
    await waitersFor(sql, 1);
    const removal = sql('UPDATE memberships SET removed_at = now_ms() WHERE member_id = $1', [ada.memberId]);
    await waitersFor(sql, 2);
    await held.commit();
    expect(await decision).toBe('approved');
    await removal;
  });

  test('somebody whose vote counted is demoted below what it brought: the last vote leaves the request open', async () => {
    const { request_id: id } = await ask({ min_approvals: 2 });
    expect(await decide(ada.actor, id)).toBe('pending');
    const low = await addPerson(sql, 'acme', 'operator', { level: 1 });
    const held = await hold('UPDATE memberships SET level = 2 WHERE member_id = $1', [ada.memberId]);
    const decision = decide(low.actor, id);
    await waitersFor(sql);
    await held.commit();
    expect(await decision).toBe('pending');
    await expectInvariants(sql);
  });

  test('somebody whose vote counted was removed and added again: it counts', async () => {
    const { request_id: id } = await ask({ min_approvals: 2 });
    expect(await decide(ada.actor, id)).toBe('pending');
    await sql('UPDATE memberships SET removed_at = now_ms() WHERE member_id = $1', [ada.memberId]);
    await addMembership(sql, 'acme', ada.userId, ada.email, 'operator');
    expect(await decide(ben.actor, id)).toBe('approved');
  });

  test('the emergency stop that commits while an approval waits holds it; a rejection goes through', async () => {
    const stop = (active: boolean) => sql(`UPDATE tenants SET emergency_stop = $1 WHERE tenant_id = 'acme'`, [active]);
    for (const [command, answer] of [
      [APPROVE, 'policy/emergency-stop'],
      [REJECT, 'rejected'],
    ] as const) {
      const { request_id: id } = await ask();
      const held = await hold('SELECT 1 FROM approval_requests WHERE id = $1 FOR UPDATE', [id]);
      const decision = decide(ada.actor, id, command);
      await waitersFor(sql);
      await stop(true);
      await held.commit();
      expect(await decision).toBe(answer);
      await stop(false);
    }
    await expectInvariants(sql);
  });

  test('no deadlock: people change while they decide, in every order, many at once', async () => {
    const crowd = await Promise.all(Array.from({ length: 12 }, () => addPerson(sql, 'acme', 'operator')));
    const keys = await Promise.all(crowd.map((person) => addKey(sql, 'acme', ['requests:decide'], { person })));
    for (let round = 0; round < 8; round++) {
      const { request_id: id } = await ask({ min_approvals: 6 });
      const { request_id: other } = await ask({ min_approvals: 6 });
      const decisions = crowd.flatMap(({ actor }, n) => [decide(actor, id), decide((keys[n] as TestKey).actor, other)]);
      const changes = crowd.map(({ userId, memberId }, n) =>
        sql(
          `WITH a AS (UPDATE users SET updated_at = now_ms() WHERE user_id = $1 RETURNING 1),
             b AS (UPDATE memberships SET level = 2, updated_at = now_ms() WHERE member_id = $2 AND (SELECT count(*) FROM a) = 1 RETURNING 1)
           UPDATE api_keys SET last_used_at = now_ms() WHERE key_id = $3 AND (SELECT count(*) FROM b) = 1`,
          [userId, memberId, keys[n]?.keyId],
        ),
      );
      const answers = await Promise.all(decisions);
      await Promise.all(changes);
      const known = ['pending', 'approved', 'request/already-resolved', 'access/forbidden'];
      expect(answers.filter((answer) => !known.includes(answer))).toEqual([]);
    }
    const [row] = await sql<{ deadlocks: string }>(
      'SELECT deadlocks::text FROM pg_stat_database WHERE datname = current_database()',
    );
    expect(row?.deadlocks).toBe('0');
    await expectInvariants(sql);
  });
});

test('nothing of this leaves a transaction open', async () => {
  const open = await sql(
    `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`,
  );
  expect(open).toEqual([]);
  await closeDatabases();
});
