import { expect, test } from 'vitest';
import { toCsvRow } from './csv';

test('cells with a comma, a quote or a line break are quoted, and quotes doubled', () => {
  expect(toCsvRow(['plain', 'a,b', 'say "hi"', 'two\nlines', 'cr\rlf\r\n'])).toBe(
    'plain,"a,b","say ""hi""","two\nlines","cr\rlf\r\n"\r\n',
  );
});

test('numbers, nulls and objects are written as they are, empty and as JSON', () => {
  expect(toCsvRow([12, -5, 9_007_199_254_740_993n, true, null, { a: [1, 'x,y'] }])).toBe(
    '12,-5,9007199254740993,true,,"{""a"":[1,""x,y""]}"\r\n',
  );
});

test.each([
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['\r=1', `"'\r=1"`],
  ['\n=1', `"'\n=1"`],
  ['＝1', "'＝1"],
  ['＠x', "'＠x"],
  ['=HYPERLINK("http://x","y")', `"'=HYPERLINK(""http://x"",""y"")"`],
])('text that a spreadsheet would run is neutralised: %j', (text, cell) => {
  expect(toCsvRow([text])).toBe(`${cell}\r\n`);
});

test('text that only contains such a character is left alone', () => {
  expect(toCsvRow(['1+1=2', 'a@b.c', "it's"])).toBe("1+1=2,a@b.c,it's\r\n");
});
