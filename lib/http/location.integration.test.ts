import { beforeAll, expect, test } from 'vitest';
import { type Operation, type OperationId, operations } from '@/lib/contracts';
import { type Caller, ORIGIN, readAnswer, toRequest, withKey } from '@/lib/testing/calls';
import { addKey, addPerson, addTenant, EVERY_SCOPE, testDatabase } from '@/lib/testing/people';
import { type SampleCalls, sampleCalls } from '@/lib/testing/sample-calls';
import { api } from './api';

const sql = testDatabase();
let as: Caller;
let samples: SampleCalls;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  const owner = await addPerson(sql, 'acme', 'owner');
  as = withKey(await addKey(sql, 'acme', EVERY_SCOPE, { person: owner }));
  samples = await sampleCalls(sql, 'acme');
});

const making = Object.values(operations)
  .filter((operation: Operation) => operation.status === 201 || operation.status === 202)
  .map(({ id }) => id as OperationId);

test.each(making)('%s: Location is where what was made can be read, and is not there where it cannot', async (id) => {
  const operation: Operation = operations[id];
  const made = await readAnswer(await api(toRequest(operation, { ...(await samples[id]()), as })));
  expect(made.status).toBe(operation.status);
  const location = made.headers.get('location');
  if (operation.location === undefined) return expect(location).toBeNull();
  const read = await readAnswer(await api(new Request(new URL(location ?? '', ORIGIN), { headers: as })));
  expect(read.status).toBe(200);
  const name = /\{(\w+)\}$/.exec(operation.location)?.[1] ?? '';
  expect([read.body[name], typeof read.body[name]]).toEqual([made.body[name], 'string']);
});

test('what can be read by itself says where', () => {
  const located = making.filter((id) => (operations[id] as Operation).location !== undefined);
  expect(located).toEqual([
    'createPolicySet',
    'createReplay',
    'createRequest',
    'commentRequest',
    'startRun',
    'testEndpoint',
    'redeliver',
  ]);
});
