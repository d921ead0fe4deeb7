/** The seed's three files as the command line writes them: a process, killed and started again, against an API that goes away and comes back. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { StartRunBody } from '@/lib/contracts';
import { NO_CALL } from '@/lib/domain/call';
import { startRun } from '@/lib/services/runs';
import { type CliCall, cliProgram, type RunningCli } from '@/lib/testing/cli-process';
import { type OpenApi, openApi } from '@/lib/testing/open-api';
import { addKey, addPerson, addTenant, type TestKey, testDatabase } from '@/lib/testing/people';

const sql = testDatabase();
const cli = cliProgram();
const PATIENT = { timeout: 60_000, interval: 20 };
let isDown = false;
let server: OpenApi;
let serial = 0;
let tenant: string;
let starter: TestKey;
let reader: TestKey;
let file: string;

beforeAll(async () => {
  server = await openApi({ isDown: () => isDown });
});
afterAll(() => server.close());
beforeEach(async () => {
  isDown = false;
  serial += 1;
  tenant = await addTenant(sql, `acme-${serial}`);
  await addPerson(sql, tenant, 'admin');
  starter = await addKey(sql, tenant, ['runs:write', 'runs:read']);
  reader = await addKey(sql, tenant, ['runs:read']);
  file = path.join(cli.configHome, `events-${serial}.jsonl`);
});

const as = ({ key }: TestKey = reader, over: CliCall['env'] = {}) => ({
  env: { COUNTERSIGN_URL: server.url, COUNTERSIGN_TOKEN: key, ...over },
});
const EVENTS = ['export', 'orchestrator_events.jsonl'];
/** A run of so many tasks, so that there are twice as many events and two. */
const run = (tasks = 1) =>
  startRun(
    starter.actor,
    StartRunBody.parse({
      tenant_id: tenant,
      dag: {
        name: 'chain',
        tasks: Array.from({ length: tasks }, (_, i) => ({
          id: `t${i}`,
          workflow_ref: 'echo',
          params: { x: 'y'.repeat(200) },
        })),
      },
    }),
    NO_CALL,
  );
/** The ids of all events of runs of the tenant, in the order of the feed, once nothing holds it back. */
const expected = async () => {
  await vi.waitUntil(async () => (await sql('SELECT 1 FROM events WHERE xid >= feed_xmin()')).length === 0, PATIENT);
  const rows = await sql<{ event_id: string }>(
    `SELECT event_id FROM events WHERE tenant_id = $1 AND subject_kind = 'run' ORDER BY xid, subject_id, seq`,
    [tenant],
  );
  return rows.map(({ event_id }) => event_id);
};
const idsIn = (text: string): string[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).event_id);
const written = (): string[] => (existsSync(file) ? idsIn(readFileSync(file, 'utf8').replace(/[^\n]*$/, '')) : []);
const follow = (over: string[] = []): RunningCli => cli.start([...EVENTS, '--follow', '-o', file, ...over], as());
const kill = async (process: RunningCli) => {
  process.child.kill('SIGKILL');
  await process.done;
};

describe('files of runs', () => {
  test('go to where the environment says, and are gone on with behind their last line', async () => {
    const folder = path.join(cli.configHome, `logs-${serial}`, 'deep');
    const paths = { CHECKPOINTS_PATH: 'a.jsonl', STATE_STORE_PATH: 'b.jsonl', ORCH_EVENTS_PATH: 'c.jsonl' };
    const places = Object.fromEntries(Object.entries(paths).map(([name, of]) => [name, path.join(folder, of)]));
    await run();
    const before = await expected();
    for (const name of ['checkpoints', 'orchestrator_state', 'orchestrator_events']) {
      expect((await cli.run(['export', `${name}.jsonl`], as(reader, places))).code).toBe(0);
    }
    const lines = (name: string) => readFileSync(path.join(folder, name), 'utf8').split('\n').slice(0, -1);
    expect(['a.jsonl', 'b.jsonl', 'c.jsonl'].map((name) => lines(name).length)).toEqual([0, 2, before.length]);
    expect(statSync(path.join(folder, 'c.jsonl')).mode & 0o777).toBe(0o600);
    await run();
    const after = await expected();
    const again = await cli.run(['export', 'orchestrator_events.jsonl'], as(reader, places));
    expect([again.code, again.stderr]).toEqual([0, expect.stringMatching(/c\.jsonl: \d+ bytes more\n$/)]);
    expect(idsIn(readFileSync(path.join(folder, 'c.jsonl'), 'utf8'))).toEqual(after);
    expect(after.length).toBe(2 * before.length);
    expect(existsSync(path.join(folder, 'c.jsonl.lock'))).toBe(false);
  });

  test('without anything said they go to logs/', async () => {
    // The command line's processes run where the tests do, so the name alone is looked at.
    const { stdout } = await cli.run(['export', '--help']);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'CHECKPOINTS_PATH, STATE_STORE_PATH and ORCH_EVENTS_PATH say (logs/ unless said)',
    );
  });

  test('a follower that is killed with -9 again and again leaves every line once', async () => {
    await run(30);
    for (let round = 0; round < 6; round++) {
      const before = written().length;
      const process = follow();
      await vi.waitUntil(() => written().length > before, PATIENT);
      await run(round * 5 + 1);
      await kill(process);
      // A death in the middle of a write leaves part of a line.
      if (round % 2 === 0) appendFileSync(file, '{"event":"task_ok","task_id":"t1","att');
    }
    const end = await expected();
    const last = follow();
    await vi.waitUntil(() => written().length >= end.length, PATIENT);
    await kill(last);
    expect(written()).toEqual(end);
  });

  test('wherever the file was cut, what is missing comes, and nothing twice', async () => {
    await run(3);
    const ids = await expected();
    expect((await cli.run([...EVENTS, '-o', file], as())).code).toBe(0);
    const whole = readFileSync(file);
    for (const cut of [0, 1, 9, 10, 11, 500, whole.length - 500, whole.length - 1]) {
      truncateSync(file, cut);
      const { code, stderr } = await cli.run([...EVENTS, '-o', file], as());
      expect([cut, code, stderr]).toEqual([
        cut,
        0,
        expect.stringContaining(`${whole.length - lastEnd(whole, cut)} bytes more`),
      ]);
      expect(readFileSync(file).equals(whole)).toBe(true);
    }
    expect(written()).toEqual(ids);
  });

  test('a follower sits through a server that goes away, and misses nothing that happened meanwhile', async () => {
    await run();
    const process = follow();
    await vi.waitUntil(() => written().length === 4, PATIENT);
    for (let round = 0; round < 3; round++) {
      isDown = true;
      const refused = server.refused();
      server.cut();
      await run();
      await vi.waitUntil(() => server.refused() > refused, PATIENT);
      isDown = false;
      await run();
      const ids = await expected();
      await vi.waitUntil(() => written().length === ids.length, PATIENT);
    }
    expect(written()).toEqual(await expected());
    await kill(process);
  });

  test('one process writes a file at a time; a dead one stands in nobody’s way', async () => {
    await run();
    const first = follow();
    await vi.waitUntil(() => written().length === 4, PATIENT);
    const second = await cli.run([...EVENTS, '-o', file], as());
    expect([second.code, second.stderr]).toEqual([1, expect.stringContaining('being written by another process')]);
    await kill(first);
    expect(existsSync(`${file}.lock`)).toBe(true);
    expect((await cli.run([...EVENTS, '-o', file], as())).code).toBe(0);
    // The number of a process that is somebody else by now.
    writeFileSync(`${file}.lock`, `${process.pid} 1\n`);
    expect((await cli.run([...EVENTS, '-o', file], as())).code).toBe(0);
    expect(written()).toEqual(await expected());
  });

  test('a file that is moved away under it is not written on', async () => {
    await run();
    const process = follow();
    await vi.waitUntil(() => written().length === 4, PATIENT);
    renameSync(file, `${file}.1`);
    await run();
    const { code, stderr } = await process.done;
    expect([code, stderr]).toEqual([1, expect.stringContaining('moved away')]);
    expect(idsIn(readFileSync(`${file}.1`, 'utf8'))).toHaveLength(4);
    const [, , , last = ''] = readFileSync(`${file}.1`, 'utf8').split('\n');
    expect((await cli.run([...EVENTS, '-o', file, '--after', JSON.parse(last).cursor], as())).code).toBe(0);
    expect(written()).toEqual((await expected()).slice(4));
  });

  test.each([
    ['something else', 'dear diary\n'],
    ['something else without an end', 'dear diary'],
    ['lines of the seed’s own', '{"event": "dag_start", "dag_name": "x"}\n'],
    [
      'another of the three',
      '{"event":"run_started","timestamp":"t","dag_name":"x","dag_run_id":"r","tenant":"t","cursor":"c"}\n',
    ],
    ['a folder', null],
  ])('a file that holds %s is left as it is', async (_, text) => {
    if (text === null) mkdirSync(file);
    else writeFileSync(file, text);
    const { code, stderr } = await cli.run([...EVENTS, '-o', file], as());
    expect([code, stderr]).toEqual([1, expect.stringMatching(/something else|cannot be written/)]);
    if (text !== null) expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('a key of another tenant adds nothing to it', async () => {
    await run();
    expect((await cli.run([...EVENTS, '-o', file], as())).code).toBe(0);
    const text = readFileSync(file, 'utf8');
    const rival = await addTenant(sql, `rival-${serial}`);
    tenant = rival;
    starter = await addKey(sql, rival, ['runs:write', 'runs:read']);
    await run();
    await expected();
    const { code, stderr } = await cli.run([...EVENTS, '-o', file], as(starter));
    expect([code, stderr]).toEqual([1, expect.stringContaining(`belongs to acme-${serial}`)]);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('as a live tail on standard output', async () => {
    await run();
    const tail = cli.start([...EVENTS, '--follow', '-o', '-'], as());
    await vi.waitUntil(() => idsIn(tail.said()).length === 4, PATIENT);
    const { run_id: id } = await run();
    await vi.waitUntil(() => idsIn(tail.said()).length === 8, PATIENT);
    expect(JSON.parse(tail.said().split('\n')[4] ?? '')).toMatchObject({ event: 'dag_start', dag_run_id: id });
    await kill(tail);
    const one = await cli.run([...EVENTS, '--run', id, '-o', '-'], as());
    expect(idsIn(one.stdout)).toHaveLength(4);
  });

  test.each([
    [['export', 'events.jsonl', '--follow'], '--run, --follow and --after are about'],
    [['export', 'requests.csv', '--run', 'run_1'], '--run, --follow and --after are about'],
    [['export', 'checkpoints.jsonl', '--type', 'approval.created'], '--type is about'],
  ])('wrong usage is said: %j', async (args, said) => {
    const { code, stderr } = await cli.run(args, as());
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
  });
});

/** Where the last whole line before a place ends. */
const lastEnd = (whole: Buffer, cut: number) => whole.subarray(0, cut).lastIndexOf(10) + 1;
