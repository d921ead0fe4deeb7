import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { repeat } from './loop';

/** A task whose runs a test ends one by one. */
function heldTask() {
  const ends: (() => void)[] = [];
  let most = 0;
  let running = 0;
  const task = async () => {
    running += 1;
    most = Math.max(most, running);
    await new Promise<void>((resolve) => ends.push(resolve));
    running -= 1;
  };
  const untilRuns = (count: number) => vi.waitUntil(() => ends.length === count);
  return { task, ends, untilRuns, most: () => most };
}

test('it runs at once, and again by itself', async () => {
  const { task, ends, untilRuns } = heldTask();
  const loop = repeat('test', 1, task);
  await untilRuns(1);
  ends[0]?.();
  await untilRuns(2);
  ends[1]?.();
  await untilRuns(3);
  ends[2]?.();
  await loop.stop();
});

test('woken many times in the middle of a run, it runs once more and never twice at once', async () => {
  const { task, ends, untilRuns, most } = heldTask();
  const loop = repeat('test', 60_000, task);
  await untilRuns(1);
  for (let i = 0; i < 10; i++) loop.wake();
  ends[0]?.();
  await untilRuns(2);
  ends[1]?.();
  await loop.stop();
  expect(ends).toHaveLength(2);
  expect(most()).toBe(1);
});

describe('with time between its runs', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('a burst of wakes becomes a few runs: the first at once, the next when its time has come, none is lost', async () => {
    let runs = 0;
    const loop = repeat('test', 60_000, async () => void runs++, { spacingMs: 100 });
    for (const expected of [1, 2, 3]) {
      await vi.advanceTimersByTimeAsync(0);
      expect(runs).toBe(expected);
      for (let i = 0; i < 100; i++) loop.wake();
      await vi.advanceTimersByTimeAsync(99);
      expect(runs).toBe(expected);
      await vi.advanceTimersByTimeAsync(1);
    }
    await loop.stop();
  });

  test('stopping forgets a run that waits for its time', async () => {
    const loop = repeat('test', 60_000, async () => {}, { spacingMs: 100 });
    await vi.advanceTimersByTimeAsync(0);
    loop.wake();
    expect(vi.getTimerCount()).toBe(1);
    await loop.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('what a run throws does not end it', async () => {
  let runs = 0;
  const loop = repeat('test', 1, async () => {
    runs += 1;
    throw new Error('the task failed');
  });
  await vi.waitUntil(() => runs >= 3);
  await loop.stop();
});

test('stopping waits for the run that is under way, and nothing runs afterwards', async () => {
  const { task, ends, untilRuns } = heldTask();
  const loop = repeat('test', 1, task);
  await untilRuns(1);
  let stopped = false;
  const stopping = loop.stop().then(() => {
    stopped = true;
  });
  loop.wake();
  await Promise.resolve();
  expect(stopped).toBe(false);
  ends[0]?.();
  await stopping;
  loop.wake();
  expect(ends).toHaveLength(1);
});
