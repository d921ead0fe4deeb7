import { beforeEach, describe, expect, test } from 'vitest';
import { NO_CALL } from '@/lib/domain/call';
import { isAppError } from '@/lib/domain/errors';
import { parseYaml } from '@/lib/platform/yaml';
import { fingerprint } from '@/lib/testing/fingerprint';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addPerson, addTenant, type TestKey, type TestPerson, testDatabase } from '@/lib/testing/people';
import { bringDag, getDag, lintDag, listDags, listDagVersions, putDag } from '.';

const sql = testDatabase();

let serial = 0;
let tenant: string;
let admin: TestPerson;
let operator: TestPerson;
let writer: TestKey;

beforeEach(async () => {
  tenant = await addTenant(sql, `acme-${++serial}`);
  admin = await addPerson(sql, tenant, 'admin');
  operator = await addPerson(sql, tenant, 'operator');
  writer = await addKey(sql, tenant, ['policy:manage']);
});

const YAML = `# Every Friday.
name: weekly
description: The weekly report
tasks:
  - { id: sweep, workflow_ref: echo } # the inbox
  - id: sign_off
    type: checkpoint
    depends_on: [sweep]
    prompt: Send it?
    required_role: Admin
    inputs:
      properties:
        note: { type: string }
  - id: report
    workflow_ref: echo
    depends_on: [sign_off]
    risk: high
    params: { to: all, empty: null }
`;
const said = (text = YAML) => parseYaml(text).value as Record<string, unknown>;
const put = (sent: unknown, source: string | null = null, ifMatch: string | null = null, actor = writer.actor) =>
  putDag(actor, 'weekly', { sent, source }, { ...NO_CALL, ifMatch });

async function refusal(act: Promise<unknown>): Promise<unknown> {
  try {
    await act;
    return 'no refusal';
  } catch (error) {
    if (!isAppError(error)) throw error;
    return error.errors === undefined ? error.code : [error.code, ...error.errors.map(({ pointer }) => pointer)];
  }
}

describe('a definition', () => {
  test('is kept as it was written, and read by name and by version', async () => {
    const { resource, etag } = await put(said(), YAML);
    expect(etag).toBe('"1"');
    expect(resource).toMatchObject({
      name: 'weekly',
      version: 1,
      tenant_id: tenant,
      description: 'The weekly report',
      tasks: 3,
      checkpoints: 1,
      risky: 0,
      created_by: writer.keyId,
      yaml: YAML,
      faults: [],
      lint: [],
    });
    expect(await getDag(operator.actor, 'weekly')).toEqual({ resource, etag });
    expect(await getDag(operator.actor, 'weekly', 1)).toEqual({ resource, etag });
    for (const [name, version] of [
      ['nobody', null],
      ['weekly', 2],
      ['weekly', 2 ** 40],
    ] as const) {
      expect(await refusal(getDag(operator.actor, name, version))).toBe('dag/not-found');
    }
    const audit = await sql('SELECT action, target_id, data FROM audit_log WHERE tenant_id = $1 AND action = $2', [
      tenant,
      'dag.written',
    ]);
    expect(audit).toEqual([
      { action: 'dag.written', target_id: 'weekly', data: expect.objectContaining({ version: 1, tasks: 3 }) },
    ]);
    await expectInvariants(sql);
  });

  test('that says what is so is no new version, however it is written; one that says more is', async () => {
    await put(said(), YAML);
    const before = await fingerprint(sql, tenant);
    const reordered = Object.fromEntries(Object.entries(said()).reverse());
    const plain = YAML.replaceAll(/ *#.*\n/g, '\n');
    for (const [sent, source] of [
      [said(), YAML],
      [reordered, null],
      [said(plain), plain],
      [{ ...said(), max_parallel: null, tenant_id: tenant }, null],
    ] as const) {
      expect((await put(sent, source)).etag).toBe('"1"');
    }
    expect(await fingerprint(sql, tenant)).toEqual(before);
    const commented = YAML.replace('Every Friday', 'Every Monday');
    expect((await put(said(commented), commented)).etag).toBe('"2"');
    expect((await getDag(operator.actor, 'weekly')).resource.yaml).toBe(commented);
    expect((await put({ ...said(), max_parallel: 2 })).etag).toBe('"3"');
    expect((await getDag(operator.actor, 'weekly', 1)).resource.yaml).toBe(YAML);
  });

  test('keeps the order of a form’s fields, which is part of what it says', async () => {
    const written = (names: string[]) => {
      const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
      const tasks = [{ id: 'sign_off', type: 'checkpoint', prompt: 'Send it?', inputs: { properties } }];
      return { name: 'weekly', tasks };
    };
    const order = ['zeta', 'a_long_name', 'beta', 'x'];
    const { resource, etag } = await put(written(order));
    const fieldsOf = ({ definition }: typeof resource) => {
      const [task] = definition.tasks;
      return task?.type === 'checkpoint' ? Object.keys(task.inputs?.properties ?? {}) : [];
    };
    expect(fieldsOf(resource)).toEqual(order);
    const read = (await getDag(operator.actor, 'weekly')).resource;
    expect(read).toEqual(resource);
    expect(fieldsOf(read)).toEqual(order);
    expect(read.faults).toEqual([]);
    expect(JSON.stringify(parseYaml(read.yaml).value)).toContain(JSON.stringify(written(order).tasks[0]?.inputs));
    expect((await put(written(order))).etag).toBe(etag);
    expect((await put(parseYaml(read.yaml).value)).etag).toBe(etag);
    const turned = await put(written(order.toReversed()));
    expect([turned.etag, fieldsOf(turned.resource)]).toEqual(['"2"', order.toReversed()]);
  });

  test('sent as JSON is read as YAML that says the same', async () => {
    const { resource } = await put(said());
    expect(resource.yaml).toMatch(/^# yaml-language-server: \$schema=http.*\/dag\.schema\.json\n/);
    expect(parseYaml(resource.yaml).value).toEqual(said(YAML.replace('Admin', 'admin')));
    expect(resource.yaml).toMatch(/^name:[\s\S]*^ {2}- id:/m);
    expect((await put(said(resource.yaml), resource.yaml)).etag).toBe('"1"');
  });

  test('is written only over the version that was read, where one is named', async () => {
    expect(await refusal(put(said(), null, '*'))).toBe('dag/changed');
    expect(await refusal(put(said(), null, '"1"'))).toBe('dag/changed');
    await put(said());
    const other = (n: number) => ({ ...said(), max_parallel: n });
    const answers = await Promise.all([2, 3, 4].map((n) => refusal(put(other(n), null, '"1"'))));
    expect(answers.sort()).toEqual(['dag/changed', 'dag/changed', 'no refusal']);
    const free = await Promise.all([5, 6, 7].map(async (n) => (await put(other(n))).etag));
    expect(free.sort()).toEqual(['"3"', '"4"', '"5"']);
    expect(await refusal(put(other(8), null, '*'))).toBe('no refusal');
  });

  test('with faults is refused with all of them, its name among them, and nothing is kept', async () => {
    const before = await fingerprint(sql, tenant);
    const sent = { name: 'other', tasks: [{ id: 'a', workflow_ref: 'dance', when: 'params.' }], colour: 1 };
    expect(await refusal(put(sent))).toEqual([
      'input/invalid',
      '/name',
      '/colour',
      '/tasks/0/when',
      '/tasks/0/workflow_ref',
    ]);
    expect(await fingerprint(sql, tenant)).toEqual(before);
  });

  test('never changes once it is a version, and none is taken away', async () => {
    await put(said());
    await expect(sql(`UPDATE dag_definitions SET digest = '' WHERE tenant_id = $1`, [tenant])).rejects.toThrow(
      /does not change/,
    );
    await expect(sql('DELETE FROM dag_definitions WHERE tenant_id = $1', [tenant])).rejects.toThrow(/does not change/);
  });

  test('that this build would not take any more says so', async () => {
    await put(said());
    await sql(
      `INSERT INTO dag_definitions (tenant_id, name, version, definition, digest, tasks, checkpoints, risky, created_by, created_by_name)
       SELECT tenant_id, name, 2, jsonb_set(definition, '{tasks,0,workflow_ref}', '"gone"'), '', 3, 1, 0, created_by, created_by_name
       FROM dag_definitions WHERE tenant_id = $1`,
      [tenant],
    );
    const { resource } = await getDag(operator.actor, 'weekly');
    expect(resource.faults).toMatchObject([{ pointer: '/tasks/0/workflow_ref' }]);
  });

  test('says which of its signers are nobody, where they stand', async () => {
    const text = [
      'name: weekly',
      'tasks:',
      '  - { id: sweep, workflow_ref: echo }',
      '  - id: sign_off',
      '    type: checkpoint',
      '    prompt: Send it?',
      `    required_signers: [${admin.actor.email?.toUpperCase()}, nobody@nowhere, admn, Operator, ${admin.actor.userId}]`,
    ].join('\n');
    const warnings = [
      { pointer: '/tasks/1/required_signers/1', detail: 'Nobody here who may approve is nobody@nowhere' },
      { pointer: '/tasks/1/required_signers/2', detail: 'Nobody here who may approve is admn' },
    ];
    expect(await put(said(text))).toMatchObject({ resource: { faults: [], warnings } });
    expect((await getDag(operator.actor, 'weekly')).resource.warnings).toEqual(warnings);
    const report = await lintDag(operator.actor, { yaml: text, min_level: 3, rejected: [] });
    expect(report).toMatchObject({ faults: [], warnings: warnings.map((warning) => ({ ...warning, line: 7 })) });
    const other = await addTenant(sql, `globex-${serial}`);
    const stranger = await addKey(sql, other, ['*']);
    expect((await lintDag(stranger.actor, { yaml: text, min_level: 3, rejected: [] })).warnings).toHaveLength(5);
  });

  test('whose names were taken before is still read, and says what to change', async () => {
    await put(said());
    await sql(
      `INSERT INTO dag_definitions (tenant_id, name, version, definition, digest, tasks, checkpoints, risky, created_by, created_by_name)
       SELECT tenant_id, name, 2, jsonb_set(definition, '{tasks,2,id}', '"report_"'), '', 3, 1, 0, created_by, created_by_name
       FROM dag_definitions WHERE tenant_id = $1`,
      [tenant],
    );
    const { resource } = await getDag(operator.actor, 'weekly');
    expect(resource.yaml).toContain('report_');
    expect(resource.faults).toMatchObject([
      { pointer: '/tasks/2/id', detail: expect.stringContaining('no _ at the end') },
    ]);
  });

  test('by a credential that has ended is not written', async () => {
    await sql('UPDATE api_keys SET revoked_at = now_ms() WHERE key_id = $1', [writer.keyId]);
    expect(await refusal(put(said()))).toBe('access/forbidden');
  });
});

describe('definitions', () => {
  test('are listed by name, each in its newest version, page by page', async () => {
    for (const name of ['c', 'a', 'b'])
      await putDag(writer.actor, name, { sent: { ...said(), name }, source: null }, NO_CALL);
    await putDag(writer.actor, 'b', { sent: { ...said(), name: 'b', max_parallel: 1 }, source: null }, NO_CALL);
    const first = await listDags(operator.actor, { limit: 2, cursor: undefined });
    expect(first.data.map(({ name, version }) => [name, version])).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    const rest = await listDags(operator.actor, { limit: 2, cursor: first.next_cursor ?? '' });
    expect([rest.data.map(({ name }) => name), rest.next_cursor]).toEqual([['c'], null]);
    const versions = await listDagVersions(operator.actor, 'b', { limit: 1, cursor: undefined });
    expect(versions.data.map(({ version }) => version)).toEqual([2]);
    const older = await listDagVersions(operator.actor, 'b', { limit: 1, cursor: versions.next_cursor ?? '' });
    expect([older.data.map(({ version }) => version), older.next_cursor]).toEqual([[1], null]);
    expect(await refusal(listDagVersions(operator.actor, 'nobody', { limit: 1, cursor: undefined }))).toBe(
      'dag/not-found',
    );
  });

  test('are one tenant’s: another one sees none of them, and has its own under the same name', async () => {
    await put(said());
    const other = await addTenant(sql, `globex-${serial}`);
    const stranger = await addKey(sql, other, ['*']);
    expect((await listDags(stranger.actor, { limit: 9, cursor: undefined })).data).toEqual([]);
    expect(await refusal(getDag(stranger.actor, 'weekly'))).toBe('dag/not-found');
    expect(await refusal(listDagVersions(stranger.actor, 'weekly', { limit: 9, cursor: undefined }))).toBe(
      'dag/not-found',
    );
    const before = await fingerprint(sql, tenant);
    expect((await put({ ...said(), max_parallel: 9 }, null, null, stranger.actor)).etag).toBe('"1"');
    expect(await fingerprint(sql, tenant)).toEqual(before);
  });
});

describe('a definition that comes with its run', () => {
  const mine = { name: 'mine', tasks: [{ id: 'a', workflow_ref: 'echo' }] };
  const secret = {
    name: 'mine',
    tasks: [{ id: 'a', workflow_ref: 'echo', params: { h: [{ key: { $secret: 'PAY' } }] } }],
  };

  test('may be brought by who starts runs, under a name of its own', async () => {
    expect(await bringDag(operator.actor, mine)).toMatchObject({ definition: { name: 'mine' }, version: null });
    expect(await refusal(bringDag(operator.actor, { ...mine, tasks: [] }))).toEqual(['input/invalid', '/dag/tasks']);
  });

  test('under the name of a kept one is that one, or needs who may write it', async () => {
    await put(said());
    expect(await bringDag(operator.actor, said())).toMatchObject({ version: 1 });
    const without = { ...mine, name: 'weekly' };
    expect(await refusal(bringDag(operator.actor, without))).toBe('dag/kept');
    expect(await bringDag(admin.actor, without)).toMatchObject({ version: null });
  });

  test('uses secrets only where who brings it may write definitions', async () => {
    expect(await refusal(bringDag(operator.actor, secret))).toBe('access/forbidden');
    expect(await bringDag(admin.actor, secret)).toMatchObject({ version: null });
  });
});
