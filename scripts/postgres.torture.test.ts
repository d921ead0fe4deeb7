import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryDir } from './layout.ts';
import { type Cluster, openCluster } from './postgres.ts';
import { signalProcess } from './processes.ts';

let dir: string;
let opened: Cluster[];

beforeEach(() => {
  dir = temporaryDir('postgres');
  opened = [];
});

afterEach(async () => {
  await Promise.all(opened.map((cluster) => cluster.release()));
  rmSync(dir, { recursive: true, force: true });
});

test('a server that outlives the kill -9 of who started it is found and used by the next', async () => {
  const starter = spawn(process.execPath, ['--input-type=module', '--eval', openAndSay(dir)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(starter.stdout, 'data');
  const orphan = serverPid();
  starter.kill('SIGKILL');
  await once(starter, 'close');
  await open();
  expect(serverPid()).toBe(orphan);
});

test('after a kill -9 of the server, what was committed is there, and whoever used it is told', async () => {
  const before = await open();
  const lost = new Promise<void>((resolve) => before.onLost(resolve));
  await query(before, 'CREATE TABLE notes AS SELECT 1 AS id');
  const killed = serverPid();
  signalProcess(killed, 'SIGKILL');
  await lost;
  const after = await open();
  expect(serverPid()).not.toBe(killed);
  expect(after.url('postgres')).toBe(before.url('postgres'));
  expect(await query(after, 'SELECT id FROM notes')).toEqual([{ id: 1 }]);
});

test('several may use it; the last to leave stops it', async () => {
  const [one, other] = await Promise.all([openCluster(options()), openCluster(options())]);
  const pid = serverPid();
  await one.release();
  expect(serverPid()).toBe(pid);
  expect(await query(other, 'SELECT 1 AS id')).toEqual([{ id: 1 }]);
  await other.release();
  expect(() => serverPid()).toThrow('ENOENT');
});

test('the id of a server that is gone may belong to any other program by now', async () => {
  const cluster = await openCluster(options());
  const pidFile = readFileSync(path.join(dir, 'data/postmaster.pid'), 'utf8');
  await cluster.release();
  writeFileSync(path.join(dir, 'data/postmaster.pid'), pidFile.replace(/^\d+/, `${process.pid}`));
  await open();
  expect(serverPid()).not.toBe(process.pid);
});

test('a port that somebody else took meanwhile is replaced by a free one', async () => {
  const cluster = await openCluster(options());
  await cluster.release();
  const squatter = createServer().listen(cluster.port, '127.0.0.1');
  await once(squatter, 'listening');
  const moved = await open();
  expect(moved.port).not.toBe(cluster.port);
  squatter.close();
});

async function open(): Promise<Cluster> {
  const cluster = await openCluster(options());
  opened.push(cluster);
  return cluster;
}

function options() {
  return { dir: path.join(dir, 'data'), id: path.basename(dir), durable: true };
}

function openAndSay(at: string): string {
  const module = JSON.stringify(path.join(import.meta.dirname, 'postgres.ts'));
  const given = JSON.stringify({ ...options(), dir: path.join(at, 'data') });
  return `const { openCluster } = await import(${module}); await openCluster(${given}); console.log('open');`;
}

function serverPid(): number {
  return Number(readFileSync(path.join(dir, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
}

async function query(cluster: Cluster, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: cluster.url('postgres') });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
