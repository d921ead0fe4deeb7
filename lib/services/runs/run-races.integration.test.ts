// TORTURE R4 and R8: what happens to a checkpoint at the same moment as to its run.
import { beforeAll, expect, test } from 'vitest';
import { type RunResource, StartRunBody } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { sweepDue } from '@/lib/services/sweeps';
import { later } from '@/lib/testing/builders';
import { installFakeClock } from '@/lib/testing/fake-clock';
import { expectInvariants } from '@/lib/testing/invariants';
import { hold, waitersFor } from '@/lib/testing/locks';
import { addKey, addPerson, addTenant, type TestKey, type TestPerson, testDatabase } from '@/lib/testing/people';
import { commandRequest } from '../requests';
import { cancelRun, driveRuns, getRun, startRun, sweepOrphanedRequests } from './index';

const sql = testDatabase();
const ROUNDS = 48;
let setClock: (at: Date) => Promise<void>;
let starter: TestKey;
let ada: TestPerson;

beforeAll(async () => {
  setClock = await installFakeClock(sql);
  await addTenant(sql, 'acme');
  starter = await addKey(sql, 'acme', ['runs:write', 'runs:read']);
  ada = await addPerson(sql, 'acme', 'admin');
});

const BODY = StartRunBody.parse({
  tenant_id: 'acme',
  dag: {
    name: 'racing',
    tasks: [
      { id: 'before', workflow_ref: 'echo', params: { n: 1 } },
      { id: 'agree', type: 'checkpoint', prompt: 'Go on?', depends_on: ['before'], timeout_seconds: 60 },
      { id: 'after', workflow_ref: 'echo', depends_on: ['agree'] },
    ],
  },
});
const start = () => startRun(starter.actor, BODY, NO_CALL);
const drive = () => driveRuns(new AbortController().signal);
const approve = (id: string) => commandRequest(ada.actor, id, { type: 'approve' }, NO_CALL);
const decided = async (run: RunResource) =>
  (await sql<{ status: string }>('SELECT status FROM approval_requests WHERE run_id = $1', [run.run_id]))[0]?.status;

test('R4: approve, cancel and expire at once: one wins, and the run agrees with it', async () => {
  const seen = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const at = new Date(Date.UTC(2026, 2, 1, round));
    await setClock(at);
    const run = await start();
    const expire = async () => {
      await setClock(later(at, 60_000));
      await sweepDue('expire');
    };
    const acts = [
      () => approve(run.checkpoint_id ?? ''),
      () => cancelRun(starter.actor, run.run_id, 'No', NO_CALL),
      expire,
    ];
    // Who begins first is another one each time, and by how much: the others begin while it is under way. In the last rounds they begin
    // when it is over, so that each has won for certain.
    const first = round % acts.length;
    const ordered = [...acts.slice(first), ...acts.slice(0, first)];
    const alone = round >= ROUNDS - acts.length ? ordered.shift() : undefined;
    await alone?.();
    await Promise.allSettled(
      ordered.map(async (act, place) => {
        for (let turn = 0; turn < place * (round % 8); turn++) await sql('SELECT 1');
        return act();
      }),
    );
    await drive();
    await sweepOrphanedRequests();
    const after = await getRun(starter.actor, run.run_id);
    const request = await decided(run);
    seen.add(`${request} ${after.status}`);
    expect([
      'approved succeeded',
      // The run was cancelled once its checkpoint was over.
      'approved cancelled',
      'expired cancelled',
      'expired failed',
      'cancelled cancelled',
    ]).toContain(`${request} ${after.status}`);
  }
  expect([...new Set([...seen].map((pair) => pair.split(' ')[0]))].sort()).toEqual([
    'approved',
    'cancelled',
    'expired',
  ]);
  await expectInvariants(sql);
});

test('R8: an approval that arrives before the run has written its pause resumes it, once', async () => {
  await setClock(new Date('2026-04-01T12:00:00Z'));
  // Whoever writes a pause waits where it is written: its request is there by then.
  await sql(`CREATE FUNCTION wait_here() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_advisory_xact_lock_shared(8); RETURN NEW; END $$`);
  await sql(
    `CREATE TRIGGER wait_here BEFORE INSERT ON dag_steps FOR EACH ROW WHEN (NEW.status = 'waiting') EXECUTE FUNCTION wait_here()`,
  );
  for (let round = 0; round < 5; round++) {
    const held = await hold('SELECT pg_advisory_xact_lock(8)');
    const starting = start();
    await waitersFor(sql);
    const [request] = await sql<{ id: string }>(
      `SELECT q.id FROM approval_requests q JOIN dag_runs r USING (run_id) WHERE r.status = 'running' AND q.status = 'pending'`,
    );
    await approve(request?.id ?? '');
    await held.rollback();
    const run = await starting;
    await drive();
    const after = await getRun(starter.actor, run.run_id);
    expect(after).toMatchObject({ status: 'succeeded' });
    expect(after.tasks.find(({ id }) => id === 'after')?.params).toEqual({ before__n: 1 });
  }
  await expectInvariants(sql);
});
