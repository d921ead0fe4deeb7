// The seed's three files: every line as its contract says it, each line once, whatever it is read behind.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { z } from 'zod';
import {
  CheckpointLine,
  LeaseTasksBody,
  RunEventLine,
  type RunResource,
  StartRunBody,
  StateLine,
  SurfaceQuery,
} from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import type { Command } from '@/lib/domain/approval';
import { NO_CALL } from '@/lib/domain/call';
import { commandRequest } from '@/lib/services/requests';
import { cancelRun, completeTask, driveRuns, failTask, getRun, leaseTasks, startRun } from '@/lib/services/runs';
import { sweepDue } from '@/lib/services/sweeps';
import { later } from '@/lib/testing/builders';
import { installFakeClock } from '@/lib/testing/fake-clock';
import { addKey, addPerson, addTenant, type TestKey, type TestPerson, testDatabase } from '@/lib/testing/people';
import { exportSurface, type SurfaceName } from '.';

const sql = testDatabase();
const LINES = {
  checkpoints: CheckpointLine,
  orchestrator_state: StateLine,
  orchestrator_events: RunEventLine,
} as const;
let setClock: (at: Date) => Promise<void>;
let serial = 0;
let tenant: string;
let starter: TestKey;
let reader: TestKey;
let worker: TestKey;
let ada: TestPerson;
let ben: TestPerson;

beforeEach(async () => {
  setClock ??= await installFakeClock(sql);
  serial += 1;
  tenant = await addTenant(sql, `acme-${serial}`);
  starter = await addKey(sql, tenant, ['runs:write', 'runs:read', 'requests:read']);
  reader = await addKey(sql, tenant, ['runs:read']);
  worker = await addKey(sql, tenant, ['tasks:work']);
  ada = await addPerson(sql, tenant, 'admin');
  ben = await addPerson(sql, tenant, 'operator');
});

const START = new Date('2026-03-02T09:00:00.000Z');
const start = (tasks: object[]): Promise<RunResource> =>
  startRun(starter.actor, StartRunBody.parse({ tenant_id: tenant, dag: { name: 'weekly_ops_chain', tasks } }), NO_CALL);
const drive = async (run: RunResource) => {
  await driveRuns(new AbortController().signal);
  return getRun(starter.actor, run.run_id);
};
const decide = (actor: Actor, run: RunResource, command: Command, approvalData?: Record<string, unknown>) =>
  commandRequest(actor, run.checkpoint_id ?? '', command, NO_CALL, { approvalData });
const ECHO = (id: string, over: object = {}) => ({ id, workflow_ref: 'echo', ...over });
const CHECKPOINT = (id: string, over: object = {}) => ({ id, type: 'checkpoint', prompt: `May ${id}?`, ...over });

async function text(name: SurfaceName, query: z.input<typeof SurfaceQuery> = {}, actor: Actor = reader.actor) {
  const { pieces } = await exportSurface(actor, name, SurfaceQuery.parse(query), new AbortController().signal);
  let all = '';
  for await (const piece of pieces) {
    expect(piece.endsWith('\n')).toBe(true);
    all += piece;
  }
  return all;
}
/** The lines, once nothing holds the feed back any more; every one is what its contract says, and no more. */
async function read<Name extends SurfaceName>(name: Name, query: z.input<typeof SurfaceQuery> = {}) {
  await settled();
  const lines = (await text(name, query)).split('\n').slice(0, -1);
  return lines.map((line) => {
    const value = JSON.parse(line);
    // What tells a torn line of ours from somebody else's file.
    expect(line.startsWith('{"event":"')).toBe(true);
    expect(LINES[name].parse(value)).toEqual(value);
    return value as z.output<(typeof LINES)[Name]>;
  });
}
// Other transactions of this server may hold the feed back for a moment.
const settled = () =>
  vi.waitUntil(async () => (await sql('SELECT 1 FROM events WHERE xid >= feed_xmin()')).length === 0, {
    timeout: 20_000,
    interval: 20,
  });
const NAMES: SurfaceName[] = ['checkpoints', 'orchestrator_state', 'orchestrator_events'];
/** A line without what is new every time. */
const told = (line: object) => {
  const {
    cursor: _c,
    event_id: _e,
    dag_run_id: _r,
    tenant: _t,
    timestamp: _at,
    ...rest
  } = line as Record<string, unknown>;
  return rest;
};

async function lifeOfARun(): Promise<RunResource> {
  await setClock(START);
  const run = await start([
    { id: 'sweep', workflow_ref: 'external:sweep', retries: 1, backoff_seconds: 1 },
    CHECKPOINT('agree', {
      depends_on: ['sweep'],
      required_role: 'Admin',
      inputs: { properties: { signoff: { type: 'string' } }, required: ['signoff'] },
      required_signers: [ada.userId, ben.userId],
      min_signatures: 1,
    }),
    ECHO('report', { depends_on: ['agree'] }),
  ]);
  const lease = async () => {
    const body = LeaseTasksBody.parse({ tenant_id: tenant, workflow_refs: ['external:sweep'] });
    const { tasks } = await leaseTasks(worker.actor, body, new AbortController().signal);
    return tasks[0] ?? expect.unreachable('nothing was leased');
  };
  const first = await lease();
  await failTask(worker.actor, first.task_id, { lease_token: first.lease_token, error: 'Busy', final: false });
  await setClock(later(START, 60_000));
  const second = await lease();
  await completeTask(worker.actor, second.task_id, { lease_token: second.lease_token, output: { items: 12 } });
  const paused = await drive(run);
  await setClock(later(START, 3_600_000));
  await decide(ada.actor, paused, { type: 'approve' }, { signoff: 'Approved' });
  return drive(run);
}

describe('the life of a run', () => {
  test('orchestrator_events.jsonl tells it with the seed’s names and fields', async () => {
    const run = await lifeOfARun();
    expect(run.status).toBe('succeeded');
    const checkpoint_id = run.tasks[1]?.request_id;
    const lines = await read('orchestrator_events');
    expect(lines.map(told)).toEqual(
      [
        { event: 'dag_start', task_count: 3, actor: starter.keyId },
        { event: 'task_start', task_id: 'sweep', workflow_ref: 'external:sweep' },
        { event: 'task_retry', task_id: 'sweep', attempt: 1, error: 'Busy', actor: worker.keyId },
        { event: 'task_ok', task_id: 'sweep', attempt: 2, actor: worker.keyId },
        { event: 'checkpoint_pending', task_id: 'agree', checkpoint_id },
        { event: 'dag_pause', task_id: 'agree' },
        { event: 'checkpoint_approved', task_id: 'agree', checkpoint_id, approved_by: ada.userId },
        { event: 'dag_resume' },
        { event: 'task_start', task_id: 'report', workflow_ref: 'echo' },
        { event: 'task_ok', task_id: 'report', attempt: 1 },
        { event: 'dag_done', status: 'success', tasks_succeeded: 2, tasks_failed: 0, duration_seconds: 3600 },
      ].map((line) => ({ actor: 'runner', dag_name: 'weekly_ops_chain', ...line })),
    );
    for (const { dag_run_id, tenant: of } of lines) expect([dag_run_id, of]).toEqual([run.run_id, tenant]);
    expect(lines.map(({ timestamp }) => timestamp).filter((at) => at.startsWith('2026-03-02T10:00'))).toHaveLength(5);
  });

  test('orchestrator_state.jsonl tells where it began, paused and ended, and holds nothing that resumes it', async () => {
    const run = await lifeOfARun();
    const checkpoint_id = run.tasks[1]?.request_id;
    expect((await read('orchestrator_state')).map(told)).toEqual(
      [
        { event: 'run_started' },
        { event: 'resume_token', checkpoint_id, task_id: 'agree', next_task_id: 'report' },
        { event: 'run_finished', status: 'success', error: null, duration_seconds: 3600 },
      ].map((line) => ({ dag_name: 'weekly_ops_chain', ...line })),
    );
    expect(await text('orchestrator_state', {}, starter.actor)).not.toContain('rst_');
  });

  test('checkpoints.jsonl has the whole checkpoint in each line', async () => {
    const run = await lifeOfARun();
    const asked = {
      checkpoint_id: run.tasks[1]?.request_id,
      task_id: 'agree',
      prompt: 'May agree?',
      required_role: 'Admin',
      required_level: 4,
      inputs: { type: 'object', properties: { signoff: { type: 'string' } }, required: ['signoff'] },
      created_at: later(START, 60_000).toISOString(),
      expires_at: later(START, 60_000 + 72 * 3_600_000).toISOString(),
      required_signers: [ada.userId, ben.userId],
      min_signatures: 1,
      rejected_by: null,
      rejected_at: null,
      rejection_reason: null,
      reject_reason: null,
      expired_at: null,
    };
    const at = later(START, 3_600_000).toISOString();
    const approvals = [{ user: ada.userId, name: ada.actor.name, at, approval_data: { signoff: 'Approved' } }];
    expect((await read('checkpoints')).map(told)).toEqual([
      {
        ...asked,
        event: 'checkpoint_created',
        status: 'pending',
        approved_by: null,
        approved_at: null,
        approval_data: null,
        approvals: [],
      },
      {
        ...asked,
        event: 'checkpoint_approved',
        status: 'approved',
        approved_by: ada.userId,
        approved_at: at,
        approval_data: { signoff: 'Approved' },
        approvals,
      },
    ]);
  });
});

describe('other ends', () => {
  test('signatures are added one by one, and a line stays what it was when more is known', async () => {
    await setClock(START);
    const run = await start([CHECKPOINT('agree', { min_signatures: 2 })]);
    await decide(ada.actor, run, { type: 'approve' });
    const before = await read('checkpoints');
    expect(before.map(({ event, approvals }) => [event, approvals.length])).toEqual([
      ['checkpoint_created', 0],
      ['signature_added', 1],
    ]);
    await decide(ben.actor, run, { type: 'approve' });
    const after = await read('checkpoints');
    expect(after.slice(0, 2)).toEqual(before);
    expect(after[2]).toMatchObject({
      event: 'checkpoint_approved',
      approved_by: ben.userId,
      approval_data: {},
      approvals: [{ user: ada.userId }, { user: ben.userId }],
    });
    expect((await read('orchestrator_state'))[1]).toMatchObject({ event: 'resume_token', next_task_id: null });
  });

  test('a rejection has its reason under both names, and fails the run', async () => {
    await setClock(START);
    const run = await start([CHECKPOINT('agree'), ECHO('report', { depends_on: ['agree'] })]);
    await decide(ben.actor, run, { type: 'reject', notes: 'Budget concerns' });
    await drive(run);
    expect((await read('checkpoints')).at(-1)).toMatchObject({
      event: 'checkpoint_rejected',
      status: 'rejected',
      rejected_by: ben.userId,
      rejected_at: START.toISOString(),
      rejection_reason: 'Budget concerns',
      reject_reason: 'Budget concerns',
      approvals: [],
    });
    const events = await read('orchestrator_events');
    expect(events.find(({ event }) => event === 'checkpoint_rejected')).toMatchObject({
      rejected_by: ben.userId,
      reason: 'It was rejected: Budget concerns',
    });
    expect(events.at(-1)).toMatchObject({ event: 'dag_done', status: 'failed', tasks_succeeded: 0, tasks_failed: 0 });
    const { error } = (await read('orchestrator_state')).at(-1) as { error: string };
    expect(error).toContain('Budget concerns');
  });

  test('an expiry is in all three', async () => {
    await setClock(START);
    const run = await start([CHECKPOINT('agree')]);
    await setClock(later(START, 73 * 3_600_000));
    await sweepDue('expire');
    await drive(run);
    const checkpoint_id = run.checkpoint_id;
    expect((await read('checkpoints')).at(-1)).toMatchObject({
      event: 'checkpoint_expired',
      status: 'expired',
      checkpoint_id,
      expired_at: later(START, 73 * 3_600_000).toISOString(),
    });
    expect((await read('orchestrator_state')).map(({ event }) => event)).toEqual([
      'run_started',
      'resume_token',
      'checkpoint_expired',
      'run_finished',
    ]);
    expect((await read('orchestrator_events')).find(({ event }) => event === 'checkpoint_expired')).toMatchObject({
      checkpoint_id,
      task_id: 'agree',
    });
  });

  test('a run that is cancelled, and a task that fails', async () => {
    await setClock(START);
    const run = await start([CHECKPOINT('agree')]);
    await cancelRun(starter.actor, run.run_id, 'Wrong week', NO_CALL);
    await start([{ id: 'sum', workflow_ref: 'transform', params: { expressions: { sum: 'params.none + 1' } } }]);
    const events = await read('orchestrator_events');
    expect(events.filter(({ event }) => event === 'dag_done')).toMatchObject([
      { status: 'cancelled', reason: 'Wrong week' },
      { status: 'failed', tasks_succeeded: 0, tasks_failed: 1 },
    ]);
    expect(events.find(({ event }) => event === 'task_fail')).toMatchObject({
      task_id: 'sum',
      error: expect.stringMatching(/./),
      attempt: 1,
    });
    expect((await read('checkpoints')).at(-1)).toMatchObject({ event: 'checkpoint_cancelled', status: 'cancelled' });
  });
});

describe('behind a line', () => {
  test('comes exactly what came after it, in each of the three', async () => {
    await lifeOfARun();
    await lifeOfARun();
    for (const name of NAMES) {
      const lines = await read(name);
      expect(lines.length).toBeGreaterThanOrEqual(4);
      for (const [i, { cursor }] of lines.entries()) expect(await read(name, { cursor })).toEqual(lines.slice(i + 1));
    }
  });

  test('more than a batch comes whole', async () => {
    await setClock(START);
    await start(Array.from({ length: 300 }, (_, i) => ECHO(`t${i}`)));
    const lines = await read('orchestrator_events');
    expect(lines).toHaveLength(602);
    expect(new Set(lines.map(({ event_id }) => event_id)).size).toBe(602);
  });

  test('filters by run and by time', async () => {
    const run = await lifeOfARun();
    await lifeOfARun();
    for (const name of NAMES) {
      const all = await read(name);
      const own = await read(name, { run_id: run.run_id });
      expect(own).toEqual(all.filter(({ dag_run_id }) => dag_run_id === run.run_id));
      expect(own.length).toBe(all.length / 2);
      const late = await read(name, { from: '2026-03-02T10:00:00Z', run_id: run.run_id });
      const early = await read(name, { to: '2026-03-02T10:00:00Z', run_id: run.run_id });
      expect([...early, ...late]).toEqual(own);
    }
  });

  test('nothing of another tenant', async () => {
    await lifeOfARun();
    const rival = await addKey(sql, await addTenant(sql, `rival-${serial}`), ['runs:read']);
    await settled();
    for (const name of NAMES) expect(await text(name, {}, rival.actor)).toBe('');
    const [line] = await read('checkpoints');
    expect(await text('checkpoints', { run_id: line?.dag_run_id }, rival.actor)).toBe('');
  });
});

describe('waiting', () => {
  const wait = async (
    name: SurfaceName,
    query: z.input<typeof SurfaceQuery>,
    signal = new AbortController().signal,
  ) => {
    const { end, pieces } = await exportSurface(reader.actor, name, SurfaceQuery.parse(query), signal);
    let all = '';
    for await (const piece of pieces) all += piece;
    return {
      end,
      lines: all
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
    };
  };

  test('answers when something comes, and with that alone', async () => {
    await setClock(START);
    const run = await start([CHECKPOINT('agree')]);
    const [first] = await read('checkpoints');
    const waiting = wait('checkpoints', { cursor: first?.cursor, wait: 30 });
    await decide(ben.actor, run, { type: 'approve' });
    const { lines } = await waiting;
    expect(lines.map(({ event }) => event)).toEqual(['checkpoint_approved']);
    expect((await read('checkpoints', { cursor: lines[0]?.cursor })).length).toBe(0);
  });

  test('answers with nothing when the time is up, and with a place that leads past what was looked at', async () => {
    await setClock(START);
    await start([CHECKPOINT('agree')]);
    await settled();
    const { end } = await wait('checkpoints', {});
    const startedMs = performance.now();
    const quiet = await wait('checkpoints', { cursor: end, wait: 1 });
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(1000);
    expect(quiet.lines).toEqual([]);
    const run = await start([CHECKPOINT('again')]);
    await settled();
    expect((await wait('checkpoints', { cursor: quiet.end })).lines).toMatchObject([{ dag_run_id: run.run_id }]);
  });

  test('ends with its caller, and gives its place back', async () => {
    const { end } = await wait('checkpoints', {});
    const callers = Array.from({ length: 20 }, () => new AbortController());
    const waits = callers.map(({ signal }) => wait('checkpoints', { cursor: end, wait: 60 }, signal));
    await expect(wait('checkpoints', { cursor: end, wait: 60 })).rejects.toMatchObject({
      code: 'request/too-many-waits',
    });
    for (const caller of callers) caller.abort();
    await Promise.all(waits);
    expect((await wait('checkpoints', { cursor: end, wait: 1 })).lines).toEqual([]);
  });
});
