/** `archive --once` as a process on a real database: whole, once, proven, whatever kills it. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { StartRunBody } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { env } from '@/lib/platform/env';
import { commandRequest } from '@/lib/services/requests';
import { driveRuns, getRun, startRun } from '@/lib/services/runs';
import { cliProgram } from '@/lib/testing/cli-process';
import { installFakeClock } from '@/lib/testing/fake-clock';
import { addRequest } from '@/lib/testing/histories';
import { addKey, addPerson, addTenant, testDatabase } from '@/lib/testing/people';

const sql = testDatabase();
const cli = cliProgram();
const DAY_MS = 86_400_000;
const NOW = new Date('2026-06-01T12:00:00.000Z');
const daysAgo = (days: number) => new Date(NOW.getTime() - days * DAY_MS);
let setClock: (at: Date) => Promise<void>;
let serial = 0;
let tenant: string;
let folder: string;

beforeAll(async () => {
  setClock = await installFakeClock(sql);
});
beforeEach(async () => {
  serial += 1;
  await setClock(NOW);
  tenant = await addTenant(sql, `acme-${serial}`);
  folder = path.join(cli.configHome, `archives-${serial}`);
});

const settings = () => {
  const { DATABASE_URL, NEXTAUTH_SECRET, SECRETS_KEY } = env();
  return { env: { DATABASE_URL, NEXTAUTH_SECRET, SECRETS_KEY, ARCHIVE_PATH: folder } };
};
const archive = async (...over: string[]) => {
  const { code, stdout, stderr } = await cli.run(['archive', '--once', '--json', ...over], settings());
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as { requests: number; runs: number; files: string[]; removed: Record<string, number> };
};
const approved = (days: number, over: Parameters<typeof addRequest>[2] = {}) =>
  addRequest(sql, tenant, {
    createdAt: daysAgo(days + 1),
    ending: { status: 'approved', at: daysAgo(days) },
    ...over,
  });
const own = () => path.join(folder, tenant);
const said = (kind = 'requests') =>
  (existsSync(own()) ? readdirSync(own()) : [])
    .filter((file) => file.startsWith(kind) && file.endsWith('.json'))
    .sort()
    .map((file) => ({ text: readFileSync(path.join(own(), file), 'utf8') }))
    .map(({ text }) => ({ text, ...JSON.parse(text) }));
/** What the finished parts hold, in order. */
const lines = (kind = 'requests') =>
  said(kind).flatMap(({ file }) =>
    gunzipSync(readFileSync(path.join(own(), file)))
      .toString('utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line)),
  );
const ids = () => lines().map(({ row }) => row.id);

test('what has been over for long is written whole, in the order in which it ended, and verifies by itself', async () => {
  const second = await approved(100, { payload: { amount_cents: 7, note: 'Zeilen\u2028ende' } });
  const first = await approved(200, { comments: [{ at: daysAgo(200.5), text: 'Looks fine' }] });
  await approved(80);
  await addRequest(sql, tenant, { createdAt: daysAgo(300) });
  const { requests, runs, files } = await archive();
  expect([requests, runs]).toEqual([2, 0]);
  expect(ids()).toEqual([first, second]);
  const [line, other] = lines();
  expect(line.events.map(({ type }: { type: string }) => type)).toEqual([
    'approval.created',
    'approval.commented',
    'approval.approved',
  ]);
  expect(other.row).toMatchObject({
    tenant_id: tenant,
    status: 'approved',
    payload: { amount_cents: 7, note: 'Zeilen\u2028ende' },
  });
  const [file = ''] = files;
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect((await cli.run(['verify', file], { env: {} })).stdout).toBe(`${file} verifies: 5 events of 2 requests\n`);
  const [segment] = said();
  expect(segment).toMatchObject({ number: 1, lines: 2, previous: null, first: { id: first }, last: { id: second } });
  expect(segment.sha256).toBe(createHash('sha256').update(readFileSync(file)).digest('hex'));
  // Everything is still where it was.
  expect(await sql('SELECT count(*)::int AS n FROM approval_requests WHERE tenant_id = $1', [tenant])).toEqual([
    { n: 4 },
  ]);
});

test('called again it goes on: each once, in parts that name the one before', async () => {
  const a = await approved(100);
  await archive();
  expect(await archive()).toMatchObject({ requests: 0, files: [] });
  const b = await approved(95);
  await setClock(new Date(NOW.getTime() + 10 * DAY_MS));
  const c = await approved(85);
  await archive();
  expect(ids()).toEqual([a, b, c]);
  const [one, two] = said();
  expect(two.previous).toBe(createHash('sha256').update(one.text).digest('hex'));
  expect([one.number, two.number]).toEqual([1, 2]);
  await archive('--older-than', '200');
  expect(ids()).toEqual([a, b, c]);
});

test('runs come with their tasks and their history; their checkpoints are requests', async () => {
  await setClock(daysAgo(120));
  const starter = await addKey(sql, tenant, ['runs:write', 'runs:read']);
  const ada = await addPerson(sql, tenant, 'admin');
  const tasks = [
    { id: 'agree', type: 'checkpoint' as const, prompt: 'May it?' },
    { id: 'report', workflow_ref: 'echo', depends_on: ['agree'] },
  ];
  const body = StartRunBody.parse({ tenant_id: tenant, dag: { name: 'chain', tasks } });
  const run = await startRun(starter.actor, body, NO_CALL);
  await commandRequest(ada.actor, run.checkpoint_id ?? '', { type: 'approve' }, NO_CALL, {});
  await driveRuns(new AbortController().signal);
  expect((await getRun(starter.actor, run.run_id)).status).toBe('succeeded');
  await setClock(NOW);
  expect(await archive()).toMatchObject({ runs: 1 });
  expect(lines()).toHaveLength(1);
  const [line] = lines('runs');
  expect(line).toMatchObject({ archived: 'runs', row: { run_id: run.run_id, status: 'succeeded' } });
  expect(line.tasks.map(({ task_id }: { task_id: string }) => task_id)).toEqual(['agree', 'report']);
  expect(lines()[0]).toMatchObject({
    row: { id: run.checkpoint_id },
    reviews: [{ user_id: ada.userId, decision: 'approve' }],
  });
  for (const kind of ['runs', 'requests']) {
    const file = path.join(own(), said(kind)[0].file);
    const { code, stdout, stderr } = await cli.run(['verify', file], { env: {} });
    expect([kind, code, stderr, stdout]).toEqual([kind, 0, '', expect.stringContaining('verifies')]);
  }
});

test('what was changed in a file afterwards is seen', async () => {
  await approved(100, { comments: [{ at: daysAgo(100.5), text: 'Looks fine' }] });
  await archive();
  const file = path.join(own(), said()[0].file);
  const text = gunzipSync(readFileSync(file)).toString('utf8');
  const forged = path.join(cli.configHome, `forged-${serial}.jsonl.gz`);
  const verdict = async (from: RegExp | string, to: string) => {
    expect(text).toMatch(from);
    writeFileSync(forged, gzipSync(text.replace(from, to)));
    const { code, stderr } = await cli.run(['verify', forged], { env: {} });
    return [code, stderr.split('\n')[1]?.replace(/req_\w+/, 'ID')];
  };
  expect(await verdict('"reason":"Looks fine"', '"reason":"Looks bad"')).toEqual([
    1,
    '  line 1: ID says something else than what was signed: reason',
  ]);
  expect(await verdict('"amount_cents":250000', '"amount_cents":1')).toEqual([1, expect.stringContaining('payload')]);
  expect(await verdict('"status":"approved"', '"status":"rejected"')).toEqual([
    1,
    expect.stringContaining('its history says approved'),
  ]);
  for (const cut of [0, 1, 2]) {
    const line = JSON.parse(text);
    line.events.splice(cut, 1);
    writeFileSync(forged, gzipSync(`${JSON.stringify(line)}\n`));
    const { code, stderr } = await cli.run(['verify', forged], { env: {} });
    expect([cut, code, stderr]).toEqual([cut, 1, expect.stringMatching(/ {2}line 1: req_\w+ /)]);
  }
});

test('killed with -9 at any moment it leaves whole parts, and the next call finishes', async () => {
  const made: string[] = [];
  for (let i = 0; i < 120; i++) made.push(await approved(400 - i, { payload: { text: 'x'.repeat(20_000), i } }));
  for (let round = 0; round < 8; round++) {
    const running = cli.start(['archive', '--once'], settings());
    const begun = performance.now();
    // Later each time: before it has begun, while it writes, before it says so.
    while (performance.now() - begun < 150 + round * 120 && running.child.exitCode === null) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    running.child.kill('SIGKILL');
    await running.done;
    expect(made.slice(0, ids().length)).toEqual(ids());
  }
  await archive();
  expect(ids()).toEqual(made);
  // What was left behind goes when nobody can still be writing it.
  for (const file of readdirSync(own()).filter((name) => name.endsWith('.part')))
    utimesSync(path.join(own(), file), 0, 0);
  await approved(91);
  await archive();
  expect(readdirSync(own()).filter((name) => name.endsWith('.part'))).toEqual([]);
  expect(ids()).toHaveLength(121);
});

test('two at once write everything once', async () => {
  for (let i = 0; i < 40; i++) await approved(400 - i);
  await Promise.all([archive(), archive(), archive()]);
  expect(ids()).toHaveLength(40);
  expect(new Set(ids()).size).toBe(40);
  expect(readdirSync(own()).filter((name) => name.endsWith('.gz'))).toHaveLength(said().length);
});

test('what is kept for a while only goes, and without --once it is wrong usage', async () => {
  await sql(
    `INSERT INTO login_attempts (account_hash, address, succeeded, at) SELECT 'x', 'y', false, $1 FROM generate_series(1, 3)`,
    [daysAgo(3)],
  );
  expect((await archive()).removed).toMatchObject({ login_attempts: 3 });
  const usage = await cli.run(['archive'], settings());
  expect([usage.code, usage.stderr]).toEqual([2, expect.stringContaining('archive --once')]);
});

// Last: every archiving after it says so again.
test('a history that does not prove itself is archived as it is, and said', async () => {
  const id = await approved(100);
  await sql('ALTER TABLE events DISABLE TRIGGER USER');
  await sql(
    `UPDATE events SET canonical = replace(canonical, 'usr_ada', 'usr_eve') WHERE subject_id = $1 AND seq = 2`,
    [id],
  );
  await sql('ALTER TABLE events ENABLE TRIGGER USER');
  const { code, stderr } = await cli.run(['archive', '--once'], settings());
  expect([code, stderr]).toEqual([1, expect.stringContaining(`${tenant} ${id}: event 2`)]);
  expect(ids()).toEqual([id]);
});
