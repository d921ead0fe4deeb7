import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { resetEnv } from '@/lib/platform/env';
import { askCondition, planFor, prepareDag } from '.';
import { lintDag } from './lint-dag';

beforeEach(() => {
  vi.stubEnv('DATABASE_URL', 'postgresql://nowhere.example/none');
  vi.stubEnv('NEXTAUTH_SECRET', 'a secret for tests');
  vi.stubEnv('SECRETS_KEY', 'a secret for tests');
  resetEnv();
});
afterEach(() => {
  vi.unstubAllEnvs();
  resetEnv();
});

const ANYBODY = { tenantId: 'acme' };
const gate = (id: string, depends_on: string[] = [], over: object = {}) => ({
  id,
  type: 'checkpoint',
  depends_on,
  prompt: `May ${id} pass?`,
  ...over,
});
const task = (id: string, depends_on: string[] = [], over: object = {}) => ({
  id,
  workflow_ref: 'echo',
  depends_on,
  ...over,
});
const dag = (...tasks: object[]) => ({ name: 'weekly_ops_chain', tasks });

async function pointers(sent: unknown): Promise<string[]> {
  return ((await prepareDag(sent)).faults ?? []).map(({ pointer }) => pointer).sort();
}

async function sound(sent: unknown) {
  const prepared = await prepareDag(sent);
  if (prepared.faults !== undefined) throw new Error(JSON.stringify(prepared.faults));
  return prepared.definition;
}

describe('what is wrong with a definition', () => {
  test('is said all at once: of its fields, its graph, its workflows, its conditions and its forms', async () => {
    const sent = {
      name: 'not a name',
      colour: 'red',
      max_parallel: 0,
      tasks: [
        task('sweep'),
        task('sweep'),
        task('lonely', ['nobody']),
        task('a', ['b']),
        task('b', ['a']),
        task('odd', [], { workflow_ref: 'dance' }),
        task('maybe', [], { when: 'params.x >' }),
        task('asks', [], { when: "request.skill_id == 'x'" }),
        task('slow', [], { retries: 99, on_reject: 'fail' }),
        gate('gate', ['sweep'], {
          inputs: { properties: { sum: { type: 'number', minimum: 5, maximum: 1 } }, required: ['sum', 'note'] },
        }),
        gate('signers', ['slow'], { required_signers: ['ada@acme.example'], min_signatures: 2 }),
        gate('away', [], { on_reject: { goto: 'nowhere' } }),
        gate('bare', [], { prompt: '' }),
        { type: 'dance', id: 'x' },
        7,
      ],
    };
    expect(await pointers(sent)).toEqual([
      '/colour',
      '/max_parallel',
      '/name',
      '/tasks',
      '/tasks/1/id',
      '/tasks/10/min_signatures',
      '/tasks/11/on_reject/goto',
      '/tasks/12/prompt',
      '/tasks/13/type',
      '/tasks/14',
      '/tasks/2/depends_on/0',
      '/tasks/5/workflow_ref',
      '/tasks/6/when',
      '/tasks/7/when',
      '/tasks/8/on_reject',
      '/tasks/8/retries',
      '/tasks/9/inputs/properties/sum/minimum',
      '/tasks/9/inputs/required/1',
    ]);
    const { faults } = await prepareDag(sent);
    const said = Object.fromEntries((faults ?? []).map(({ pointer, detail }) => [pointer, detail]));
    expect(said).toMatchObject({
      '/tasks': 'Tasks wait for each other: a → b → a',
      '/tasks/2/depends_on/0': 'There is no task nobody',
      '/tasks/5/workflow_ref': expect.stringMatching(/^There is no workflow dance; there is .*echo/),
    });
    expect(faults?.find(({ pointer }) => pointer === '/tasks/6/when')?.position).toEqual({ start: 10, end: 10 });
  });

  // biome-ignore format: a table
  test.each<[unknown, string[]]>([
    [null, ['']],
    [[], ['']],
    [{ name: 'x' }, ['/tasks']],
    [{ name: 'x', tasks: {} }, ['/tasks']],
    [{ name: 'x', tasks: [] }, ['/tasks']],
    [{ name: 'lint', tasks: [task('a')] }, ['/name']],
    [dag(task('a', ['a'])), ['/tasks']],
    [dag(task('a__b')), ['/tasks/0/id']],
    [dag(task('a_')), ['/tasks/0/id']],
    [dag(task('a__b'), task('c', ['a__b'])), ['/tasks/0/id']],
    [dag(gate('g', [], { on_reject: 'explode' })), ['/tasks/0/on_reject']],
    [dag(gate('g', [], { required_role: 'viewer' })), ['/tasks/0/required_role']],
    [dag(gate('g', [], { inputs: { properties: { a: { type: 'string', pattern: 'x' } } } })), ['/tasks/0/inputs/properties/a/pattern']],
    [dag(task('a'), gate('g', ['a'], { on_reject: { goto: 'a' } })), ['/tasks/1/on_reject/goto']],
    [dag(task('a', [], { when: '1 + 1' })), ['/tasks/0/when']],
  ])('%j is refused at %j', async (sent, expected) => expect(await pointers(sent)).toEqual(expected));

  test('of ten thousand tasks is their number alone, in a moment', async () => {
    const many = dag(...Array.from({ length: 10_000 }, (_, n) => task(`t${n}`, n === 0 ? [] : [`t${n - 1}`])));
    const beganMs = performance.now();
    expect(await prepareDag(many)).toEqual({
      faults: [{ pointer: '/tasks', detail: 'There are 10000 tasks; 500 is the most' }],
    });
    expect(performance.now() - beganMs).toBeLessThan(200);
  });

  test('does not grow without bound', async () => {
    const many = dag(...Array.from({ length: 500 }, (_, n) => task(`t${n}`, ['x', 'y'])));
    const { faults } = await prepareDag(many);
    expect(faults).toHaveLength(201);
    expect(faults?.at(-1)).toEqual({ pointer: '', detail: 'And 800 more faults' });
    const dense = dag(
      ...Array.from({ length: 200 }, (_, n) =>
        task(
          `t${n}`,
          Array.from({ length: Math.min(n, 100) }, (_, d) => `t${d}`),
        ),
      ),
    );
    expect(await pointers(dense)).toEqual(['/tasks']);
  });

  test('is said of anything at all, and never thrown', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          name: fc.anything(),
          tasks: fc.oneof(
            fc.anything(),
            fc.array(
              fc.record(
                {
                  id: fc.string(),
                  depends_on: fc.anything(),
                  when: fc.anything(),
                  params: fc.anything(),
                  type: fc.anything(),
                },
                { requiredKeys: [] },
              ),
            ),
          ),
        }),
        async (sent) => {
          const prepared = await prepareDag(sent);
          expect(
            prepared.faults === undefined ? prepared.definition.tasks.length : prepared.faults.length,
          ).toBeGreaterThan(0);
        },
      ),
    );
  });
});

describe('what runs execute', () => {
  test('is the document with its defaults', async () => {
    expect(
      await sound(
        dag(
          task('a'),
          gate('g', ['a'], { required_signers: ['ada', 'ben'], on_reject: { goto: 'b' } }),
          task('b', ['g']),
        ),
      ),
    ).toMatchObject({
      name: 'weekly_ops_chain',
      maxParallel: null,
      tasks: [
        { id: 'a', type: 'workflow', workflowRef: 'echo', retries: 0, backoffSeconds: 1, params: {}, when: null },
        {
          type: 'checkpoint',
          minSignatures: 2,
          requiredLevel: 1,
          inputs: null,
          onReject: { type: 'goto', taskId: 'b' },
        },
        { dependsOn: ['g'] },
      ],
    });
  });

  // biome-ignore format: a table
  test.each<[object, string, number]>([
    [{}, '', 1],
    [{}, 'Admin', 4],
    [{ required_role: 'OPERATOR' }, 'Admin', 1],
    [{ required_role: 'Admin' }, '', 4],
    [{ required_role: 'owner' }, '', 5],
    [{ required_role: 'operator', required_level: 3 }, '', 3],
    [{ required_role: 'admin', required_level: 2 }, '', 4],
    [{ required_level: 2 }, 'Admin', 4],
  ])('%j, where APPROVER_RBAC_ROLE is “%s”, needs level %i', async (over, role, level) => {
    vi.stubEnv('APPROVER_RBAC_ROLE', role);
    resetEnv();
    expect(await sound(dag(gate('g', [], over)))).toMatchObject({ tasks: [{ requiredLevel: level }] });
  });

  test('is asked for its conditions with what a task receives', () => {
    expect(askCondition("params.sweep__count > 3 && tenant.id == 'acme'", { sweep__count: 4 }, 'acme')).toBe(true);
    expect(askCondition('params.sweep__count > 3', {}, 'acme')).toEqual({ error: expect.any(String) });
  });
});

describe('a plan', () => {
  const chain = dag(
    task('sweep'),
    gate('sign_off', ['sweep'], { on_reject: { goto: 'report' } }),
    task('send', ['sign_off'], { risk: 'high', when: 'params.sweep__n > 0' }),
    task('report', ['send'], { risk: 'high' }),
  );

  test('names what runs in order, and what nobody guards', async () => {
    const definition = await sound(chain);
    expect(planFor(definition, [], 3)).toEqual({
      dag_name: 'weekly_ops_chain',
      dag_version: 3,
      status: 'succeeded',
      reason: null,
      plan: [
        { task_id: 'sweep', type: 'workflow', workflow_ref: 'echo', outcome: 'runs', conditional: false },
        { task_id: 'sign_off', type: 'checkpoint', workflow_ref: null, outcome: 'approved', conditional: false },
        { task_id: 'send', type: 'workflow', workflow_ref: 'echo', outcome: 'runs', conditional: true },
        { task_id: 'report', type: 'workflow', workflow_ref: 'echo', outcome: 'runs', conditional: false },
      ],
      lint: expect.arrayContaining([
        {
          task_id: 'send',
          path: ['sweep', 'sign_off', 'send'],
          after_rejection_of: null,
          also_rejected: [],
          message: 'send is reached without a checkpoint of level 3 or above: sweep → sign_off → send',
        },
      ]),
    });
    const rejected = planFor(definition, ['sign_off']).plan.map(({ task_id, outcome }) => `${task_id} ${outcome}`);
    expect(rejected).toEqual(['sweep runs', 'sign_off rejected', 'send skipped', 'report runs']);
  });

  test('of a rejection of what is no checkpoint is refused at its place', async () => {
    const definition = await sound(chain);
    expect(() => planFor(definition, ['sign_off', 'sweep'])).toThrow(
      expect.objectContaining({ code: 'input/invalid', errors: [expect.objectContaining({ pointer: '/rejected/1' })] }),
    );
  });

  test('names so many ways to risks, and counts the rest', async () => {
    const guards = Array.from({ length: 20 }, (_, n) =>
      gate(`g${n}`, [], { on_reject: { goto: 'pay' }, required_level: 5 }),
    );
    const names = guards.map(({ id }) => id);
    const [finding] = planFor(await sound(dag(...guards, task('pay', names, { risk: 'high' })))).lint;
    expect(finding).toEqual({
      task_id: 'pay',
      path: ['g0', 'pay'],
      after_rejection_of: 'g0',
      also_rejected: names.slice(1),
      message: expect.stringMatching(/^When g0, g1, .* and g19 are rejected, pay is reached past every checkpoint/),
    });
    const many = dag(...Array.from({ length: 300 }, (_, n) => task(`t${n}`, [], { risk: 'high' })));
    expect(planFor(await sound(many)).lint).toHaveLength(201);
    expect(planFor(await sound(many)).lint.at(-1)).toMatchObject({
      task_id: 't200',
      path: [],
      message: 'And 100 more ways',
    });
    const chain = dag(
      ...Array.from({ length: 300 }, (_, n) => task(`t${n}`, n === 0 ? [] : [`t${n - 1}`], { risk: 'high' })),
    );
    const { lint } = planFor(await sound(chain));
    expect(lint.reduce((sum, { path }) => sum + path.length, 0)).toBeLessThanOrEqual(5000);
    expect(lint.at(-1)?.message).toBe(`And ${300 - lint.length + 1} more ways`);
  });

  test('comes with the lint of a text, whose faults have a line and a column', async () => {
    const yaml = 'name: weekly\ntasks:\n  - id: a\n    workflow_ref: echo\n    risk: high\n';
    const asked = { min_level: 2, rejected: ['nobody'] };
    expect(await lintDag(ANYBODY, { yaml, ...asked })).toMatchObject({
      name: 'weekly',
      faults: [],
      lint: [{ task_id: 'a', path: ['a'] }],
      plan: [{ task_id: 'a', outcome: 'runs' }],
      status: 'succeeded',
    });
    expect(await lintDag(ANYBODY, { yaml: yaml.replace('echo', 'dance'), ...asked })).toMatchObject({
      faults: [{ pointer: '/tasks/0/workflow_ref', line: 4, column: 19 }],
      plan: [],
      status: null,
    });
    expect(await lintDag(ANYBODY, { yaml: 'name: [weekly', ...asked })).toMatchObject({
      name: null,
      faults: [{ pointer: '', line: expect.any(Number), column: expect.any(Number) }],
    });
  });
});
