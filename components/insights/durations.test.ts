import { expect, test } from 'vitest';
import { durationTicks, formatBound, formatDuration, formatTick, spellDuration } from './durations';

test.each([
  [0, '0 s', '0 seconds'],
  [42.4, '42 s', '42 seconds'],
  [60, '1 min', '1 minute'],
  [750, '12.5 min', '12.5 minutes'],
  [3600, '1 h', '1 hour'],
  [24.5 * 3600, '24.5 h', '24.5 hours'],
  [47.96 * 3600, '48 h', '48 hours'],
  [7.1 * 86_400, '7.1 d', '7.1 days'],
  [123.4 * 86_400, '123 d', '123 days'],
  [null, '–', 'no value'],
])('%s seconds read %s', (seconds, short, words) => {
  expect(formatDuration(seconds)).toBe(short);
  expect(spellDuration(seconds)).toBe(words);
});

test.each([
  [0, ['0', '1 s']],
  [3, ['0', '1 s', '2 s', '3 s']],
  [240, ['0', '1 min', '2 min', '3 min', '4 min']],
  [3 * 3600, ['0', '1 h', '2 h', '3 h']],
  [30 * 3600, ['0', '8 h', '16 h', '24 h', '32 h']],
  [17 * 86_400, ['0', '7 d', '14 d', '21 d']],
  [4000 * 86_400, ['0', '1000 d', '2000 d', '3000 d', '4000 d']],
])('a chart up to %s seconds has a few round lines and ends above it', (highest, labels) => {
  const ticks = durationTicks(highest);
  expect(ticks.map((tick) => formatTick(tick, ticks[1] ?? 1))).toEqual(labels);
  expect(ticks.at(-1)).toBeGreaterThanOrEqual(highest);
});

test('a bar is named by its bound, on one line', () => {
  expect([60, 900, 3600, 8 * 3600, 86_400, 14 * 86_400, null].map(formatBound)).toEqual([
    '1 min',
    '15 min',
    '1 h',
    '8 h',
    '1 d',
    '14 d',
    'more',
  ]);
});
