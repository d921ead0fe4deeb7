import { expect, test } from 'vitest';
import type { BudgetDraw } from '@/lib/contracts';
import { drawWords, isShort } from './draw-words';

const DRAW: BudgetDraw = {
  budget_id: 'bud_1',
  agent_id: null,
  skill_id: null,
  period: 'day',
  state: 'open',
  amount_cents: 250_000,
  limit_cents: 500_000,
  left_cents: 410_000,
};

test.each([
  [{}, '€2,500.00 of €4,100.00 left', false],
  [{ left_cents: 250_000 }, '€2,500.00 of €2,500.00 left', false],
  [{ left_cents: 90_000 }, 'Only €900.00 left: approving is refused', true],
  [{ amount_cents: 0, left_cents: 0 }, '€0.00 of €0.00 left', false],
  [{ amount_cents: null }, 'The cost is unknown: nothing is reserved', false],
  [{ period: 'request', left_cents: 500_000 }, '€2,500.00 is within it', false],
  [{ period: 'request', left_cents: 200_000 }, '€2,500.00 is above it', true],
  [{ state: 'reserved', left_cents: 0 }, '€2,500.00 reserved', false],
  [{ state: 'reserved', amount_cents: null }, 'Nothing reserved', false],
  [{ state: 'spent', amount_cents: 248_000 }, '€2,480.00 spent', false],
  [{ state: 'released' }, '€2,500.00 given back', false],
] as const)('%j is said as “%s”', (over, words, short) => {
  const draw = { ...DRAW, ...over };
  expect([drawWords(draw, 'EUR'), isShort(draw)]).toEqual([words, short]);
});
