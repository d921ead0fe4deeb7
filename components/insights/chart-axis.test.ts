import { expect, test } from 'vitest';
import { countTicks, spreadLabels } from './chart-axis';

test.each([
  [0, [0, 1]],
  [1, [0, 1]],
  [3, [0, 1, 2, 3]],
  [7, [0, 2, 4, 6, 8]],
  [27, [0, 10, 20, 30]],
  [329, [0, 100, 200, 300, 400]],
  [1_204, [0, 500, 1_000, 1_500]],
])('a chart of up to %s has round lines and ends above it', (highest, ticks) => {
  expect(countTicks(highest)).toEqual(ticks);
});

test('names stand beside their part where they can, and never on one another', () => {
  expect(spreadLabels([20, 80], 16, 140)).toEqual([20, 80]);
  expect(spreadLabels([20, 22, 90], 16, 140)).toEqual([20, 36, 90]);
  expect(spreadLabels([135, 138], 16, 140)).toEqual([124, 140]);
  expect(spreadLabels([0, 0, 0], 16, 140)).toEqual([0, 16, 32]);
});
