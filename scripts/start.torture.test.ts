import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { buildIfStale } from './build.ts';
import type { RunRecord } from './instance.ts';
import { ROOT, temporaryDir } from './layout.ts';
import { isAlive, signalProcess } from './processes.ts';
import { type RunningInstance, runInstance } from './run-instance.ts';

let dir: string;
let running: RunningInstance[];

// So that no test pays for it.
beforeAll(() => buildIfStale({ env: process.env }), 600_000);

beforeEach(() => {
  dir = temporaryDir('start');
  running = [];
});

afterEach(async () => {
  for (const instance of running) await instance.stop();
  rmSync(dir, { recursive: true, force: true });
});

// TORTURE C8.
test('after a kill -9 of npm start, the next one finds the database that lives on, and nothing is lost', async () => {
  const first = await start();
  const asked = JSON.parse(await runPrinted(first));
  expect(asked).toMatchObject({ status: 'pending', tenant_id: 'default' });
  const orphan = databasePid();
  const { children } = record();

  signalProcess(first.pid, 'SIGKILL');
  await first.gone;
  await vi.waitFor(() => expect(children.filter(isAlive)).toEqual([]), { timeout: 12_000 });
  expect(databasePid()).toBe(orphan);

  const second = await start();
  expect(databasePid()).toBe(orphan);
  expect(second.bootstrapKey).toBeNull();
  const found = await fetch(`${second.url}/api/v1/policy/requests/${asked.request_id}`, authorized(first));
  expect(found.status).toBe(200);
  expect(await found.json()).toMatchObject({ request_id: asked.request_id, status: 'pending', seq: asked.seq });

  await second.stop();
  expect(() => databasePid()).toThrow('ENOENT');
  expect(() => record()).toThrow('ENOENT');
});

test('a seed says where people open the instance, whatever the terminal it is run in knows', async () => {
  const instance = await runInstance(dir, { NEXTAUTH_URL: 'https://approvals.example' });
  running.push(instance);
  const { NEXTAUTH_URL: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [path.join(ROOT, 'scripts/seed.mjs'), '--scenario', 'empty'],
    { cwd: ROOT, env: { ...env, COUNTERSIGN_DATA_DIR: dir } },
  );
  expect(stdout).toContain('Sign in at https://approvals.example as any of them');
});

test('a killed server, a killed worker and a killed database are running again in seconds', async () => {
  const instance = await start();
  await runPrinted(instance);
  const before = record();
  for (const child of before.children) signalProcess(child.pid, 'SIGKILL');
  signalProcess(databasePid(), 'SIGKILL');
  await vi.waitFor(
    async () => {
      const { children } = record();
      expect(children.filter(isAlive)).toHaveLength(2);
      const ready = await fetch(`${instance.url}/readyz`);
      expect(ready.status).toBe(200);
    },
    { timeout: 20_000, interval: 100 },
  );
  expect(record().children).not.toEqual(before.children);
  const list = await fetch(`${instance.url}/api/v1/policy/requests?tenant_id=default`, authorized(instance));
  expect((await list.json()).data).toHaveLength(1);
});

test('a second start in the same data directory replaces the first', async () => {
  const first = await start();
  const { children } = record();
  const second = await start();
  await first.gone;
  expect(children.filter(isAlive)).toEqual([]);
  expect((await fetch(`${second.url}/healthz`)).status).toBe(200);
});

test('the owner and the key are printed once, and the environment is used where it names them', async () => {
  const password = 'as-the-operator-wishes';
  const first = await start({ COUNTERSIGN_OWNER_EMAIL: 'ada@example.com', COUNTERSIGN_OWNER_PASSWORD: password });
  expect(first.output()).toContain('ada@example.com');
  expect(first.output()).not.toContain(password);
  const key = first.bootstrapKey ?? 'none was printed';
  await first.stop();
  const second = await start();
  expect(second.output()).toContain('sign in as ada@example.com');
  expect(second.output()).not.toContain(key);
});

test('a port that another program uses is said, with what to do', async () => {
  const squatter = createServer().listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  const address = squatter.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await expect(start({ PORT: `${port}` })).rejects.toThrow(`Another program is using port ${port}.`);
  squatter.close();
});

async function start(env: Record<string, string> = {}): Promise<RunningInstance> {
  const instance = await runInstance(dir, env);
  running.push(instance);
  return instance;
}

/** Runs the `curl` line that the first start printed, as it is. */
async function runPrinted(instance: RunningInstance): Promise<string> {
  const line =
    instance
      .output()
      .split('\n')
      .find((text) => text.startsWith('curl ')) ?? '';
  const { stdout } = await promisify(execFile)('sh', ['-c', line]);
  return stdout;
}

function authorized({ bootstrapKey }: RunningInstance): RequestInit {
  return { headers: { Authorization: `Bearer ${bootstrapKey}` } };
}

function databasePid(): number {
  return Number(readFileSync(path.join(dir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
}

function record(): RunRecord {
  return JSON.parse(readFileSync(path.join(dir, 'run.json'), 'utf8'));
}
