import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Column, cutTo, displayWidth, toTable } from './table';

interface Row {
  id: string;
  title: string;
  by: string;
}

const COLUMNS: Column<Row>[] = [
  { head: 'ID', text: ({ id }) => id },
  { head: 'TITLE', text: ({ title }) => title, least: 8 },
  { head: 'BY', text: ({ by }) => by, least: 4 },
];
const row = (title: string, by = 'ada'): Row => ({ id: 'req_1', title, by });

describe('a table', () => {
  test('has its columns under their heads', () => {
    expect(toTable(COLUMNS, [row('Invoice 4711'), row('Deploy', 'ben')], 60)).toBe(
      'ID     TITLE         BY\nreq_1  Invoice 4711  ada\nreq_1  Deploy        ben\n',
    );
  });

  test('cuts what may be cut, the widest first, and says so', () => {
    expect(toTable(COLUMNS, [row('A title of thirty characters!!', 'somebody')], 31)).toBe(
      'ID     TITLE           BY\nreq_1  A title of th…  somebody\n',
    );
  });

  test('cuts nothing where nobody looks', () => {
    const long = 'x'.repeat(500);
    expect(toTable(COLUMNS, [row(long)], null)).toContain(long);
  });

  test('never cuts an id, however narrow it is', () => {
    expect(toTable(COLUMNS, [row('A title of thirty characters!!', 'somebody')], 5)).toContain('req_1');
  });

  test('is not wider than the terminal, whatever is in it', () =>
    fc.assert(
      fc.property(
        fc.array(fc.record({ id: fc.constant('req_1'), title: fc.string({ unit: 'grapheme' }), by: fc.string() })),
        fc.integer({ min: 25, max: 200 }),
        (rows, width) => {
          const lines = toTable(COLUMNS, rows, width).split('\n');
          expect(lines).toHaveLength(rows.length + 2);
          for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
    ));

  test('keeps its columns in line beside wide characters', () => {
    const lines = toTable(COLUMNS, [row('請求書'), row('e\u0301'), row('👩‍💻 go')], 60).split('\n');
    expect(lines).toEqual([
      'ID     TITLE   BY',
      'req_1  請求書  ada',
      'req_1  e\u0301       ada',
      'req_1  👩‍💻 go   ada',
      '',
    ]);
  });

  test('shows what would steer the terminal instead of doing it', () => {
    const shown = toTable(COLUMNS, [row('\u001b[2Jgone\nfor good\u202e')], 80);
    expect(shown).toContain('\\u001b[2Jgone for good\\u202e');
    expect(shown.split('\n')).toHaveLength(3);
  });
});

test.each([
  ['short', 10, 'short'],
  ['exactly ten', 11, 'exactly ten'],
  ['one too many', 11, 'one too ma…'],
  ['請求書', 5, '請求…'],
  ['請求書', 4, '請…'],
])('%s in %d columns is %s', (text, width, cut) => {
  expect(cutTo(text, width)).toBe(cut);
  expect(displayWidth(cut)).toBeLessThanOrEqual(width);
});
