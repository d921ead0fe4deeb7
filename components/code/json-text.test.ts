import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJsonObject, tokenizeJson } from './json-text';

test('an object is read, and nothing is an empty one', () => {
  expect(readJsonObject('{"a": 1}')).toEqual({ value: { a: 1 } });
  expect(readJsonObject(' \n')).toEqual({ value: {} });
});

test.each([
  ['{"a": }', 6, 7],
  ['{"a": 1', 6, 7],
  ['{\n  "a": 1,\n}', 12, 13],
  ['{"a" 1}', 5, 6],
  ["{'a': 1}", 1, 4],
  ['{a: 1}', 1, 2],
  ['{"a": [1, 2}', 11, 12],
  ['{"a": -1, "b": tru}', 15, 18],
  ['{"a": 1} {', 9, 10],
  ['{"a": "x}', 6, 9],
])('%j is refused where it is wrong', (text, start, end) => {
  expect(readJsonObject(text)).toEqual({
    fault: { message: expect.stringMatching(/^This is not JSON: /), start, end },
  });
});

test('a text of which JSON says no has a fault to show, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[],:" 1-e.\\atrue\n') }), (text) => {
      const read = readJsonObject(text);
      if ('value' in read) return;
      expect(read.fault.end).toBeGreaterThan(read.fault.start);
      expect(read.fault.end).toBeLessThanOrEqual(text.length);
    }),
  );
});

test.each(['[1]', 'null', '"text"', '1'])('%s is JSON, but no object', (text) => {
  expect(readJsonObject(text)).toEqual({
    fault: { message: expect.stringContaining('object'), start: 0, end: text.length },
  });
});

test('a name is told from a text', () => {
  const kinds = tokenizeJson('{"a" : "b"}').filter(({ kind }) => kind === 'member' || kind === 'string');
  expect(kinds).toEqual([
    { kind: 'member', start: 1, end: 4 },
    { kind: 'string', start: 7, end: 10 },
  ]);
});
