// What the seed's tests of runner, store and scheduler ask for, on real PostgreSQL; the names are theirs in meaning.
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { PolicySetBody, type RunResource, StartRunBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import type { Command } from '@/lib/domain/approval';
import { NO_CALL } from '@/lib/domain/call';
import { isAppError } from '@/lib/domain/errors';
import { resetEnv } from '@/lib/platform/env';
import { verifyAudit } from '@/lib/services/audit';
import { sweepDue } from '@/lib/services/sweeps';
import { later } from '@/lib/testing/builders';
import { installFakeClock } from '@/lib/testing/fake-clock';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addPerson, addTenant, type TestKey, type TestPerson, testDatabase } from '@/lib/testing/people';
import { activatePolicySet, createPolicySet } from '../policy';
import { commandRequest, countWaiting, getRequest } from '../requests';
import {
  cancelRun,
  completeTask,
  driveRuns,
  failTask,
  getRun,
  leaseTasks,
  listRunEvents,
  listRuns,
  planRun,
  resumeRun,
  retryTask,
  startRun,
  sweepOrphanedRequests,
} from './index';
import { withdrawRequests } from './orphans';

const sql = testDatabase();
let setClock: (at: Date) => Promise<void>;
let serial = 0;
let tenant: string;
let starter: TestKey;
let ada: TestPerson;
let ben: TestPerson;

beforeAll(async () => {
  setClock = await installFakeClock(sql);
});

beforeEach(async () => {
  serial += 1;
  tenant = await addTenant(sql, `acme-${serial}`);
  starter = await addKey(sql, tenant, ['runs:write', 'runs:read', 'requests:read']);
  ada = await addPerson(sql, tenant, 'admin');
  ben = await addPerson(sql, tenant, 'operator', { level: 1 });
});

test('with no checkpoint at all, nothing expires', async () => {
  expect(await sql('SELECT id FROM approval_requests')).toEqual([]);
  expect(await sweepDue('expire')).toBe(0);
  const run = await start([ECHO('a')]);
  expect(await sweepDue('expire')).toBe(0);
  expect((await drive(run)).status).toBe('succeeded');
});

const ECHO = (id: string, over: object = {}) => ({ id, workflow_ref: 'echo', ...over });
const CHECKPOINT = (id: string, over: object = {}) => ({ id, type: 'checkpoint', prompt: `May ${id}?`, ...over });

const body = (tasks: object[], over: object = {}) =>
  StartRunBody.parse({ tenant_id: tenant, dag: { name: 'weekly_ops_chain', tasks }, ...over });
const start = (tasks: object[], over: object = {}): Promise<RunResource> =>
  startRun(starter.actor, body(tasks, over), NO_CALL);
const read = (run: RunResource) => getRun(starter.actor, run.run_id);
const drive = async (run: RunResource) => {
  await driveRuns(new AbortController().signal);
  return read(run);
};
const statuses = ({ tasks }: RunResource) => Object.fromEntries(tasks.map(({ id, status }) => [id, status]));
const task = ({ tasks }: RunResource, id: string) => tasks.find((each) => each.id === id);

async function decide(actor: Actor, run: RunResource, command: Command, approvalData?: Record<string, unknown>) {
  return commandRequest(actor, run.checkpoint_id ?? '', command, NO_CALL, { approvalData });
}
const approve = (actor: Actor, run: RunResource, approvalData?: Record<string, unknown>) =>
  decide(actor, run, { type: 'approve' }, approvalData);
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error) => (isAppError(error) ? error.code : Promise.reject(error)),
  );

const CHAIN = [
  ECHO('sweep', { params: { inbox_items: '12' } }),
  CHECKPOINT('agree', {
    depends_on: ['sweep'],
    required_role: 'Operator',
    inputs: { properties: { signoff: { type: 'string' }, amount: { type: 'integer' } }, required: ['signoff'] },
  }),
  ECHO('report', { depends_on: ['agree'] }),
];

describe('a run', () => {
  test('without checkpoints completes normally', async () => {
    const run = await start([ECHO('a', { params: { x: 1 } }), ECHO('b', { depends_on: ['a'] })], {
      params: { who: 'ops' },
    });
    expect(run).toMatchObject({ status: 'succeeded', reason: null, checkpoint_id: null, resume_token: null });
    expect(task(run, 'b')).toMatchObject({ status: 'succeeded', output: { who: 'ops', a__x: 1, a__who: 'ops' } });
    expect(run.finished_at).not.toBeNull();
    await expectInvariants(sql);
  });

  test('pauses at a checkpoint, with a request in the queue and a resume token', async () => {
    const run = await start(CHAIN);
    expect(run).toMatchObject({ status: 'paused', next_task_id: 'report' });
    expect(statuses(run)).toEqual({ sweep: 'succeeded', agree: 'waiting', report: 'pending' });
    expect(run.resume_token).toMatch(/^rst_/);
    const request = await getRequest(ada.actor, run.checkpoint_id ?? '');
    expect(request).toMatchObject({
      kind: 'checkpoint',
      status: 'pending',
      title: 'May agree?',
      required_level: 1,
      payload: { sweep__inbox_items: '12' },
      run: { run_id: run.run_id, task_id: 'agree', dag_name: 'weekly_ops_chain' },
      checkpoint: { run_id: run.run_id, task_id: 'agree', prompt: 'May agree?' },
    });
    expect(Date.parse(request.expires_at) - Date.parse(request.created_at)).toBe(72 * 3_600_000);
    await expectInvariants(sql);
  });

  test('resumes by itself after approval, and passes the approval data downstream', async () => {
    const run = await start(CHAIN);
    await approve(ben.actor, run, { signoff: 'Approved', amount: 3 });
    const done = await drive(run);
    expect(done.status).toBe('succeeded');
    expect(task(done, 'report')?.params).toEqual({
      sweep__inbox_items: '12',
      agree__signoff: 'Approved',
      agree__amount: 3,
    });
    const { data } = await listRunEvents(starter.actor, run.run_id, { limit: 50 });
    expect(data.map(({ name }) => name)).toEqual([
      'dag_start',
      'task_start',
      'task_ok',
      'checkpoint_pending',
      'dag_pause',
      'checkpoint_approved',
      'dag_resume',
      'task_start',
      'task_ok',
      'dag_done',
    ]);
    await expectInvariants(sql);
  });

  test('is resumed by hand once it is approved, once, and not before', async () => {
    const run = await start(CHAIN);
    const token = run.resume_token ?? '';
    const refused = await resumeRun(starter.actor, run.run_id, token).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'run/checkpoint-not-approved',
      extra: { checkpoint_id: run.checkpoint_id, checkpoint_status: 'pending' },
    });
    await approve(ben.actor, run, { signoff: 'ok' });
    expect(await codeOf(resumeRun(starter.actor, run.run_id, `${token}x`))).toBe('run/invalid-token');
    expect((await resumeRun(starter.actor, run.run_id, token)).status).toBe('succeeded');
    expect(await codeOf(resumeRun(starter.actor, run.run_id, token))).toBe('run/already-resumed');
  });

  test('that was rejected fails with the reason, and is not resumed', async () => {
    const run = await start(CHAIN);
    await decide(ada.actor, run, { type: 'reject', notes: 'Budget concerns' });
    const failed = await drive(run);
    expect(failed).toMatchObject({ status: 'failed', reason: 'It was rejected: Budget concerns' });
    expect(statuses(failed)).toEqual({ sweep: 'succeeded', agree: 'rejected', report: 'pending' });
    expect(await codeOf(resumeRun(starter.actor, run.run_id, run.resume_token ?? ''))).toBe(
      'run/checkpoint-not-approved',
    );
    await expectInvariants(sql);
  });

  test.each([
    ['skip', { agree: 'rejected', after: 'skipped', beside: 'succeeded', instead: 'skipped' }],
    [{ goto: 'instead' }, { agree: 'rejected', after: 'skipped', beside: 'succeeded', instead: 'succeeded' }],
  ])('goes on after a rejection where its definition says so: %j', async (on_reject, expected) => {
    const run = await start([
      CHECKPOINT('agree', { on_reject }),
      ECHO('after', { depends_on: ['agree'] }),
      ECHO('beside'),
      ECHO('instead', { depends_on: ['agree'] }),
    ]);
    await decide(ada.actor, run, { type: 'reject', notes: 'No' });
    const done = await drive(run);
    expect(statuses(done)).toEqual(expected);
    expect(done.status).toBe('succeeded');
  });

  test.each(['skip', { goto: 'instead' }])(
    'fails when its checkpoint is cancelled, whatever comes after a rejection: %j',
    async (on_reject) => {
      const run = await start([
        CHECKPOINT('agree', { on_reject }),
        ECHO('after', { depends_on: ['agree'] }),
        ECHO('instead', { depends_on: ['agree'] }),
      ]);
      await decide(starter.actor, run, { type: 'cancel', reason: 'Never mind' });
      const done = await drive(run);
      expect(done).toMatchObject({ status: 'failed', reason: 'It was cancelled: Never mind' });
      expect(statuses(done)).toEqual({ agree: 'failed', after: 'pending', instead: 'pending' });
      const again = retryTask(starter.actor, run.run_id, 'agree', 'x', NO_CALL);
      expect(await codeOf(again)).toBe('run/not-retryable');
      await expectInvariants(sql);
    },
  );

  test('passes several checkpoints in sequence, and two side by side', async () => {
    let run = await start([
      CHECKPOINT('first'),
      CHECKPOINT('second', { depends_on: ['first'] }),
      CHECKPOINT('left', { depends_on: ['second'] }),
      CHECKPOINT('right', { depends_on: ['second'] }),
      ECHO('end', { depends_on: ['left', 'right'] }),
    ]);
    const seen: string[] = [];
    for (let n = 0; n < 4; n++) {
      expect(run.status).toBe('paused');
      seen.push(run.tasks.find(({ request_id }) => request_id === run.checkpoint_id)?.id ?? '');
      await approve(ada.actor, run);
      run = await drive(run);
    }
    expect(seen).toEqual(['first', 'second', 'left', 'right']);
    expect(run.status).toBe('succeeded');
    await expectInvariants(sql);
  });

  test('planned as a dry run creates nothing', async () => {
    const plan = await planRun(starter.actor, body(CHAIN, { dry_run: true, rejected: ['agree'] }));
    expect(plan.plan.map(({ task_id, outcome }) => [task_id, outcome])).toEqual([
      ['sweep', 'runs'],
      ['agree', 'rejected'],
    ]);
    expect(plan.status).toBe('failed');
    const counts = await sql(
      'SELECT (SELECT count(*) FROM dag_runs WHERE tenant_id = $1) + (SELECT count(*) FROM approval_requests WHERE tenant_id = $1) AS n',
      [tenant],
    );
    expect(counts).toEqual([{ n: '0' }]);
  });

  test('names every fault of its definition', async () => {
    const refused = await start([
      ECHO('a', { depends_on: ['nobody'] }),
      ECHO('a'),
      { id: 'b', workflow_ref: 'nothing' },
    ]).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'input/invalid' });
    const pointers = (refused as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer);
    expect(pointers).toEqual(
      expect.arrayContaining(['/dag/tasks/0/depends_on/0', '/dag/tasks/1/id', '/dag/tasks/2/workflow_ref']),
    );
  });

  test.each([
    [
      'a cycle',
      [ECHO('a', { depends_on: ['b'] }), ECHO('b', { depends_on: ['a'] })],
      'Tasks wait for each other: a → b → a',
    ],
    ['a task that waits for itself', [ECHO('a', { depends_on: ['a'] })], 'Tasks wait for each other: a → a'],
    [
      'ten thousand tasks',
      Array.from({ length: 10_000 }, (_, n) => ECHO(`t${n}`)),
      'There are 10000 tasks; 500 is the most',
    ],
    ['none at all', [], 'There are no tasks'],
  ])('is not started of %s (I5)', async (_, tasks, fault) => {
    const refused = await start(tasks).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'input/invalid' });
    expect((refused as { errors: { detail: string }[] }).errors.map(({ detail }) => detail)).toContain(fault);
  });

  test('skips what its condition rules out, and what depends on that still runs', async () => {
    const run = await start([
      ECHO('look', { params: { amount: 5 } }),
      CHECKPOINT('agree', { depends_on: ['look'], when: 'params.look__amount > 100' }),
      ECHO('pay', { depends_on: ['agree'] }),
    ]);
    expect(statuses(run)).toEqual({ look: 'succeeded', agree: 'skipped', pay: 'succeeded' });
    expect(run.status).toBe('succeeded');
  });

  test('whose definition fails at a condition fails there', async () => {
    const run = await start([ECHO('pay', { when: 'params.missing > 1' })]);
    expect(run).toMatchObject({ status: 'failed', reason: expect.stringMatching(/^Its condition failed: /) });
  });

  test('is part of what an audit verifies, and is found out where it was edited', async () => {
    const run = await start(CHAIN);
    expect(await verifyAudit({ tenantId: tenant })).toMatchObject({ ok: true, subjects: 2, events: 6 });
    await sql(`ALTER TABLE events DISABLE TRIGGER USER`);
    await sql(`UPDATE events SET reason = 'edited' WHERE subject_id = $1 AND seq = 3`, [run.run_id]);
    await sql(`ALTER TABLE events ENABLE TRIGGER USER`);
    const { ok, problems } = await verifyAudit({ tenantId: tenant });
    expect([ok, problems]).toEqual([false, [{ subject_id: run.run_id, seq: 3, problem: expect.any(String) }]]);
    await sql(`ALTER TABLE events DISABLE TRIGGER USER`);
    await sql(`UPDATE events SET reason = NULL WHERE subject_id = $1 AND seq = 3`, [run.run_id]);
    await sql(`ALTER TABLE events ENABLE TRIGGER USER`);
  });

  test('of another tenant is not found', async () => {
    const run = await start(CHAIN);
    const other = await addKey(sql, await addTenant(sql, `other-${serial}`), ['runs:write', 'runs:read']);
    for (const attempt of [
      () => getRun(other.actor, run.run_id),
      () => listRunEvents(other.actor, run.run_id, { limit: 5 }),
      () => resumeRun(other.actor, run.run_id, run.resume_token ?? ''),
      () => cancelRun(other.actor, run.run_id, 'x', NO_CALL),
      () => retryTask(other.actor, run.run_id, 'sweep', 'x', NO_CALL),
    ]) {
      expect(await codeOf(attempt())).toBe('run/not-found');
    }
    expect((await listRuns(other.actor, { limit: 5 })).data).toEqual([]);
    expect((await listRuns(starter.actor, { limit: 5 })).data).toMatchObject([
      { run_id: run.run_id, tasks_total: 3, tasks_done: 1, waiting_for: [{ task_id: 'agree' }] },
    ]);
  });
});

describe('a checkpoint', () => {
  test('asks for the fields of its form in the order in which they were written', async () => {
    const order = ['zeta', 'a_long_name', 'beta', 'x', 'alpha'];
    const properties = Object.fromEntries(order.map((name) => [name, { type: 'string' }]));
    const run = await start([CHECKPOINT('agree', { inputs: { properties, required: ['x'] } })]);
    const { checkpoint } = await getRequest(ada.actor, run.checkpoint_id ?? '');
    expect(Object.keys(checkpoint?.inputs_schema?.properties ?? {})).toEqual(order);
    expect(checkpoint?.inputs_schema).toEqual({ type: 'object', properties, required: ['x'] });
    await approve(ada.actor, run, { x: 'yes' });
    expect((await drive(run)).status).toBe('succeeded');
  });

  test('is not decided by who started the run, nor below its level, nor without its form', async () => {
    const run = await startRun(ada.actor, body(CHAIN), NO_CALL);
    expect(await codeOf(approve(ada.actor, run, { signoff: 'x' }))).toBe('review/self-approval');
    const strict = await start([CHECKPOINT('agree', { required_role: 'ADMIN' })]);
    expect(strict.checkpoint_id).not.toBeNull();
    await approve(ben.actor, strict);
    expect((await getRequest(ben.actor, strict.checkpoint_id ?? '')).status).toBe('pending');
    const faults = await approve(ben.actor, run, { amount: 'many', other: 1 }).catch((error: unknown) => error);
    expect(faults).toMatchObject({ code: 'input/invalid' });
    expect((faults as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer).sort()).toEqual([
      '/approval_data/amount',
      '/approval_data/other',
      '/approval_data/signoff',
    ]);
  });

  test('is signed by those it names, as many as it asks for', async () => {
    const cleo = await addPerson(sql, tenant, 'operator');
    const run = await start([CHECKPOINT('agree', { required_signers: [cleo.actor.email, 'admin'] })]);
    expect(await codeOf(approve(ben.actor, run))).toBe('review/not-a-signer');
    await approve(cleo.actor, run);
    expect((await drive(run)).status).toBe('paused');
    await approve(ada.actor, run);
    expect((await drive(run)).status).toBe('succeeded');
  });

  test('is signed with one set of answers: the first fills them in, the others sign the same or are refused', async () => {
    const form = {
      properties: { limit: { type: 'integer' }, why: { type: 'string' } },
      required: ['limit'],
    };
    const cleo = await addPerson(sql, tenant, 'admin');
    const run = await start([
      CHECKPOINT('agree', { min_signatures: 2, inputs: form }),
      ECHO('after', { depends_on: ['agree'] }),
    ]);
    const request = () => getRequest(ada.actor, run.checkpoint_id ?? '');
    await approve(ada.actor, run, { limit: 100 });
    expect(await request()).toMatchObject({ status: 'pending', approval_data: { limit: 100 } });
    const other = await approve(cleo.actor, run, { limit: 999_999 }).catch((error: unknown) => error);
    expect(other).toMatchObject({ code: 'review/other-answers', extra: { approval_data: { limit: 100 } } });
    expect(await codeOf(approve(cleo.actor, run, { limit: 100, why: 'because' }))).toBe('review/other-answers');
    await approve(cleo.actor, run);
    expect(await request()).toMatchObject({ status: 'approved', approval_data: { limit: 100 }, approvals_count: 2 });
    expect(task(await drive(run), 'after')?.output).toMatchObject({ agree__limit: 100 });
  });

  test('forgets the answers of somebody whose signature does not count any more', async () => {
    const form = { properties: { limit: { type: 'integer' } }, required: ['limit'] };
    const gone = await addPerson(sql, tenant, 'admin');
    const cleo = await addPerson(sql, tenant, 'admin');
    const run = await start([CHECKPOINT('agree', { min_signatures: 2, inputs: form })]);
    await approve(gone.actor, run, { limit: 1 });
    await sql('UPDATE memberships SET removed_at = now_ms() WHERE tenant_id = $1 AND user_id = $2', [
      tenant,
      gone.userId,
    ]);
    await approve(ada.actor, run, { limit: 2 });
    await approve(cleo.actor, run);
    expect((await getRequest(ada.actor, run.checkpoint_id ?? '')).approval_data).toEqual({ limit: 2 });
  });

  test('expires at its time, not before, once; what is recent or approved stays', async () => {
    const at = new Date('2026-02-02T12:00:00.000Z');
    await setClock(at);
    const old = await start([CHECKPOINT('agree')]);
    const approved = await start([CHECKPOINT('agree')]);
    await approve(ada.actor, approved);
    await setClock(later(at, 1000));
    const recent = await start([CHECKPOINT('agree')]);
    await setClock(later(at, 72 * 3_600_000 - 1));
    await sweepDue('expire');
    expect((await drive(old)).status).toBe('paused');
    await setClock(later(at, 72 * 3_600_000));
    await sweepDue('expire');
    await sweepDue('expire');
    expect(await drive(old)).toMatchObject({ status: 'failed', reason: 'Nobody decided in time' });
    expect((await read(recent)).status).toBe('paused');
    expect((await read(approved)).status).toBe('succeeded');
    const { data } = await listRunEvents(starter.actor, old.run_id, { limit: 50 });
    expect(data.filter(({ name }) => name === 'checkpoint_expired')).toHaveLength(1);
    await expectInvariants(sql);
  });

  test.each([
    ['1', 3_600_000],
    ['0.5', 1_800_000],
    ['200', 720_000_000],
  ])('expires after APPROVAL_EXPIRES_H where its task does not say: %s', async (hours, lastsMs) => {
    const at = new Date('2026-02-04T12:00:00.000Z');
    await setClock(at);
    vi.stubEnv('APPROVAL_EXPIRES_H', hours);
    resetEnv();
    try {
      const run = await start([CHECKPOINT('agree')]);
      const own = await start([CHECKPOINT('agree', { timeout_seconds: 60 })]);
      await setClock(later(at, 60_000));
      await sweepDue('expire');
      expect([(await drive(run)).status, (await drive(own)).status]).toEqual(['paused', 'failed']);
      await setClock(later(at, lastsMs - 1));
      await sweepDue('expire');
      expect((await drive(run)).status).toBe('paused');
      await setClock(later(at, lastsMs));
      expect(await sweepDue('expire')).toBe(1);
      expect(await drive(run)).toMatchObject({ status: 'failed', reason: 'Nobody decided in time' });
    } finally {
      vi.stubEnv('APPROVAL_EXPIRES_H', undefined);
      resetEnv();
    }
  });

  test('expires after the time that its task says', async () => {
    const run = await start([CHECKPOINT('agree', { timeout_seconds: 60 })]);
    const request = await getRequest(ada.actor, run.checkpoint_id ?? '');
    expect(Date.parse(request.expires_at) - Date.parse(request.created_at)).toBe(60_000);
  });

  test('that was approved before anybody looked again is seen', async () => {
    const run = await start([CHECKPOINT('agree'), ECHO('end', { depends_on: ['agree'] })]);
    await sql('UPDATE dag_steps SET decided_at = NULL WHERE run_id = $1', [run.run_id]);
    await approve(ada.actor, run);
    const [step] = await sql<{ decided_at: Date | null }>(
      `SELECT decided_at FROM dag_steps WHERE run_id = $1 AND task_id = 'agree'`,
      [run.run_id],
    );
    expect(step?.decided_at).not.toBeNull();
    expect((await drive(run)).status).toBe('succeeded');
  });
});

describe('an approval', () => {
  const ask = (amount: number) => [
    {
      id: 'ask',
      workflow_ref: 'approval',
      params: { skill_id: 'payments.transfer', payload: { amount_cents: amount } },
    },
    ECHO('pay', { depends_on: ['ask'] }),
  ];

  test('pauses only where policy says so', async () => {
    await sql(
      `INSERT INTO policy_approval_levels (tenant_id, level, auto_approve_max_cost_cents) VALUES ($1, 3, 1000)`,
      [tenant],
    );
    await sql('UPDATE tenants SET config_version = config_version + 1 WHERE tenant_id = $1', [tenant]);
    expect((await start(ask(500))).status).toBe('succeeded');
    const run = await start(ask(5000));
    expect(statuses(run)).toEqual({ ask: 'waiting', pay: 'pending' });
    const requestId = task(run, 'ask')?.request_id ?? '';
    expect(await getRequest(ada.actor, requestId)).toMatchObject({
      kind: 'policy',
      run: { run_id: run.run_id, task_id: 'ask', dag_name: 'weekly_ops_chain' },
      checkpoint: null,
    });
    await commandRequest(ada.actor, requestId, { type: 'approve' }, NO_CALL);
    const done = await drive(run);
    expect(task(done, 'pay')?.params).toMatchObject({ ask__decision: 'approved', ask__request_id: requestId });
    await expectInvariants(sql);
  });

  test.each([
    ['their role', `actor.role == 'operator'`],
    ['their level', 'actor.level < 4'],
    ['who they are', `actor.via == 'session' && actor.id != ''`],
  ])('is judged by what rules say of whoever started the run: %s', async (_, when) => {
    const rules = [{ rule_id: 'not-them', when, effect: 'deny', reason: 'Not them' }];
    const { actor: keeper } = await addKey(sql, tenant, ['policy:manage']);
    const { version } = await createPolicySet(keeper, PolicySetBody.parse({ tenant_id: tenant, rules }), NO_CALL);
    await activatePolicySet(keeper, version, 'x', NO_CALL);
    const denied = await startRun(ben.actor, body(ask(5)), NO_CALL);
    expect(denied).toMatchObject({ status: 'failed', reason: 'It was rejected: Not them' });
    // It is what they are when it is asked that counts.
    const late = await startRun(
      ben.actor,
      body([CHECKPOINT('agree'), { ...ask(5)[0], depends_on: ['agree'] }]),
      NO_CALL,
    );
    await sql(`UPDATE memberships SET role = 'admin', level = 4 WHERE member_id = $1`, [ben.memberId]);
    await approve(ada.actor, late);
    const after = task(await drive(late), 'ask')?.status;
    expect(after).toBe(when.includes('session') ? 'failed' : 'waiting');
  });

  test.each([
    [60, null, 60],
    [60, 30, 30],
    [60, 90, 60],
    [null, 90, 90],
  ])(
    'waits no longer than its task may take: %j, asked for %j',
    async (timeout_seconds, expires_in_seconds, expected) => {
      const at = new Date('2026-02-03T12:00:00.000Z');
      await setClock(at);
      const params = { skill_id: 'payments.transfer', payload: {}, expires_in_seconds };
      const run = await start([{ id: 'ask', workflow_ref: 'approval', timeout_seconds, params }]);
      const request = await getRequest(ada.actor, task(run, 'ask')?.request_id ?? '');
      expect(Date.parse(request.expires_at) - Date.parse(request.created_at)).toBe(expected * 1000);
      await setClock(later(at, expected * 1000));
      await sweepDue('expire');
      expect(await drive(run)).toMatchObject({ status: 'failed', reason: 'Nobody decided in time' });
    },
  );

  test('fails when whoever started the run may not ask any more', async () => {
    const tasks = [CHECKPOINT('agree'), { ...ask(5)[0], depends_on: ['agree'] }];
    const cleo = await addPerson(sql, tenant, 'operator');
    const key = await addKey(sql, tenant, ['runs:write'], { person: cleo });
    const runs = await Promise.all([cleo.actor, key.actor].map((actor) => startRun(actor, body(tasks), NO_CALL)));
    await sql('UPDATE memberships SET removed_at = now_ms() WHERE member_id = $1', [cleo.memberId]);
    for (const run of runs) {
      await approve(ada.actor, run);
      const reason = 'Policy cannot be asked: whoever started this run may not ask any more';
      expect(await drive(run)).toMatchObject({ status: 'failed', reason });
    }
  });

  test('that was rejected fails its task, which can be tried again and asks anew', async () => {
    const run = await start(ask(5000));
    const first = task(run, 'ask')?.request_id ?? '';
    await commandRequest(ada.actor, first, { type: 'reject', notes: 'Not now' }, NO_CALL);
    expect(await drive(run)).toMatchObject({ status: 'failed', reason: 'It was rejected: Not now' });
    const again = await retryTask(starter.actor, run.run_id, 'ask', 'Asked them', NO_CALL);
    const second = task(again, 'ask')?.request_id ?? '';
    expect(second).not.toBe(first);
    await commandRequest(ada.actor, second, { type: 'approve' }, NO_CALL);
    expect((await drive(run)).status).toBe('succeeded');
  });
});

test('the emergency stop leaves runs where they are: none is started, tried again or resumed; cancelling works', async () => {
  const failed = await start([ECHO('broken', { when: 'params.missing == 1' }), CHECKPOINT('agree')]);
  const approved = await start(CHAIN);
  await approve(ben.actor, approved, { signoff: 'ok' });
  await sql('UPDATE tenants SET emergency_stop = true WHERE tenant_id = $1', [tenant]);
  for (const attempt of [
    () => start(CHAIN),
    () => retryTask(starter.actor, failed.run_id, 'broken', 'x', NO_CALL),
    () => resumeRun(starter.actor, approved.run_id, approved.resume_token ?? ''),
  ]) {
    expect(await codeOf(attempt())).toBe('policy/emergency-stop');
  }
  expect(statuses(await drive(failed))).toEqual(statuses(failed));
  expect(statuses(await drive(approved))).toEqual(statuses(approved));
  await sql('UPDATE tenants SET emergency_stop = false WHERE tenant_id = $1', [tenant]);
  expect((await resumeRun(starter.actor, approved.run_id, approved.resume_token ?? '')).status).toBe('succeeded');
  const other = await start([CHECKPOINT('agree')]);
  await sql('UPDATE tenants SET emergency_stop = true WHERE tenant_id = $1', [tenant]);
  expect((await cancelRun(starter.actor, other.run_id, 'x', NO_CALL)).status).toBe('cancelled');
});

describe('what is over', () => {
  test('withdraws what it asked for when it is cancelled, and stays cancelled', async () => {
    const run = await start([CHECKPOINT('agree'), ECHO('end', { depends_on: ['agree'] })]);
    const cancelled = await cancelRun(starter.actor, run.run_id, 'Wrong week', NO_CALL);
    expect(cancelled).toMatchObject({ status: 'cancelled', reason: 'Wrong week' });
    expect(statuses(cancelled)).toEqual({ agree: 'cancelled', end: 'pending' });
    expect(task(cancelled, 'agree')?.error).toBe('The run was cancelled');
    expect((await getRequest(ada.actor, run.checkpoint_id ?? '')).status).toBe('cancelled');
    expect(await codeOf(cancelRun(starter.actor, run.run_id, 'Again', NO_CALL))).toBe('run/finished');
    expect((await drive(run)).status).toBe('cancelled');
    await expectInvariants(sql);
  });

  test('is cancelled by who started it, or an admin, and nobody else', async () => {
    const cleo = await addPerson(sql, tenant, 'operator');
    const key = await addKey(sql, tenant, ['runs:write'], { person: ben });
    const other = await addKey(sql, tenant, ['runs:write']);
    const all = await addKey(sql, tenant, ['*']);
    for (const [by, mayCancel] of [
      [ben.actor, true],
      [key.actor, true],
      [ada.actor, true],
      [all.actor, true],
      [cleo.actor, false],
      [other.actor, false],
    ] as const) {
      const run = await startRun(ben.actor, body([CHECKPOINT('agree')]), NO_CALL);
      expect((await getRun(by, run.run_id)).may_cancel).toBe(mayCancel);
      expect(await codeOf(cancelRun(by, run.run_id, 'x', NO_CALL))).toBe(mayCancel ? 'done' : 'access/forbidden');
      expect((await read(run)).status).toBe(mayCancel ? 'cancelled' : 'paused');
    }
    const own = await start([CHECKPOINT('agree')]);
    expect(await codeOf(cancelRun(ben.actor, own.run_id, 'x', NO_CALL))).toBe('access/forbidden');
    expect(await codeOf(cancelRun(starter.actor, own.run_id, 'x', NO_CALL))).toBe('done');
  });

  test('leaves no open request behind, where it failed beside a checkpoint', async () => {
    const run = await start([CHECKPOINT('agree'), ECHO('broken', { when: 'params.missing == 1' })]);
    expect(run.status).toBe('failed');
    expect(await sweepOrphanedRequests()).toBe(1);
    const requestId = task(run, 'agree')?.request_id ?? '';
    expect((await getRequest(ada.actor, requestId)).status).toBe('cancelled');
    expect((await drive(run)).status).toBe('failed');
    // Nobody may look at it again and again because what it waited for is decided.
    const [due] = await sql(`SELECT count(*)::int AS n FROM dag_steps WHERE run_id = $1 AND status = 'waiting'`, [
      run.run_id,
    ]);
    expect(due).toEqual({ n: 0 });
    expect(statuses(await read(run))).toEqual({ agree: 'cancelled', broken: 'failed' });
    await expectInvariants(sql);
  });

  test.each([
    ['was withdrawn', true],
    ['is still open', false],
  ])('asks again what %s when it failed beside a checkpoint and is tried again', async (_, isWithdrawn) => {
    const asked = await start([
      CHECKPOINT('agree'),
      { id: 'sum', workflow_ref: 'external:sums' },
      ECHO('end', { depends_on: ['agree', 'sum'] }),
    ]);
    const { actor: worker } = await addKey(sql, tenant, ['tasks:work']);
    const work = async (ends: boolean) => {
      const wanted = {
        tenant_id: tenant,
        workflow_refs: ['external:sums'],
        max: 1,
        lease_seconds: 30,
        wait_seconds: 0,
      };
      const { tasks } = await leaseTasks(worker, wanted, new AbortController().signal);
      const { task_id: id = '', lease_token = '' } = tasks[0] ?? {};
      if (ends) await completeTask(worker, id, { lease_token, output: {} });
      else await failTask(worker, id, { lease_token, error: 'Out of paper', final: true });
    };
    await work(false);
    const failed = await drive(asked);
    expect(statuses(failed)).toEqual({ agree: 'cancelled', sum: 'failed', end: 'pending' });
    if (isWithdrawn) await sweepOrphanedRequests();
    const again = await retryTask(starter.actor, asked.run_id, 'sum', 'There is paper', NO_CALL);
    expect(statuses(again)).toEqual({ agree: 'waiting', sum: 'running', end: 'pending' });
    expect(again.checkpoint_id === asked.checkpoint_id).toBe(!isWithdrawn);
    // A sweep that has seen the run while it was over may withdraw what it asks for now.
    if (!isWithdrawn) await withdrawRequests(tenant, asked.run_id);
    await work(true);
    const waiting = await drive(again);
    expect(waiting.checkpoint_id).not.toBe(asked.checkpoint_id);
    await approve(ada.actor, waiting);
    expect((await drive(again)).status).toBe('succeeded');
    expect((await getRequest(ada.actor, asked.checkpoint_id ?? '')).status).toBe('cancelled');
    await expectInvariants(sql);
  });

  test('is counted among what waits only while it asks for something, however much it asks', async () => {
    const count = async () => (await countWaiting({ tenantId: tenant })).runs;
    expect(await count()).toBe(0);
    const run = await start([CHECKPOINT('left'), CHECKPOINT('right')]);
    await start([CHECKPOINT('agree')]);
    await addTenant(sql, `other-${serial}`)
      .then((other) => addKey(sql, other, ['runs:write']))
      .then((key) => startRun(key.actor, { ...body([CHECKPOINT('agree')]), tenant_id: key.actor.tenantId }, NO_CALL));
    expect(await count()).toBe(2);
    await cancelRun(starter.actor, run.run_id, 'Wrong week', NO_CALL);
    expect(await count()).toBe(1);
  });
});
