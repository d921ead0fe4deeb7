import { InvalidArgumentError } from 'commander';
import { describe, expect, test } from 'vitest';
import { readCount, readLevel, readOneOf, readPair } from './options';

const pairs = (...texts: string[]) =>
  Object.fromEntries(
    texts.reduce<Map<string, string> | undefined>((all, text) => readPair(text, all), undefined) ?? [],
  );

describe('key=value', () => {
  test('values stay the text that they are', () => {
    expect(pairs('signoff=Approved', 'limit=010', 'yes=true', 'none=null', 'empty=')).toEqual({
      signoff: 'Approved',
      limit: '010',
      yes: 'true',
      none: 'null',
      empty: '',
    });
  });
  test('only the first = parts', () => expect(pairs('query=a=b&c=d')).toEqual({ query: 'a=b&c=d' }));
  test('spaces and line breaks belong to the value', () =>
    expect(pairs('note= two\nlines ')).toEqual({ note: ' two\nlines ' }));
  test('a name that objects have already is a name like any other', () => {
    const read = pairs('__proto__=x', 'constructor=y');
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(JSON.stringify(read)).toBe('{"__proto__":"x","constructor":"y"}');
  });
  test.each(['novalue', '=value', ''])('%j is none', (text) => expect(() => pairs(text)).toThrow(InvalidArgumentError));
  test('the same key twice is a mistake, not a choice', () =>
    expect(() => pairs('a=1', 'b=2', 'a=1')).toThrow('“a” is given twice.'));
});

test.each(['0', '-1', '1.5', '1e3', 'ten', '', '99999999999999999999'])('%j is no count', (text) =>
  expect(() => readCount(text)).toThrow(InvalidArgumentError),
);
test('a count is a whole number from 1', () => expect([readCount('1'), readCount('200')]).toEqual([1, 200]));
test.each(['0', '6', '1.5', 'four'])('%j is no level', (text) =>
  expect(() => readLevel(text)).toThrow(InvalidArgumentError),
);
test('a list takes what is on it', () => {
  const read = readOneOf(['open', 'expired']);
  expect(read('expired', read('open', undefined))).toEqual(['open', 'expired']);
  expect(() => read('lost', undefined)).toThrow('open, expired');
});
