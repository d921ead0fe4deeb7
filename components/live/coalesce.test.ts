import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { coalesce } from './coalesce';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the first wish runs at once, and a storm after it becomes one more run', async () => {
  const runs: string[][] = [];
  const { wish } = coalesce<string>(async (wishes) => runs.push([...wishes]), 300);
  wish('a');
  for (let i = 0; i < 1000; i++) wish(i % 2 === 0 ? 'b' : 'c');
  expect(runs).toEqual([['a']]);
  await vi.advanceTimersByTimeAsync(300);
  expect(runs).toEqual([['a'], ['b', 'c']]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(runs).toHaveLength(2);
});

test('what is wished while a run is under way is not lost in it', async () => {
  const runs: string[][] = [];
  let finish = () => {};
  const { wish } = coalesce<string>((wishes) => {
    runs.push([...wishes]);
    return new Promise<void>((resolve) => {
      finish = resolve;
    });
  }, 300);
  wish('a');
  wish('a');
  finish();
  await vi.advanceTimersByTimeAsync(300);
  expect(runs).toEqual([['a'], ['a']]);
});

test('a run that fails does not stop the next', async () => {
  const run = vi.fn(async () => Promise.reject(new Error('no')));
  const { wish } = coalesce<string>(run, 300);
  wish('a');
  await vi.advanceTimersByTimeAsync(300);
  wish('a');
  expect(run).toHaveBeenCalledTimes(2);
});

test('nothing runs after the end', async () => {
  const run = vi.fn(async () => {});
  const { wish, stop } = coalesce<string>(run, 300);
  wish('a');
  wish('b');
  stop();
  await vi.advanceTimersByTimeAsync(1000);
  wish('c');
  expect(run).toHaveBeenCalledTimes(1);
});
