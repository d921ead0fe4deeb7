// What the seed's tests of its checkpoint store ask for, at the addresses that have its names; the names of the tests are the seed's.
import { beforeEach, describe, expect, test } from 'vitest';
import { type OperationId, operations } from '@/lib/contracts';
import { driveRuns } from '@/lib/services/runs';
import { type CallInput, readAnswer, toRequest, withKey } from '@/lib/testing/calls';
import { addKey, addPerson, addTenant, type TestKey, testDatabase } from '@/lib/testing/people';
import { ask } from '@/lib/testing/webhooks';
import { api } from './api';

const sql = testDatabase();
let serial = 0;
let tenant: string;
let starter: TestKey;
let approver: TestKey;

beforeEach(async () => {
  serial += 1;
  tenant = await addTenant(sql, `acme-${serial}`);
  starter = await addKey(sql, tenant, ['runs:write', 'runs:read', 'requests:create', 'requests:read']);
  approver = await addKey(sql, tenant, ['*'], { person: await addPerson(sql, tenant, 'operator') });
});

const call = async (id: OperationId, key: TestKey, input: CallInput = {}) =>
  readAnswer(await api(toRequest(operations[id], { ...input, as: withKey(key) })));

/** A run that waits at its checkpoint. */
async function pause(prompt: string, key = starter): Promise<{ run: string; checkpoint: string }> {
  const tasks = [
    { id: 'agree', type: 'checkpoint', prompt },
    { id: 'after', workflow_ref: 'echo', depends_on: ['agree'] },
  ];
  const body = { tenant_id: key.actor.tenantId, dag: { name: 'weekly', tasks } };
  const { body: run } = await call('startRun', key, { body });
  return { run: String(run.run_id), checkpoint: String(run.checkpoint_id) };
}
const listed = async (key: TestKey, query: CallInput['query'] = {}) => {
  const { body } = await call('listCheckpoints', key, { query });
  return (body.data as { request_id: string }[]).map(({ request_id }) => request_id);
};
const approve = (id: string) => call('approveCheckpoint', approver, { params: { id }, body: {} });
const reject = (id: string, body: object) => call('rejectCheckpoint', approver, { params: { id }, body });

describe('test_create_and_list_checkpoint', () => {
  test('checkpoints are listed by status, the newest first, and nothing else is', async () => {
    const [first, second, third] = [await pause('First?'), await pause('Second?'), await pause('Third?')];
    await ask(starter.actor);
    await approve(first.checkpoint);
    await reject(second.checkpoint, { reason: 'No' });
    expect(await listed(approver)).toEqual([third.checkpoint, second.checkpoint, first.checkpoint]);
    for (const [status, expected] of [
      ['pending', [third]],
      ['open', [third]],
      ['approved', [first]],
      ['rejected', [second]],
      ['expired', []],
    ] as const) {
      expect(await listed(approver, { status })).toEqual(expected.map(({ checkpoint }) => checkpoint));
    }
    expect(await listed(approver, { limit: '1' })).toEqual([third.checkpoint]);
  });

  test('a checkpoint says what it asks, and for which task of which run', async () => {
    const { run, checkpoint } = await pause('Send it?');
    const { status, body } = await call('getCheckpoint', approver, { params: { id: checkpoint } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      request_id: checkpoint,
      kind: 'checkpoint',
      status: 'pending',
      title: 'Send it?',
      checkpoint: { run_id: run, task_id: 'agree', prompt: 'Send it?' },
    });
  });

  test('only the tenant’s own are there: who has every tenant names one', async () => {
    const elsewhere = await addTenant(sql, `other-${serial}`);
    const there = await pause('There?', await addKey(sql, elsewhere, ['runs:write', 'runs:read']));
    const here = await pause('Here?');
    const boss = await addKey(sql, tenant, ['*'], { allTenants: true });
    expect(await listed(boss, { tenant_id: tenant })).toEqual([here.checkpoint]);
    expect(await listed(boss, { tenant_id: elsewhere })).toEqual([there.checkpoint]);
    const foreign = await call('listCheckpoints', approver, { query: { tenant_id: elsewhere } });
    expect([foreign.status, foreign.body.code]).toEqual([404, 'tenant/not-found']);
    const { status } = await call('getCheckpoint', approver, { params: { id: there.checkpoint } });
    expect(status).toBe(404);
  });
});

describe('test_get_nonexistent_checkpoint', () => {
  test('what is missing, or no checkpoint, is not found, and cannot be decided here', async () => {
    const { request_id: policy } = await ask(starter.actor);
    const missing = `${policy.slice(0, -4)}0000`;
    for (const id of [policy, missing, 'nonsense']) {
      const answers = [
        await call('getCheckpoint', approver, { params: { id } }),
        await approve(id),
        await reject(id, { reason: 'No' }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    }
    const { body } = await call('getRequest', approver, { params: { id: policy } });
    expect(body.status).toBe('pending');
  });
});

describe('test_reject_checkpoint', () => {
  test('the reason is on the checkpoint’s history and on its run', async () => {
    const { run, checkpoint } = await pause('Spend it?');
    const unfounded = await reject(checkpoint, {});
    expect([unfounded.status, unfounded.body.errors?.map(({ pointer }) => pointer)]).toEqual([422, ['/reason']]);
    const { status, body } = await reject(checkpoint, { reason: 'Budget concerns' });
    expect([status, body.status]).toEqual([200, 'rejected']);
    expect((body.status_history as { reason: string | null }[]).at(-1)).toMatchObject({ reason: 'Budget concerns' });
    await driveRuns(new AbortController().signal);
    const after = await call('getRun', starter, { params: { id: run } });
    expect(after.body).toMatchObject({ status: 'failed', reason: 'It was rejected: Budget concerns' });
    const again = await reject(checkpoint, { reason: 'Still no' });
    expect([again.status, again.body.code]).toEqual([409, 'request/already-resolved']);
  });
});
