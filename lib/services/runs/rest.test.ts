import { expect, test } from 'vitest';
import { createRests } from './rest';

test('it rests for a second, then twice as long each time, and never for longer than five minutes', () => {
  const rests = createRests();
  let nowMs = 0;
  const restsMs = Array.from({ length: 12 }, () => {
    const restMs = rests.fail('run', nowMs);
    expect(rests.resting(nowMs + restMs - 1)).toEqual(['run']);
    nowMs += restMs;
    expect(rests.resting(nowMs)).toEqual([]);
    return restMs;
  });
  const growing = [1, 2, 4, 8, 16, 32, 64, 128, 256];
  expect(restsMs).toEqual([...growing, 300, 300, 300].map((seconds) => seconds * 1000));
});

test('what went on, and what nobody has come back to for five minutes, begins anew', () => {
  const rests = createRests();
  rests.fail('mended', 0);
  rests.recover('mended');
  rests.fail('gone', 0);
  expect(rests.resting(999)).toEqual(['gone']);
  expect(rests.resting(301_000)).toEqual([]);
  expect([rests.fail('mended', 301_000), rests.fail('gone', 301_000)]).toEqual([1000, 1000]);
});

test('of more than five thousand the one that failed longest ago is forgotten', () => {
  const rests = createRests();
  for (let n = 0; n < 5000; n++) rests.fail(`run ${n}`, 0);
  rests.fail('run 0', 0);
  rests.fail('one more', 0);
  const resting = rests.resting(0);
  expect(resting).toHaveLength(5000);
  expect(resting).not.toContain('run 1');
  expect(resting.slice(-2)).toEqual(['run 0', 'one more']);
});
