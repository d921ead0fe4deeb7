import { expect, test } from 'vitest';
import { countColumns } from './columns';
import { CARD, centreOn, placeTasks } from './layout';

const task = (id: string, ...depends_on: string[]) => ({ id, depends_on });
const DIAMOND = [task('a'), task('b', 'a'), task('c', 'a'), task('d', 'b', 'c'), task('e', 'a', 'd')];

test('each task stands to the right of what it waits for, and no card covers another', () => {
  const { cards, lines, width, height } = placeTasks(DIAMOND);
  const at = (id: string) => cards.get(id) ?? { x: Number.NaN, y: Number.NaN };
  for (const { id, depends_on } of DIAMOND) {
    for (const before of depends_on) expect(at(id).x).toBeGreaterThan(at(before).x + CARD.width);
    for (const other of cards.keys()) {
      if (other === id) continue;
      const apart = Math.abs(at(id).x - at(other).x) >= CARD.width || Math.abs(at(id).y - at(other).y) >= CARD.height;
      expect(apart, `${id} and ${other}`).toBe(true);
    }
    expect(at(id).x + CARD.width).toBeLessThanOrEqual(width);
    expect(at(id).y + CARD.height).toBeLessThanOrEqual(height);
  }
  expect(lines.map(({ id }) => id).sort()).toEqual(['a → b', 'a → c', 'a → e', 'b → d', 'c → d', 'd → e']);
});

test('a line leaves at the right edge of one card and arrives at the left edge of the other', () => {
  const { cards, lines } = placeTasks([task('a'), task('b', 'a')]);
  const a = cards.get('a') ?? { x: 0, y: 0 };
  const b = cards.get('b') ?? { x: 0, y: 0 };
  const middle = (y: number) => y + CARD.height / 2;
  expect(lines[0]?.path.startsWith(`M${a.x + CARD.width} ${middle(a.y)}C`)).toBe(true);
  expect(lines[0]?.path.endsWith(` ${b.x} ${middle(b.y)}`)).toBe(true);
});

test('five hundred tasks in one chain, and dependencies on what is not there, are placed all the same', () => {
  const chain = Array.from({ length: 500 }, (_, n) => (n === 0 ? task('t0', 'ghost') : task(`t${n}`, `t${n - 1}`)));
  const { cards, lines } = placeTasks(chain);
  expect(cards.size).toBe(500);
  expect(lines).toHaveLength(499);
});

test('the longest way through says how wide the drawing is', () => {
  expect(countColumns(DIAMOND)).toBe(4);
  expect(countColumns([task('a'), task('b')])).toBe(1);
  expect(countColumns([])).toBe(0);
});

test('no tasks are no drawing', () => {
  expect(placeTasks([])).toMatchObject({ lines: [] });
});

test('a card is brought to the middle, but never is more seen than the drawing', () => {
  const whole = { width: 2000, height: 300 };
  const seen = { width: 800, height: 400 };
  expect(centreOn(whole, { x: 900, y: 10 }, seen)).toEqual({ x: 900 + CARD.width / 2, y: 150 });
  expect(centreOn(whole, { x: 0, y: 10 }, seen)).toEqual({ x: 400, y: 150 });
  expect(centreOn(whole, { x: 1800, y: 10 }, seen)).toEqual({ x: 1600, y: 150 });
});
