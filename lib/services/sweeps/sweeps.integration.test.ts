import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { NO_CALL } from '@/lib/domain/call';
import { closeNotifier } from '@/lib/platform/notify';
import { commandRequest } from '@/lib/services/requests';
import { later } from '@/lib/testing/builders';
import { installFakeClock } from '@/lib/testing/fake-clock';
import { expectInvariants } from '@/lib/testing/invariants';
import { hold, waitersFor } from '@/lib/testing/locks';
import { addKey, addPerson, addTenant, type TestKey, type TestPerson, testDatabase } from '@/lib/testing/people';
import { ask, askMany } from '@/lib/testing/webhooks';
import { sweepDue, sweepReachability } from '.';

const sql = testDatabase();
const START = new Date('2026-01-14T12:00:00.000Z');

let setClock: (at: Date) => Promise<void>;
let tenants = 0;
let tenant: string;
let asker: TestKey;
let ada: TestPerson;

beforeAll(async () => {
  setClock = await installFakeClock(sql);
  return closeNotifier;
});
beforeEach(async () => {
  await setClock(START);
  tenants += 1;
  tenant = await addTenant(sql, `acme-${tenants}`);
  asker = await addKey(sql, tenant, ['requests:create']);
  ada = await addPerson(sql, tenant, 'operator');
  await sql(
    `INSERT INTO policy_approval_levels (tenant_id, level, escalate_after_seconds, escalate_to, escalate_level, expires_in_seconds)
     VALUES ($1, 3, 300, 'leads', 4, 3600)`,
    [tenant],
  );
});
afterEach(async () => {
  // What one test leaves open is over before the next one.
  await setClock(seconds(86_400));
  await sweepDue('expire');
  await expectInvariants(sql);
});

const seconds = (n: number) => later(START, n * 1000);
const historyOf = (id: string) =>
  sql('SELECT type, actor, actor_type, reason, to_status, data FROM events WHERE subject_id = $1 ORDER BY seq', [id]);
const rowOf = async (id: string) => (await sql('SELECT * FROM approval_requests WHERE id = $1', [id]))[0];

describe('escalation', () => {
  test('comes when nobody has decided in time, once, and raises the level where the configuration says so', async () => {
    const { request_id: id } = await ask(asker.actor);
    await setClock(seconds(299.999));
    expect(await sweepDue('escalate')).toBe(0);
    await setClock(seconds(300));
    expect(await sweepDue('escalate')).toBe(1);
    expect(await sweepDue('escalate')).toBe(0);
    expect(await rowOf(id)).toMatchObject({ status: 'escalated', required_level: 4, escalates_at: null });
    expect((await historyOf(id)).at(-1)).toMatchObject({
      type: 'approval.escalated',
      actor: 'escalation_worker',
      actor_type: 'job',
      reason: 'Nobody decided in time',
      data: { escalate_to: 'leads', required_level: 4 },
    });
  });

  describe('in steps', () => {
    const chain = (steps: object[]) =>
      sql('UPDATE policy_approval_levels SET escalate_then = $2::jsonb WHERE tenant_id = $1', [
        tenant,
        JSON.stringify(steps),
      ]);
    const escalations = async (id: string) =>
      (await historyOf(id)).filter(({ type }) => type === 'approval.escalated').map(({ data }) => data);

    test('each after its own time, to its own people, at its own level, and the rest is as it was at creation', async () => {
      await chain([
        { after_seconds: 60, to: 'directors', level: null },
        { after_seconds: 120, to: 'owners', level: 5 },
      ]);
      await addPerson(sql, tenant, 'owner');
      const { request_id: id } = await ask(asker.actor);
      await chain([]);
      await setClock(seconds(300));
      expect(await sweepDue('escalate')).toBe(1);
      expect(await rowOf(id)).toMatchObject({
        required_level: 4,
        escalate_to: 'directors',
        escalates_at: seconds(360),
      });
      await setClock(seconds(359.999));
      expect(await sweepDue('escalate')).toBe(0);
      // Late is late: the next step counts from when this one was taken.
      await setClock(seconds(370));
      expect(await sweepDue('escalate')).toBe(1);
      expect(await rowOf(id)).toMatchObject({ required_level: 4, escalate_to: 'owners', escalates_at: seconds(490) });
      await setClock(seconds(490));
      expect(await sweepDue('escalate')).toBe(1);
      await setClock(seconds(3000));
      expect(await sweepDue('escalate')).toBe(0);
      expect(await rowOf(id)).toMatchObject({ required_level: 5, escalate_to: 'owners', escalates_at: null });
      expect(await escalations(id)).toMatchObject([
        { escalate_to: 'leads', required_level: 4 },
        { escalate_to: 'directors', required_level: 4 },
        { escalate_to: 'owners', required_level: 5 },
      ]);
    });

    test.each([3300, 3301])('drops a step at or after the expiry, and what follows it (%d s)', async (after) => {
      await chain([
        { after_seconds: after, to: 'directors', level: 5 },
        { after_seconds: 1, to: 'owners', level: 5 },
      ]);
      const { request_id: id } = await ask(asker.actor);
      await setClock(seconds(300));
      expect(await sweepDue('escalate')).toBe(1);
      expect(await rowOf(id)).toMatchObject({
        escalate_to: 'leads',
        escalates_at: null,
        escalate_then: [],
        expires_at: seconds(3600),
      });
    });

    test('a request that nobody can finish begins with the first step behind it', async () => {
      await chain([{ after_seconds: 60, to: 'directors', level: 5 }]);
      const created = await ask(asker.actor, { required_level: 5 });
      expect(created).toMatchObject({ status: 'escalated', escalate_to: 'directors' });
      expect(created.status_history[1]?.escalation).toEqual({ to: 'leads', required_level: 5 });
      expect(await rowOf(created.request_id)).toMatchObject({ escalates_at: seconds(60) });
    });

    test('a vote and a comment leave what is ahead as it is', async () => {
      await chain([{ after_seconds: 60, to: 'directors', level: 5 }]);
      const { request_id: id } = await ask(asker.actor);
      await commandRequest(ada.actor, id, { type: 'comment', text: 'Soon' }, NO_CALL);
      expect(await rowOf(id)).toMatchObject({
        escalate_to: 'leads',
        escalates_at: seconds(300),
        escalate_then: [{ after_seconds: 60, to: 'directors', level: 5 }],
      });
    });
  });

  test('is in the outbox like every event', async () => {
    const { request_id: id } = await ask(asker.actor);
    await setClock(seconds(300));
    await sweepDue('escalate');
    expect(await sql('SELECT type FROM event_outbox WHERE subject_id = $1 ORDER BY position', [id])).toEqual([
      { type: 'approval.created' },
      { type: 'approval.escalated' },
    ]);
  });

  test('leaves what was decided meanwhile alone', async () => {
    const { request_id: id } = await ask(asker.actor);
    await commandRequest(ada.actor, id, { type: 'reject', notes: 'No' }, NO_CALL);
    await setClock(seconds(300));
    expect(await sweepDue('escalate')).toBe(0);
    expect(await rowOf(id)).toMatchObject({ status: 'rejected' });
  });
});

describe('expiry', () => {
  test('comes at expires_at and not before, also to what was escalated, and not to what escalates at the same time', async () => {
    const { request_id: id } = await ask(asker.actor);
    await setClock(seconds(300));
    await sweepDue('escalate');
    await setClock(seconds(3599.999));
    expect(await sweepDue('expire')).toBe(0);
    await setClock(seconds(3600));
    expect(await sweepDue('expire')).toBe(1);
    expect(await rowOf(id)).toMatchObject({ status: 'expired', resolved_by: 'expiry' });
    const late = await ask(asker.actor, { expires_in_seconds: 301 });
    await setClock(seconds(3600 + 301));
    expect(await sweepDue('escalate')).toBe(0);
    expect(await sweepDue('expire')).toBe(1);
    expect((await historyOf(late.request_id)).map(({ type }) => type)).toEqual([
      'approval.created',
      'approval.expired',
    ]);
  });

  test('moves more than a batch, and workers that sweep at once move each request once', async () => {
    await askMany(asker.actor, 620);
    await setClock(seconds(3600));
    const moved = await Promise.all([sweepDue('expire'), sweepDue('expire'), sweepDue('expire')]);
    const rest = await sweepDue('expire');
    expect(moved.reduce((sum, n) => sum + n, rest)).toBe(620);
  });

  test('does not wait for a request that somebody else is deciding: the next tick sees', async () => {
    const { request_id: id } = await ask(asker.actor);
    await setClock(seconds(3600));
    const held = await hold('SELECT 1 FROM approval_requests WHERE id = $1 FOR UPDATE', [id]);
    expect(await sweepDue('expire')).toBe(0);
    await held.rollback();
    expect(await sweepDue('expire')).toBe(1);
  });
});

describe('when people change', () => {
  const leave = async (person: TestPerson) => {
    await sql('UPDATE memberships SET removed_at = now_ms() WHERE member_id = $1', [person.memberId]);
    await sql('UPDATE tenants SET people_version = people_version + 1 WHERE tenant_id = $1', [tenant]);
  };
  const openTenants = () => sql('SELECT 1 FROM tenants WHERE people_version > people_checked_version');

  test('what nobody can finish any more is escalated at once, with the reason; what somebody can is left alone', async () => {
    await addPerson(sql, tenant, 'operator', { level: 1 });
    const stranded = await ask(asker.actor);
    const fine = await ask(asker.actor, { skill_id: 'small' });
    await sql('UPDATE approval_requests SET required_level = 1 WHERE id = $1', [fine.request_id]);
    await leave(ada);
    expect(await sweepReachability()).toBe(1);
    expect(await rowOf(stranded.request_id)).toMatchObject({ status: 'escalated' });
    expect((await historyOf(stranded.request_id)).at(-1)?.reason).toBe(
      'Nobody can finish this request any more. It needs level 3, and the highest level that may decide it is 1.',
    );
    expect(await rowOf(fine.request_id)).toMatchObject({ status: 'pending' });
    expect(await openTenants()).toEqual([]);
    expect(await sweepReachability()).toBe(0);
  });

  test('a tenant whose people change while it is checked is checked again', async () => {
    const { request_id: id } = await ask(asker.actor);
    await leave(ada);
    const held = await hold('SELECT 1 FROM approval_requests WHERE id = $1 FOR UPDATE', [id]);
    const sweeping = sweepReachability();
    await waitersFor(sql);
    await sql('UPDATE tenants SET people_version = people_version + 1 WHERE tenant_id = $1', [tenant]);
    await held.rollback();
    expect(await sweeping).toBe(1);
    expect(await openTenants()).toHaveLength(1);
    expect(await sweepReachability()).toBe(0);
    expect(await openTenants()).toEqual([]);
  });

  test('a comment that comes in between does not save a request from being looked at', async () => {
    const { request_id: id } = await ask(asker.actor);
    const ben = await addPerson(sql, tenant, 'viewer');
    await leave(ada);
    const held = await hold('SELECT 1 FROM approval_requests WHERE id = $1 FOR UPDATE', [id]);
    const commenting = commandRequest(ben.actor, id, { type: 'comment', text: 'Anybody there?' }, NO_CALL);
    await waitersFor(sql);
    const sweeping = sweepReachability();
    await waitersFor(sql, 2);
    await held.rollback();
    await commenting;
    expect(await sweeping).toBe(1);
    expect((await historyOf(id)).map(({ type }) => type).toSorted()).toEqual([
      'approval.commented',
      'approval.created',
      'approval.escalated',
    ]);
  });
});
