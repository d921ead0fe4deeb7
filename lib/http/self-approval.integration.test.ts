import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, type Caller, call, withKey, withSession } from '@/lib/testing/calls';
import { expectInvariants } from '@/lib/testing/invariants';
import {
  addKey,
  addMembership,
  addPerson,
  addTenant,
  EVERY_SCOPE,
  type TestKey,
  type TestPerson,
  testDatabase,
} from '@/lib/testing/people';
import { createKey } from './handlers/keys';
import { approveRequest, createRequest, getEligibleApprovers, listRequests, rejectRequest } from './handlers/requests';

const sql = testDatabase();

beforeAll(async () => {
  await addTenant(sql, 'acme');
  await sql(`INSERT INTO policy_approval_levels (tenant_id, level) VALUES ('acme', 3)`);
});

let ada: TestPerson;
let ben: TestPerson;
/** Ada's ways in: her console, a key that acts as her, a service key that she made, and a key that she made for Ben to act as him. */
let session: Caller;
let memberKey: TestKey;
let madeByAda: Caller;
let madeForBen: Caller;

beforeEach(async () => {
  [ada, ben] = await Promise.all([addPerson(sql, 'acme', 'owner'), addPerson(sql, 'acme', 'owner')]);
  session = await withSession(ada);
  memberKey = await addKey(sql, 'acme', EVERY_SCOPE, { person: ada });
  const made = await call(createKey, {
    as: session,
    body: {
      tenant_id: 'acme',
      name: 'of ada',
      scopes: ['requests:create', 'requests:read', 'requests:decide', 'requests:decide_on_behalf'],
    },
  });
  madeByAda = withKey({ key: String(made.body.key) });
  const bound = await call(createKey, {
    as: session,
    body: {
      tenant_id: 'acme',
      name: 'for ben',
      member_id: ben.memberId,
      scopes: ['requests:create', 'requests:read', 'requests:decide'],
    },
  });
  madeForBen = withKey({ key: String(bound.body.key) });
});

async function ask(as: Caller, over: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await call(createRequest, {
    as,
    body: { tenant_id: 'acme', skill_id: 'x', payload: {}, ...over },
  });
  expect(status).toBe(201);
  return String(body.request_id);
}

const approve = (as: Caller, id: string, body: Record<string, unknown> = {}) =>
  call(approveRequest, { as, params: { id }, body });
const reject = (as: Caller, id: string) => call(rejectRequest, { as, params: { id }, body: { notes: 'No' } });
const said = ({ status, body }: Answer) => [status, body.code ?? body.status];

const SELF = [403, 'review/self-approval'];

/** How Ada asks: through each way in, and through a foreign key that names her. */
const ASKING: [string, () => Promise<string>][] = [
  ['in her console', () => ask(session)],
  ['with a key that acts as her', () => ask(withKey(memberKey))],
  ['with a service key she made', () => ask(madeByAda)],
  ['with a key she made for somebody else', () => ask(madeForBen)],
  ['by name', async () => ask(withKey(await addKey(sql, 'acme', ['requests:create'])), { requested_by: ada.userId })],
  [
    'by her membership',
    async () => ask(withKey(await addKey(sql, 'acme', ['requests:create'])), { requested_by: ada.memberId }),
  ],
  [
    'by her e-mail in capitals',
    async () => ask(withKey(await addKey(sql, 'acme', ['requests:create'])), { requested_by: ada.email.toUpperCase() }),
  ],
  ['as the agent', async () => ask(withKey(await addKey(sql, 'acme', ['requests:create'])), { agent_id: ada.email })],
  ['while naming somebody else', () => ask(session, { requested_by: ben.email, agent_id: 'billing-bot' })],
];

describe.each(ASKING)('A1: what Ada asks %s', (_, asks) => {
  test('she decides by no way in', async () => {
    const id = await asks();
    for (const as of [session, withKey(memberKey), madeForBen]) {
      expect(said(await approve(as, id))).toEqual(SELF);
      expect(said(await reject(as, id))).toEqual(SELF);
      if (as !== madeForBen) expect(said(await approve(as, id, { level: 1, approver_id: ada.userId }))).toEqual(SELF);
    }
    const second = await addKey(sql, 'acme', ['requests:decide'], { person: ada });
    expect(said(await approve(withKey(second), id))).toEqual(SELF);
    await expectInvariants(sql);
  });

  test('nor by a bridge that speaks for her', async () => {
    const id = await asks();
    const bridge = withKey(await addKey(sql, 'acme', ['requests:decide', 'requests:decide_on_behalf']));
    expect(said(await approve(bridge, id, { approver_id: ada.userId }))).toEqual(SELF);
  });

  test('nor is she among those who could', async () => {
    const id = await asks();
    const { body } = await call(getEligibleApprovers, { as: session, params: { id } });
    const eligible = (body as unknown as { eligible: { approver_id: string }[] }).eligible;
    expect(eligible.map(({ approver_id }) => approver_id)).not.toContain(ada.userId);
    const mine = await call(listRequests, { as: session, query: { assigned_to_me: 'true', limit: '200' } });
    expect(mine.text).not.toContain(id);
  });
});

describe('what Ada asks', () => {
  test.each(ASKING.slice(0, 3).concat(ASKING.slice(4)))(
    '%s is not decided for somebody else by a bridge of hers',
    async (_, asks) => {
      const id = await asks();
      for (const as of [madeByAda, withKey(memberKey)]) {
        expect(said(await approve(as, id, { approver_id: ben.userId }))).toEqual(SELF);
      }
    },
  );

  test('is not decided through the key that asked, whoever stands behind it by then', async () => {
    const shared = await addKey(sql, 'acme', ['requests:create', 'requests:decide', 'requests:decide_on_behalf']);
    const id = await ask(withKey(shared));
    expect(said(await approve(withKey(shared), id, { approver_id: ben.userId }))).toEqual(SELF);
  });

  test('is decided by Ben, by himself', async () => {
    const id = await ask(session);
    expect(said(await approve(await withSession(ben), id))).toEqual([200, 'approved']);
  });
});

test('a person who was removed and added again is the same person', async () => {
  const id = await ask(session);
  await sql('UPDATE memberships SET removed_at = now_ms() WHERE member_id = $1', [ada.memberId]);
  const again = await addMembership(sql, 'acme', ada.userId, ada.email, 'owner');
  expect(said(await approve(await withSession(again), id))).toEqual(SELF);
});

describe('level 5 is used with a reason and a fresh sign-in, never with a key', () => {
  const five = { required_level: 5 };
  const notes = 'The board agreed';
  const STEP_UP = [403, 'review/step-up-required'];
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

  test('a fresh session', async () => {
    const id = await ask(session, five);
    expect(said(await approve(await withSession(ben), id))).toEqual(STEP_UP);
    expect(said(await approve(await withSession(ben, { authTime: minutesAgo(6) }), id, { notes }))).toEqual(STEP_UP);
    expect(
      said(await approve(withKey(await addKey(sql, 'acme', EVERY_SCOPE, { person: ben })), id, { notes })),
    ).toEqual(STEP_UP);
    const bridge = withKey(await addKey(sql, 'acme', ['requests:decide', 'requests:decide_on_behalf']));
    expect(said(await approve(bridge, id, { notes, approver_id: ben.userId }))).toEqual(STEP_UP);
    expect(said(await approve(await withSession(ben, { authTime: minutesAgo(4) }), id, { notes }))).toEqual([
      200,
      'approved',
    ]);
  });
});

test('and all of it has left the database whole', () => expectInvariants(sql));
