import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWhole, isAlive, markOf, ownMark, readIfThere, stopProcess, takeAway, withLock } from './processes.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'countersign-processes-'));
});

afterEach(() => rmSync(dir, { recursive: true }));

test('a process is known by its id and its beginning', () => {
  expect(isAlive(ownMark)).toBe(true);
  expect(isAlive({ pid: ownMark.pid, began: 'another day' })).toBe(false);
});

test('a process whose id was given to another one since is never stopped', async () => {
  const child = spawn('sleep', ['60']);
  const mark = markOf(child.pid ?? 0);
  if (!mark) throw new Error('sleep did not start');
  await stopProcess({ pid: mark.pid, began: 'before that' }, 1_000);
  expect(isAlive(mark)).toBe(true);
  await stopProcess(mark, 1_000);
  expect(isAlive(mark)).toBe(false);
});

test('a process that does not listen is killed when patience ends', async () => {
  const child = spawn('sh', ['-c', 'trap "" TERM; echo deaf; sleep 60 & wait; wait'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  const mark = markOf(child.pid ?? 0);
  if (!mark) throw new Error('sh did not start');
  await stopProcess(mark, 200);
  expect(isAlive(mark)).toBe(false);
});

test('a file appears whole, and for one of those who create it', () => {
  const file = path.join(dir, 'file');
  expect(createWhole(file, 'first')).toBe(true);
  expect(createWhole(file, 'second')).toBe(false);
  expect(readFileSync(file, 'utf8')).toBe('first');
});

test('what is taken away is what one meant to take away', () => {
  const file = path.join(dir, 'file');
  writeFileSync(file, 'new');
  expect(takeAway(file, 'old')).toBe(false);
  expect(readIfThere(file)).toBe('new');
  expect(takeAway(file, 'new')).toBe(true);
  expect(takeAway(file, 'new')).toBe(false);
});

test('a lock is held by one at a time and given back after an error', async () => {
  const lock = path.join(dir, 'lock');
  let inside = 0;
  const work = () =>
    withLock(lock, async () => {
      inside++;
      expect(inside).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
      throw new Error('whatever happens');
    });
  const results = await Promise.allSettled(Array.from({ length: 5 }, work));
  expect(results.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
  expect(existsSync(lock)).toBe(false);
});

test('a lock whose holder has died is taken over', async () => {
  const lock = path.join(dir, 'lock');
  writeFileSync(lock, JSON.stringify({ pid: process.pid, began: 'another day' }));
  expect(await withLock(lock, async () => 'done')).toBe('done');
});
