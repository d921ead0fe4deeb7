import { beforeAll, expect, test } from 'vitest';
import { operations } from '@/lib/contracts';
import { type Caller, ORIGIN, readAnswer, toRequest, withKey } from '@/lib/testing/calls';
import { addKey, addTenant, testDatabase } from '@/lib/testing/people';
import { api } from './api';

const sql = testDatabase();
let as: Caller;

beforeAll(async () => {
  await addTenant(sql, 'acme');
  as = withKey(await addKey(sql, 'acme', ['policy:manage', 'runs:read']));
});

const TEXT = '# Fridays\nname: weekly\ntasks:\n  - id: sweep\n    workflow_ref: echo\n';
const put = (body: string, headers: Record<string, string> = {}) =>
  api(
    new Request(`${ORIGIN}/api/v1/dags/weekly`, {
      method: 'PUT',
      headers: { ...as, 'content-type': 'application/yaml', ...headers },
      body,
    }),
  );

test('a definition goes there and back as YAML, and as JSON where nobody asks for YAML', async () => {
  const made = await readAnswer(await put(TEXT));
  expect([made.status, made.headers.get('etag'), made.body.version]).toEqual([200, '"1"', 1]);
  const address = `${ORIGIN}/api/v1/dags/weekly`;
  const yaml = await api(new Request(address, { headers: { ...as, accept: 'application/yaml' } }));
  expect([yaml.headers.get('content-type'), yaml.headers.get('etag'), await yaml.text()]).toEqual([
    'application/yaml',
    '"1"',
    TEXT,
  ]);
  const json = await readAnswer(await api(new Request(address, { headers: as })));
  expect(json.body).toMatchObject({ definition: { name: 'weekly', tasks: [{ id: 'sweep' }] }, yaml: TEXT });
  const again = await put(TEXT, { 'if-match': '"1"' });
  expect([again.status, again.headers.get('etag')]).toEqual([200, '"1"']);
  const stale = await readAnswer(await put(TEXT.replace('echo', 'echo\n    retries: 2'), { 'if-match': '"7"' }));
  expect([stale.status, stale.body.code]).toEqual([412, 'dag/changed']);
});

test('every fault of a document is named with its line and column', async () => {
  const wrong = `${TEXT.replace('echo', 'dance')}    retries: -1\n  - id: b\n    workflow_ref: echo\n    depends_on: [c]\ncolour: red\n`;
  const { status, body } = await readAnswer(await put(wrong));
  expect(status).toBe(422);
  expect(body.errors?.map(({ pointer, line, column }) => [pointer, line, column])).toEqual([
    ['/colour', 10, 9],
    ['/tasks/0/retries', 6, 14],
    ['/tasks/0/workflow_ref', 5, 19],
    ['/tasks/1/depends_on/0', 9, 18],
  ]);
});

test('a definition of ten thousand tasks is told that it has too many', async () => {
  const tasks = Array.from({ length: 10_000 }, (_, n) => ({ id: `t${n}`, workflow_ref: 'echo', depends_on: [] }));
  const answer = await readAnswer(
    await api(toRequest(operations.putDag, { as, params: { name: 'weekly' }, body: { name: 'weekly', tasks } })),
  );
  expect([answer.status, answer.body.errors]).toEqual([
    422,
    [{ pointer: '/tasks', detail: 'There are 10000 tasks; 500 is the most' }],
  ]);
});
