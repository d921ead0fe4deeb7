/** The command line as a process, against the API on a real database. */
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { readCliLogin, toLoopback } from '@/components/auth/cli-login';
import {
  type ApprovalRequestResource,
  type EventResource,
  type RunPlan,
  type RunResource,
  StartRunBody,
} from '@/lib/contracts';
import type { Role } from '@/lib/domain/access';
import { NO_CALL } from '@/lib/domain/call';
import { api } from '@/lib/http/api';
import { allowCliLogin } from '@/lib/http/handlers/me';
import { env } from '@/lib/platform/env';
import { driveRuns, getRun, startRun } from '@/lib/services/runs';
import { call, withSession } from '@/lib/testing/calls';
import { type CliCall, cliProgram } from '@/lib/testing/cli-process';
import { expectInvariants } from '@/lib/testing/invariants';
import { addKey, addPerson, addTenant, type TestKey, type TestPerson, testDatabase } from '@/lib/testing/people';
import { send } from '@/lib/testing/server-processes';
import { ask, askMany } from '@/lib/testing/webhooks';

const sql = testDatabase();
const cli = cliProgram();

/** What happens before a call is served. */
let before = async (_: IncomingMessage): Promise<void> => {};
let server: Server;
let url: string;
let tenants = 0;
let tenant: string;
let asker: TestKey;

beforeAll(async () => {
  const serve = getRequestListener(api, { overrideGlobalObjects: false });
  server = createServer((request, response) => void before(request).then(() => serve(request, response)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await expectInvariants(sql);
});
beforeEach(async () => {
  tenants += 1;
  tenant = await addTenant(sql, `acme-${tenants}`);
  asker = await addKey(sql, tenant, ['requests:create', 'requests:read']);
  // Somebody who can finish everything that is asked here, or it would be escalated at once.
  await addPerson(sql, tenant, 'admin');
  await sql('INSERT INTO policy_approval_levels (tenant_id, level) VALUES ($1, 1)', [tenant]);
});

const as = ({ key }: Pick<TestKey, 'key'>, over: CliCall['env'] = {}) => ({
  env: { COUNTERSIGN_URL: url, COUNTERSIGN_TOKEN: key, ...over },
});
const keyOf = async (role: Role) => addKey(sql, tenant, ['*'], { person: await addPerson(sql, tenant, role) });
const parse = <T>(text: string): T => JSON.parse(text) as T;
const stateOf = async (id: string) =>
  (
    await sql<{ status: string; approval_data: unknown }>(
      'SELECT status, approval_data FROM approval_requests WHERE id = $1',
      [id],
    )
  )[0];

/** A run that has come to its checkpoint, which is asked for by it. */
async function openCheckpoint({ title, required_level: level }: Parameters<typeof ask>[1] = {}, of = tenant) {
  const tasks = [
    { id: 'draft', type: 'workflow' as const, workflow_ref: 'echo', params: { total: '12' } },
    {
      id: 'signoff',
      type: 'checkpoint' as const,
      prompt: title ?? 'Sign off',
      required_level: level ?? 1,
      depends_on: ['draft'],
    },
  ];
  const starter = await addKey(sql, of, ['runs:write', 'runs:read']);
  const body = StartRunBody.parse({ tenant_id: of, dag: { name: 'weekly', tasks } });
  const { run_id: run } = await startRun(starter.actor, body, NO_CALL);
  return vi.waitUntil(async () => {
    await driveRuns(new AbortController().signal);
    return (await getRun(starter.actor, run)).tasks.find(({ request_id: id }) => id !== null) as
      | { request_id: string }
      | undefined;
  }, 20_000);
}

/** What the seed's cases of its command line decide: a checkpoint is asked for by a run; everything else is the same. */
const KINDS = {
  policy: async (over: Parameters<typeof ask>[1] = {}, of = tenant): Promise<{ request_id: string }> =>
    ask(of === tenant ? asker.actor : (await addKey(sql, of, ['requests:create'])).actor, over),
  checkpoint: async (over: Parameters<typeof ask>[1] = {}, of = tenant): Promise<{ request_id: string }> =>
    openCheckpoint(over, of),
} as const;

describe.each(Object.entries(KINDS))('approvals from the command line: %s', (_kind, open) => {
  test('test_list_command_shows_pending: what is open is listed, untruncated where nobody looks, what is decided is not', async () => {
    const title = `Sign off ${'a very long budget line '.repeat(8).trim()}`;
    const pending = await open({ title });
    const decided = await open();
    await cli.run(['approve', decided.request_id], as(await keyOf('operator')));
    const { code, stdout, stderr } = await cli.run(['list'], as(asker));
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(pending.request_id);
    expect(stdout).toContain(title);
    expect(stdout).toContain('pending');
    expect(stdout).not.toContain(decided.request_id);
    expect(stdout).not.toContain('\u001b');
  });

  test('test_list_command_with_tenant_filter: only that tenant’s', async () => {
    const here = await open();
    const elsewhere = await addTenant(sql, `other-${tenants}`);
    const there = await open({}, elsewhere);
    const boss = await addKey(sql, tenant, ['*'], { allTenants: true });
    const lists = await Promise.all([tenant, elsewhere].map((name) => cli.run(['list', '--tenant', name], as(boss))));
    expect(lists.map(({ stdout }) => [here, there].map(({ request_id: id }) => stdout.includes(id)))).toEqual([
      [true, false],
      [false, true],
    ]);
    const foreign = await cli.run(['list', '--tenant', elsewhere], as(asker));
    expect([foreign.code, foreign.stdout]).toEqual([1, '']);
    expect(foreign.stderr).toContain('tenant/not-found');
  });

  test('test_list_command_no_pending: says so, and is an empty list for programs', async () => {
    expect(await cli.run(['list'], as(asker))).toEqual({ code: 0, stdout: 'No pending requests.\n', stderr: '' });
    expect(parse((await cli.run(['list', '--json'], as(asker))).stdout)).toEqual([]);
  });

  test('test_approve_command_success: approved, with the note in the history', async () => {
    const { request_id: id } = await open();
    const { code, stdout, stderr } = await cli.run(
      ['approve', id, '--notes', 'Matches the order'],
      as(await keyOf('operator')),
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`${id} is approved`);
    expect(await stateOf(id)).toMatchObject({ status: 'approved' });
    const shown = parse<ApprovalRequestResource>((await cli.run(['show', id, '--json'], as(asker))).stdout);
    expect(shown.status_history.at(-1)).toMatchObject({ event: 'approval.approved', reason: 'Matches the order' });
  });

  test('test_approve_command_insufficient_role: refused, with the reason, and nothing has changed', async () => {
    const { request_id: id } = await open({ required_level: 4 });
    for (const [key, over, reason] of [
      [await keyOf('viewer'), {}, 'access/forbidden'],
      [await keyOf('operator'), {}, 'review/insufficient-level'],
      [await keyOf('admin'), { USER_RBAC_ROLE: 'Operator' }, 'review/insufficient-level'],
      [await keyOf('admin'), { USER_RBAC_ROLE: 'Viewer' }, 'access/forbidden'],
    ] as const) {
      const { code, stdout, stderr } = await cli.run(['approve', id], as(key, over));
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain(reason);
    }
    expect(await stateOf(id)).toMatchObject({ status: 'pending' });
    expect(await sql('SELECT 1 FROM approval_reviews WHERE request_id = $1', [id])).toEqual([]);
    const vote = await cli.run(['approve', id, '--level', '3'], as(await keyOf('operator')));
    expect([vote.code, vote.stdout]).toEqual([0, expect.stringContaining('level 4 is needed, 3 reached')]);
  });

  test('test_approve_command_admin_can_approve_any: an admin approves what asks for an operator, and for an admin', async () => {
    const admin = await keyOf('admin');
    for (const level of [1, 3, 4]) {
      const { request_id: id } = await open({ required_level: level });
      expect((await cli.run(['approve', id], as(admin))).code).toBe(0);
      expect(await stateOf(id)).toMatchObject({ status: 'approved' });
    }
  });

  test('test_approve_nonexistent_checkpoint: refused, with the reason on standard error', async () => {
    const { code, stdout, stderr } = await cli.run(
      ['approve', 'req_00000000000000000000000000'],
      as(await keyOf('admin')),
    );
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toBe('countersign: No such request (request/not-found)\n');
  });

  test('test_reject_command_success: rejected, with the reason in the history', async () => {
    const { request_id: id } = await open();
    const { code, stdout } = await cli.run(['reject', id, '--reason', 'Budget concerns'], as(await keyOf('operator')));
    expect(code).toBe(0);
    expect(stdout).toContain(`${id} is rejected`);
    const shown = parse<ApprovalRequestResource>((await cli.run(['show', id, '--json'], as(asker))).stdout);
    expect(shown).toMatchObject({ status: 'rejected' });
    expect(shown.status_history.at(-1)).toMatchObject({ reason: 'Budget concerns' });
  });

  test('test_approve_with_multiple_kv_pairs: several at once and repeated, kept as the texts that they are', async () => {
    const { request_id: id } = await open();
    const pairs = ['--kv', 'signoff=Approved', 'limit=010', '--kv', 'note=a=b, ja', '--kv', 'urgent=true'];
    expect((await cli.run(['approve', id, ...pairs], as(await keyOf('operator')))).code).toBe(0);
    const data = { signoff: 'Approved', limit: '010', note: 'a=b, ja', urgent: 'true' };
    expect(await stateOf(id)).toEqual({ status: 'approved', approval_data: data });
  });

  test('test_default_role_is_viewer: a token that no person stands behind decides nothing, a person’s decides with their own role', async () => {
    const { request_id: id } = await open();
    const service = await addKey(sql, tenant, ['*']);
    const refused = await cli.run(['approve', id], as(service));
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toContain('review/not-a-reviewer');
    // The header only ever lowers: it makes nobody of nobody.
    expect((await cli.run(['approve', id], as(service, { USER_RBAC_ROLE: 'Owner' }))).code).toBe(1);
    expect((await cli.run(['approve', id], as(await keyOf('viewer'), { USER_RBAC_ROLE: 'Admin' }))).code).toBe(1);
    expect(await stateOf(id)).toMatchObject({ status: 'pending' });
    expect((await cli.run(['approve', id], as(await keyOf('operator')))).code).toBe(0);
  });
});

describe('reading', () => {
  test('a request is shown with what a decision needs, and with nothing that would steer a terminal', async () => {
    const { request_id: id } = await ask(asker.actor, {
      title: 'Pay \u001b[2J\u202enow',
      justification: 'Invoice 4711\nsecond line',
      payload: { to: '\u001b]0;owned\u0007' },
    });
    const { code, stdout } = await cli.run(['show', id], as(asker));
    expect(code).toBe(0);
    for (const text of [id, 'level 1', 'Invoice 4711', '\\u001b[2J', '\\u202e', 'sha256:', 'approval.created']) {
      expect(stdout).toContain(text);
    }
    expect([...stdout].filter((c) => (c < ' ' && c !== '\n') || c === '\u202e')).toEqual([]);
    const json = (await cli.run(['show', id, '--json'], as(asker))).stdout;
    expect([...json].filter((c) => (c < ' ' && c !== '\n') || c === '\u202e')).toEqual([]);
    expect(parse<ApprovalRequestResource>(json)).toMatchObject({
      title: 'Pay \u001b[2J\u202enow',
      payload: { to: '\u001b]0;owned\u0007' },
    });
    expect((await cli.run(['status', id], as(asker))).stdout).toBe('pending\n');
  });

  test('lists of several pages come whole, and as much of them as is asked for', async () => {
    await askMany(asker.actor, 205);
    const all = parse<ApprovalRequestResource[]>((await cli.run(['list', '--json'], as(asker))).stdout);
    expect(new Set(all.map(({ request_id: id }) => id)).size).toBe(205);
    const some = parse<ApprovalRequestResource[]>(
      (await cli.run(['list', '--json', '--limit', '3'], as(asker))).stdout,
    );
    expect(some.map(({ request_id: id }) => id)).toEqual(all.slice(0, 3).map(({ request_id: id }) => id));
  });

  test('a reader who has had enough is no failure', async () => {
    await askMany(asker.actor, 30);
    const running = cli.start(['list', '--json'], as(asker));
    running.child.stdout?.destroy();
    expect(await running.done).toMatchObject({ code: 0, stderr: '' });
  });

  test('events are the history, oldest first', async () => {
    const { request_id: id } = await ask(asker.actor);
    await cli.run(['approve', id], as(await keyOf('admin')));
    const reader = await keyOf('operator');
    const events = async () => parse<EventResource[]>((await cli.run(['events', '--json'], as(reader))).stdout);
    await vi.waitUntil(async () => (await events()).length === 2, { timeout: 30_000 });
    expect((await events()).map(({ type }) => type)).toEqual(['approval.created', 'approval.approved']);
    const { stdout } = await cli.run(['events', '--type', 'approval.approved'], as(reader));
    expect(stdout).toContain(id);
    expect(stdout).not.toContain('approval.created');
  });

  test('whoami says what is left under a lower role', async () => {
    const admin = await keyOf('admin');
    expect((await cli.run(['whoami'], as(admin))).stdout).toContain('admin, level 4');
    expect((await cli.run(['whoami'], as(admin, { USER_RBAC_ROLE: 'Operator' }))).stdout).toContain(
      'operator, level 3',
    );
    const unknown = await cli.run(['whoami'], as(admin, { USER_RBAC_ROLE: 'Root' }));
    expect([unknown.code, unknown.stdout]).toEqual([1, '']);
    expect(unknown.stderr).toContain('X-User-Rbac-Role: One of viewer, operator, admin, owner');
  });
});

describe('runs from the command line', () => {
  const DAG = [
    'name: weekly',
    'tasks:',
    '  - { id: draft, workflow_ref: echo, params: { total: "12" } }',
    '  - { id: signoff, type: checkpoint, prompt: Sign off, required_role: Operator, depends_on: [draft] }',
    '  - { id: report, workflow_ref: echo, depends_on: [signoff] }',
  ].join('\n');

  test('a definition is planned without side effects, started, signed, and shown to its end', async () => {
    const operator = await keyOf('operator');
    const call = { ...as(operator), stdin: DAG };
    const plan = await cli.run(['run', '--dag', '-', '--dry-run', '--json'], call);
    expect([plan.code, plan.stderr]).toEqual([0, '']);
    expect(parse<RunPlan>(plan.stdout).plan.map(({ task_id: id }) => id)).toEqual(['draft', 'signoff', 'report']);
    expect(await sql('SELECT 1 FROM dag_runs WHERE tenant_id = $1', [tenant])).toEqual([]);
    const run = parse<RunResource>((await cli.run(['run', '--dag', '-', '--json', '--param', 'week=48'], call)).stdout);
    expect(run).toMatchObject({ tenant_id: tenant, params: { week: '48' } });
    const reach = (wanted: RunResource['status']) =>
      vi.waitUntil(async () => {
        await driveRuns(new AbortController().signal);
        const now = parse<RunResource>((await cli.run(['status', run.run_id, '--json'], as(operator))).stdout);
        return now.status === wanted ? now : false;
      }, 30_000);
    const { checkpoint_id: checkpoint } = await reach('paused');
    expect((await cli.run(['status', run.run_id], as(operator))).stdout).toContain(`countersign approve ${checkpoint}`);
    const early = await cli.run(['run', '--resume', run.run_id], as(operator));
    expect([early.code, early.stderr]).toEqual([1, expect.stringContaining('run/checkpoint-not-approved')]);
    const signed = await cli.run(['sign', String(checkpoint)], as(await keyOf('admin')));
    expect([signed.code, signed.stdout]).toEqual([0, expect.stringContaining('is approved')]);
    await reach('succeeded');
    // Runs go on by themselves: to resume one that has is no failure, and a script goes on.
    const late = await cli.run(['run', '--resume', run.run_id], as(operator));
    expect([late.code, late.stderr]).toEqual([0, expect.stringContaining('went on by itself')]);
    const over = await cli.run(['wait', run.run_id], as(operator));
    expect([over.code, over.stdout]).toEqual([0, expect.stringContaining('is succeeded')]);
    expect((await cli.run(['show', run.run_id], as(operator))).stdout).toContain('signoff');
  });

  test('to resume a run by hand that goes on by itself at that moment is no failure', async () => {
    const operator = await keyOf('operator');
    const started = await cli.run(['run', '--dag', '-', '--json'], { ...as(operator), stdin: DAG });
    const { run_id: id, checkpoint_id: checkpoint } = parse<RunResource>(started.stdout);
    await cli.run(['sign', String(checkpoint)], as(await keyOf('admin')));
    before = async ({ url: path }) => {
      if (path?.endsWith('/resume')) await driveRuns(new AbortController().signal);
    };
    try {
      const { code, stderr, stdout } = await cli.run(['run', '--resume', id], as(operator));
      expect([code, stderr]).toEqual([0, expect.stringContaining('went on by itself')]);
      expect(stdout).toContain('is succeeded');
    } finally {
      before = async () => {};
    }
  });

  test('a run that failed ends with 1, started, waited for or resumed; one that waits does not', async () => {
    const operator = await keyOf('operator');
    const failing =
      'name: sums\ntasks:\n  - { id: sum, workflow_ref: transform, params: { expressions: { sum: "params.no + 1" } } }\n';
    const started = await cli.run(['run', '--dag', '-', '--json'], { ...as(operator), stdin: failing });
    const { run_id: id, status } = parse<RunResource>(started.stdout);
    expect([started.code, status]).toEqual([1, 'failed']);
    expect(parse(started.stderr)).toMatchObject({ error: { run_id: id, status: 'failed' } });
    const waited = await cli.run(['wait', id], as(operator));
    expect([waited.code, waited.stdout]).toEqual([1, '']);
    expect((await cli.run(['run', '--resume', id], as(operator))).code).toBe(1);
    const paused = await cli.run(['run', '--dag', '-', '--json'], { ...as(operator), stdin: DAG });
    expect(paused.code).toBe(0);
    const { run_id: other } = parse<RunResource>(paused.stdout);
    const late = await cli.run(['wait', other, '--timeout', '1'], as(operator));
    expect([late.code, late.stderr]).toEqual([1, expect.stringContaining('is still')]);
  });

  test.each(['approve', 'sign'])('%s fills in a form: numbers and yes or no as the form says', async (command) => {
    const tasks = [
      {
        id: 'signoff',
        type: 'checkpoint' as const,
        prompt: 'Sign off',
        required_level: 1,
        inputs: {
          properties: { limit: { type: 'integer' }, sure: { type: 'boolean' }, account: { type: 'string' } },
          required: ['limit', 'sure'],
        },
      },
    ];
    const starter = await addKey(sql, tenant, ['runs:write', 'runs:read']);
    const body = StartRunBody.parse({ tenant_id: tenant, dag: { name: 'weekly', tasks } });
    const { checkpoint_id: id } = await startRun(starter.actor, body, NO_CALL);
    const admin = as(await keyOf('admin'));
    const wrong = await cli.run([command, String(id), '--kv', 'limit=many', 'sure=yes'], admin);
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('/approval_data/limit')]);
    const right = await cli.run([command, String(id), '--kv', 'limit=5', 'sure=yes', 'account=0010'], admin);
    expect([right.code, right.stderr]).toEqual([0, '']);
    expect((await stateOf(String(id)))?.approval_data).toEqual({ limit: 5, sure: true, account: '0010' });
  });

  test('what is wrong with a definition is named, and usage that says two things is none', async () => {
    const operator = await keyOf('operator');
    const faulty = {
      ...as(operator),
      stdin: 'name: weekly\ntasks:\n  - { id: a, workflow_ref: nowhere, depends_on: [b] }\n',
    };
    const { code, stderr } = await cli.run(['run', '--dag', '-'], faulty);
    expect(code).toBe(1);
    expect(stderr).toContain('nowhere');
    expect((await cli.run(['run'], as(operator))).code).toBe(2);
    expect((await cli.run(['run', '--dag', 'x', '--resume', 'run_1'], as(operator))).code).toBe(2);
  });
});

describe('waiting', () => {
  test('ends with 0 when the request is approved, and says so', async () => {
    const { request_id: id } = await ask(asker.actor);
    const waiting = cli.start(['wait', id], as(asker));
    await cli.run(['approve', id], as(await keyOf('operator')));
    expect(await waiting.done).toEqual({ code: 0, stdout: expect.stringContaining(`${id} is approved`), stderr: '' });
  });

  test('ends with 1 and the reason when it is not', async () => {
    const { request_id: id } = await ask(asker.actor);
    await cli.run(['reject', id, '--reason', 'Too much'], as(await keyOf('operator')));
    const { code, stdout, stderr } = await cli.run(['wait', id], as(asker));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('rejected');
    expect(stderr).toContain('Too much');
  });

  test('ends with 1 when the time is up, and then --json says what is so', async () => {
    const { request_id: id } = await ask(asker.actor);
    const { code, stdout, stderr } = await cli.run(['wait', id, '--timeout', '1', '--json'], as(asker));
    expect(code).toBe(1);
    expect(parse<ApprovalRequestResource>(stdout)).toMatchObject({ request_id: id, status: 'pending' });
    expect(parse(stderr)).toEqual({ error: { message: `${id} is still pending`, request_id: id, status: 'pending' } });
  });
});

describe('policy from the command line', () => {
  const question = () => ({ skill_id: 'payments.transfer', tenant_id: tenant, payload: { amount_cents: 1 } });

  test('eval answers a question, or a list of them, and changes nothing', async () => {
    const evaluator = await keyOf('operator');
    const one = { ...as(evaluator), stdin: JSON.stringify(question()) };
    const { code, stdout } = await cli.run(['eval', '-f', '-'], one);
    expect([code, stdout]).toEqual([0, expect.stringContaining('requires_approval at level 1')]);
    expect((await cli.run(['eval', '-f', '-', '--exit-code'], one)).code).toBe(1);
    const file = path.join(cli.configHome, 'questions.json');
    writeFileSync(file, JSON.stringify([question(), question()]));
    const answers = parse<object[]>((await cli.run(['eval', '-f', file, '--json'], as(evaluator))).stdout);
    expect(answers).toMatchObject([{ decision: 'requires_approval' }, { decision: 'requires_approval' }]);
    writeFileSync(file, JSON.stringify([question(), { ...question(), policy_version: `${tenant}@99` }]));
    const partly = await cli.run(['eval', '-f', file], as(evaluator));
    expect(partly).toMatchObject({ code: 1, stderr: expect.stringContaining('1 of 2 were not answered') });
    expect(partly.stdout).toContain('requires_approval at level 1');
    expect(partly.stdout).toContain('no answer\n  No such version of the rules (policy-set/not-found)\n');
    expect((await cli.run(['list'], as(evaluator))).stdout).toBe('No pending requests.\n');
  });

  test('apply says what would change, changes it, and keeps the document’s comments', async () => {
    const admin = await keyOf('admin');
    const document = '# who decides\nlevels:\n  - level: 2 # one up\n';
    const dry = await cli.run(['apply', '-f', '-', '--dry-run'], { ...as(admin), stdin: document });
    expect([dry.code, dry.stdout]).toEqual([0, expect.stringContaining('this would change\nlevels\n')]);
    expect(await sql('SELECT level FROM policy_approval_levels WHERE tenant_id = $1', [tenant])).toEqual([
      { level: 1 },
    ]);
    expect((await cli.run(['apply', '-f', '-'], { ...as(admin), stdin: document })).code).toBe(0);
    expect(await sql('SELECT level FROM policy_approval_levels WHERE tenant_id = $1', [tenant])).toEqual([
      { level: 2 },
    ]);
    const again = await cli.run(['apply', '-f', '-'], { ...as(admin), stdin: document });
    expect(again.stdout).toBe(`${tenant}: nothing differs.\n`);
    const read = await fetch(`${url}/api/v1/config`, { headers: { authorization: `Bearer ${admin.key}` } });
    expect(await read.text()).toContain('# who decides');
    const faulty = await cli.run(['apply', '-f', '-'], { ...as(admin), stdin: 'levels:\n  - level: 9\n' });
    expect([faulty.code, faulty.stderr]).toEqual([1, expect.stringContaining('/levels/0/level')]);
  });
});

describe('the history as files', () => {
  test('what is exported verifies offline, and what was changed afterwards does not', async () => {
    const { request_id: id } = await ask(asker.actor, { justification: 'Zeilen\u2028ende und „Ä“' });
    await cli.run(['approve', id, '--notes', 'Fine', '--kv', 'a=1'], as(await keyOf('operator')));
    await ask(asker.actor);
    const auditor = await keyOf('admin');
    const file = path.join(cli.configHome, `${tenant}.jsonl`);
    const offline = { env: {} };
    await vi.waitUntil(async () => {
      const { code } = await cli.run(['export', 'events.jsonl', '-o', file], as(auditor));
      expect(code).toBe(0);
      return readFileSync(file, 'utf8').split('\n').length === 4;
    }, 30_000);
    expect(await cli.run(['verify', file], offline)).toEqual({
      code: 0,
      stdout: `${file} verifies: 3 events of 2 requests\n`,
      stderr: '',
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const text = readFileSync(file, 'utf8');
    const piped = await cli.run(['export', 'events.jsonl'], as(auditor));
    expect(piped.stdout).toBe(text);
    const forged = text.replace('"reason":"Fine"', '"reason":"Very fine"');
    const verdict = await cli.run(['verify', '-', '--json'], { ...offline, stdin: forged });
    expect(verdict.code).toBe(1);
    expect(parse(verdict.stdout)).toMatchObject({
      ok: false,
      problems: [{ request_id: id, seq: 2, problem: 'says something else than what was signed: reason' }],
    });
  });

  test('requests and events come as CSV, with the filters of the export', async () => {
    const { request_id: id } = await ask(asker.actor);
    const auditor = await keyOf('admin');
    const requests = await cli.run(['export', 'requests.csv', '--status', 'open'], as(auditor));
    expect([requests.code, requests.stderr]).toEqual([0, '']);
    expect(requests.stdout).toContain(id);
    expect((await cli.run(['export', 'requests.csv', '--status', 'approved'], as(auditor))).stdout).not.toContain(id);
    expect((await cli.run(['export', 'events.csv'], as(auditor))).stdout).toMatch(/^timestamp,type,/);
    const refused = await cli.run(['export', 'events.csv'], as(await keyOf('operator')));
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    const file = path.join(cli.configHome, 'never.csv');
    expect((await cli.run(['export', 'events.csv', '-o', file], as(asker))).code).toBe(1);
    expect([existsSync(file), existsSync(`${file}.part`)]).toEqual([false, false]);
    const nowhere = await cli.run(['export', 'events.csv', '-o', '/nowhere/at/all.csv'], as(auditor));
    expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('cannot be written')]);
  });
});

describe('what the worker’s clock does, once', () => {
  const settings = () => {
    const { DATABASE_URL, NEXTAUTH_SECRET, SECRETS_KEY } = env();
    return { env: { DATABASE_URL, NEXTAUTH_SECRET, SECRETS_KEY } };
  };
  const due = (column: 'escalates_at' | 'expires_at', id: string) =>
    sql(`UPDATE approval_requests SET ${column} = now_ms() - interval '1 second' WHERE id = $1`, [id]);

  test('escalate --once escalates what is due, and says how many', async () => {
    await sql('UPDATE policy_approval_levels SET escalate_after_seconds = 300 WHERE tenant_id = $1', [tenant]);
    const { request_id: id } = await ask(asker.actor);
    expect(await cli.run(['escalate', '--once'], settings())).toEqual({
      code: 0,
      stdout: '0 requests escalated.\n',
      stderr: '',
    });
    await due('escalates_at', id);
    expect((await cli.run(['escalate', '--once', '--json'], settings())).stdout).toBe('{\n  "escalated": 1\n}\n');
    expect(await stateOf(id)).toMatchObject({ status: 'escalated' });
  });

  test('expire --once expires what is due', async () => {
    const { request_id: id } = await ask(asker.actor, { expires_in_seconds: 1 });
    await vi.waitUntil(
      async () =>
        (await sql('SELECT 1 FROM approval_requests WHERE id = $1 AND expires_at <= now_ms()', [id])).length === 1,
      10_000,
    );
    expect((await cli.run(['expire', '--once'], settings())).stdout).toBe('1 request expired.\n');
    expect(await stateOf(id)).toMatchObject({ status: 'expired' });
  });

  test('without the server’s settings it says what is missing, and shows none', async () => {
    const { code, stdout, stderr } = await cli.run(['escalate', '--once'], {
      env: { SECRETS_KEY: 'a key that is nobody’s business' },
    });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('DATABASE_URL');
    expect(stderr).not.toContain('nobody’s business');
  });
});

describe('keys that are kept', () => {
  const home = () => ({ XDG_CONFIG_HOME: path.join(cli.configHome, tenant) });

  test('login keeps a key that works for this account and this server alone, and logout forgets it', async () => {
    const ada = await keyOf('operator');
    const kept = { env: { ...home(), COUNTERSIGN_URL: url } };
    const login = await cli.run(['login', '--token'], { ...kept, stdin: `${ada.key}\n` });
    expect([login.code, login.stdout]).toEqual([0, expect.stringContaining('operator, level 3')]);
    expect(login.stdout + login.stderr).not.toContain(ada.key);
    const file = path.join(home().XDG_CONFIG_HOME, 'countersign/logins.json');
    expect([statSync(file).mode & 0o777, statSync(path.dirname(file)).mode & 0o777]).toEqual([0o600, 0o700]);
    chmodSync(file, 0o644);
    const open = await cli.run(['whoami'], { env: home() });
    expect([open.code, open.stderr]).toEqual([1, expect.stringContaining('Other accounts of this machine may read')]);
    chmodSync(file, 0o600);
    // The server of the login is the one that is meant from then on.
    expect((await cli.run(['whoami'], { env: home() })).stdout).toContain('operator, level 3');
    // COUNTERSIGN_TOKEN goes first.
    expect(
      (await cli.run(['whoami'], { env: { ...kept.env, COUNTERSIGN_TOKEN: (await keyOf('viewer')).key } })).stdout,
    ).toContain('viewer');
    expect((await cli.run(['logout'], kept)).stdout).toContain('is forgotten');
    expect((await cli.run(['whoami'], kept)).stderr).toContain('COUNTERSIGN_TOKEN');
    expect(readFileSync(file, 'utf8')).not.toContain(ada.key);
  });

  test('a key is shown to no other server than the one it was kept for', async () => {
    const seen: (string | undefined)[] = [];
    const stranger = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401).end();
    });
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    try {
      const ada = await keyOf('operator');
      await cli.run(['login', '--token'], { env: { ...home(), COUNTERSIGN_URL: url }, stdin: ada.key });
      const elsewhere = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
      const { code, stderr } = await cli.run(['whoami'], { env: { ...home(), COUNTERSIGN_URL: elsewhere } });
      expect([code, stderr]).toEqual([1, expect.stringContaining(`No API key for ${elsewhere}`)]);
      expect(seen).toEqual([]);
    } finally {
      await new Promise((resolve) => stranger.close(resolve));
    }
  });

  test('a key that the server does not know is not kept', async () => {
    const before = { ...home(), COUNTERSIGN_URL: url };
    const { code, stderr } = await cli.run(['login', '--token'], { env: before, stdin: 'csk_live_wrong' });
    expect([code, stderr]).toEqual([1, expect.stringContaining('auth/invalid-key')]);
    expect(existsSync(path.join(home().XDG_CONFIG_HOME, 'countersign/logins.json'))).toBe(false);
  });
});

describe('signing in with the browser', () => {
  /** Starts a login and reads the address that it shows. */
  const begin = async (args: string[] = []) => {
    const home = path.join(cli.configHome, tenant);
    const running = cli.start(['login', ...args], { env: { COUNTERSIGN_URL: url, XDG_CONFIG_HOME: home } });
    const shown = await vi.waitUntil(() => /http\S+\/cli-login\?\S+/.exec(running.complained())?.[0], 10_000);
    const address = new URL(shown);
    const asked = readCliLogin(Object.fromEntries(address.searchParams)) ?? expect.fail('the page would not take it');
    return { running, address, asked, home };
  };
  const allow = async (person: TestPerson, codeChallenge: string) => {
    const body = { code_challenge: codeChallenge, name: 'Command line on test' };
    return String((await call(allowCliLogin, { as: await withSession(person), body })).body.code);
  };

  test('what the person allows there is kept here, and works', async () => {
    const ada = await addPerson(sql, tenant, 'operator');
    const { running, address, asked, home } = await begin();
    expect(`${address.origin}${address.pathname}`).toBe(`${url}/cli-login`);
    const code = await allow(ada, asked.codeChallenge);
    const page = await fetch(toLoopback(asked, code));
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('You can close this page')]);
    const { code: exit, stdout, stderr } = await running.done;
    expect([exit, stdout]).toEqual([0, expect.stringContaining('operator, level 3')]);
    const [saved] = Object.values(
      parse<{ servers: Record<string, { token: string }> }>(
        readFileSync(path.join(home, 'countersign/logins.json'), 'utf8'),
      ).servers,
    );
    expect(stdout + stderr + address.href + code).not.toContain(saved?.token);
    expect((await cli.run(['whoami'], { env: { XDG_CONFIG_HOME: home } })).stdout).toContain(ada.email);
  });

  test('what comes with another state, from another name or by another method is not taken, and it goes on waiting', async () => {
    const ada = await addPerson(sql, tenant, 'operator');
    const { running, asked } = await begin();
    const code = await allow(ada, asked.codeChallenge);
    const right = toLoopback(asked, code);
    const wrong = toLoopback({ ...asked, state: 'x'.repeat(43) }, code);
    const get = (target: string, init: RequestInit = {}) => fetch(target, init).then(({ status }) => status);
    expect(await get(wrong)).toBe(400);
    expect(await get(right, { method: 'POST' })).toBe(400);
    expect(await get(right.replace('/callback', '/elsewhere'))).toBe(400);
    const { pathname, search } = new URL(right);
    const rebound = await send(asked.port, {
      method: 'GET',
      path: `${pathname}${search}`,
      headers: { host: `evil.example:${asked.port}` },
    });
    expect(rebound.status).toBe(400);
    expect(await get(right)).toBe(200);
    expect((await running.done).code).toBe(0);
  });

  test('a code that somebody else’s command line began is refused', async () => {
    const ada = await addPerson(sql, tenant, 'operator');
    const { running, asked } = await begin();
    const code = await allow(ada, 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
    expect((await fetch(toLoopback(asked, code))).status).toBe(200);
    const { code: exit, stderr } = await running.done;
    expect([exit, stderr]).toEqual([1, expect.stringContaining('auth/invalid-code')]);
  });
});

describe('wrong usage ends with 2 and says what is right', () => {
  test.each([
    [[], 'Usage: countersign'],
    [['lsit'], 'unknown command'],
    [['approve'], 'missing required argument'],
    [['approve', 'req_1', '--kv', 'nothing'], 'not key=value'],
    [['approve', 'req_1', '--level', '7'], 'a level from 1 to 5'],
    [['reject', 'req_1'], '--reason'],
    [['list', '--limit', '0'], 'a whole number from 1'],
    [['list', '--status', 'lost'], 'pending, '],
    [['list', '--nonsense'], 'unknown option'],
    [['export', 'everything'], 'requests.csv'],
    [['export', 'events.csv', '--status', 'open'], 'about requests.csv'],
    [['events', '--follow', '--actor', 'x'], '--follow takes'],
    [['escalate'], 'escalate --once'],
    [['eval'], '--file'],
    [['completion', 'tcsh'], 'bash, zsh, fish'],
  ])('%j', async (args, said) => {
    const { code, stdout, stderr } = await cli.run(args, as(asker));
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(said);
  });

  test('an address that is none, too, and it is not printed with its password', async () => {
    const { code, stderr } = await cli.run(['list'], {
      env: { COUNTERSIGN_URL: 'http://me:hunter2@x', COUNTERSIGN_TOKEN: 'x' },
    });
    expect(code).toBe(2);
    expect(stderr).not.toContain('hunter2');
  });

  test('help that was asked for is no mistake', async () => {
    for (const args of [['--help'], ['help'], ['help', 'approve'], ['approve', '--help']]) {
      const { code, stdout, stderr } = await cli.run(args);
      expect([args, code, stderr]).toEqual([args, 0, '']);
      expect(stdout).toContain('Usage: countersign');
    }
  });
});

test('a server that is not there is said, with where it was looked for', async () => {
  const { code, stdout, stderr } = await cli.run(['list'], {
    env: { COUNTERSIGN_URL: 'http://127.0.0.1:1', COUNTERSIGN_TOKEN: 'x' },
  });
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain('The server cannot be reached');
  expect(stderr).toContain('COUNTERSIGN_URL');
  expect(stderr).not.toContain('    at ');
});
