// What a run may execute, and be started with: nobody gets around a guard that was added, nor speaks for whoever has to agree.
import { beforeEach, describe, expect, test } from 'vitest';
import { StartRunBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { NO_CALL } from '@/lib/domain/call';
import { isAppError } from '@/lib/domain/errors';
import { fingerprint } from '@/lib/testing/fingerprint';
import { addKey, addPerson, addTenant, type TestPerson, testDatabase } from '@/lib/testing/people';
import { putDag } from '../dags';
import { planRun, startRun } from './index';

const sql = testDatabase();
let serial = 0;
let tenant: string;
let admin: TestPerson;
let operator: TestPerson;

beforeEach(async () => {
  tenant = await addTenant(sql, `acme-${++serial}`);
  admin = await addPerson(sql, tenant, 'admin');
  operator = await addPerson(sql, tenant, 'operator', { level: 1 });
});

const ECHO = (id: string, over: object = {}) => ({ id, workflow_ref: 'echo', ...over });
const GATE = (id: string, over: object = {}) => ({ id, type: 'checkpoint', prompt: `May ${id}?`, ...over });

const put = (tasks: object[]) =>
  putDag(admin.actor, 'payout', { sent: { name: 'payout', tasks }, source: null }, NO_CALL);
const body = (over: object) => StartRunBody.parse({ tenant_id: tenant, ...over });
const start = (actor: Actor, over: object) => startRun(actor, body(over), NO_CALL);
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error) => (isAppError(error) ? error.code : Promise.reject(error)),
  );
const faultsOf = async (promise: Promise<unknown>) => {
  const error = await promise.catch((refused: unknown) => refused);
  return (error as { errors?: { pointer: string }[] }).errors?.map(({ pointer }) => pointer);
};

describe('a kept definition', () => {
  beforeEach(async () => {
    await put([ECHO('pay')]);
    await put([GATE('agree', { required_level: 4 }), ECHO('pay', { depends_on: ['agree'] })]);
  });

  test('is run in an older version only by who may write it', async () => {
    const old = { dag_name: 'payout', dag_version: 1 };
    const before = await fingerprint(sql, tenant);
    expect(await codeOf(start(operator.actor, old))).toBe('dag/kept');
    expect(await codeOf(planRun(operator.actor, body({ ...old, dry_run: true })))).toBe('dag/kept');
    expect(await fingerprint(sql, tenant)).toEqual(before);
    expect(await start(admin.actor, old)).toMatchObject({ dag_version: 1, status: 'succeeded' });
    const key = await addKey(sql, tenant, ['runs:write', 'runs:read', 'policy:manage']);
    expect(await start(key.actor, old)).toMatchObject({ dag_version: 1 });
  });

  test('is run by who starts runs in its newest version, by number or not', async () => {
    expect(await start(operator.actor, { dag_name: 'payout', dag_version: 2 })).toMatchObject({ status: 'paused' });
    expect(await start(operator.actor, { dag_name: 'payout' })).toMatchObject({ dag_version: 2, status: 'paused' });
    expect(await codeOf(start(operator.actor, { dag_name: 'payout', dag_version: 3 }))).toBe('dag/not-found');
  });

  test('is run in an older version by anybody where the newest says the same again', async () => {
    await put([ECHO('pay')]);
    expect(await start(operator.actor, { dag_name: 'payout', dag_version: 1 })).toMatchObject({ dag_version: 1 });
  });
});

test('the params of a run do not speak for its tasks', async () => {
  await put([GATE('agree', { inputs: { properties: { limit: { type: 'integer' } } } }), ECHO('pay')]);
  const forged = { dag_name: 'payout', params: { agree__limit: 99, agree___: 1, 'pay__a/b': 2, week: 3, other__x: 4 } };
  const pointers = ['/params/agree__limit', '/params/agree___', '/params/pay__a~1b'];
  expect(await faultsOf(start(operator.actor, forged))).toEqual(pointers);
  expect(await faultsOf(planRun(admin.actor, body({ ...forged, dry_run: true })))).toEqual(pointers);
  const dag = { name: 'mine', tasks: [ECHO('a')] };
  expect(await faultsOf(start(operator.actor, { dag, params: { a__x: 1 } }))).toEqual(['/params/a__x']);
  const run = await start(operator.actor, { dag, params: { week__x: 1 } });
  expect(run.tasks[0]?.params).toEqual({ week__x: 1 });
});
