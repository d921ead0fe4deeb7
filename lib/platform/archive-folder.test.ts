import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findLastSegment, type Part, writeSegment } from './archive-folder';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'countersign-archive-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A part of one line, which comes when it may. */
function part(id: string, mayCome: () => Promise<unknown> = async () => {}): Part {
  const place = { at: '2026-01-01T00:00:00.000Z', id };
  const lines = async function* () {
    await mayCome();
    yield `{"id":"${id}"}\n`;
  };
  return { lines: lines(), extent: () => ({ lines: 1, first: place, last: place }) };
}

test('of two who write the same part one finishes it, and nothing of the other is left', async () => {
  let go = () => {};
  const gone = new Promise<void>((resolve) => {
    go = resolve;
  });
  const slow = writeSegment(
    folder,
    'requests',
    part('slow', () => gone),
  );
  const first = await writeSegment(folder, 'requests', part('fast'));
  go();
  expect([first?.number, await slow]).toEqual([1, null]);
  expect((await findLastSegment(folder, 'requests'))?.segment).toEqual(first);
  expect(readdirSync(folder).sort()).toEqual([first?.file, 'requests-000001.json'].sort());
});

test('nothing to write leaves nothing', async () => {
  const lines = (async function* (): AsyncGenerator<string> {})();
  expect(await writeSegment(folder, 'requests', { lines, extent: () => null })).toBeNull();
  expect(readdirSync(folder)).toEqual([]);
});

test('what fails in the middle leaves nothing, and the next part takes its number', async () => {
  const broken = part('x', () => Promise.reject(new Error('the database went away')));
  await expect(writeSegment(folder, 'requests', broken)).rejects.toThrow('went away');
  expect(readdirSync(folder)).toEqual([]);
  expect((await writeSegment(folder, 'requests', part('y')))?.number).toBe(1);
  expect((await writeSegment(folder, 'runs', part('z')))?.number).toBe(1);
  expect((await writeSegment(folder, 'requests', part('z')))?.previous).toMatch(/^[0-9a-f]{64}$/);
});
