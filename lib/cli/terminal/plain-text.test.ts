import fc from 'fast-check';
import { expect, test } from 'vitest';
import { plainJson, plainLine, plainText } from './plain-text';

test.each([
  ['\u001b]0;owned\u0007', '\\u001b]0;owned\\u0007'],
  ['\u009b31mred', '\\u009b31mred'],
  ['one\r\ntwo\tthree', 'one two three'],
  ['pay\u202eeca', 'pay\\u202eeca'],
  ['a\u200bb\ufeff', 'a\\u200bb\\ufeff'],
  ['👩‍💻 ändert – ok', '👩‍💻 ändert – ok'],
])('%j is shown as %s', (text, shown) => expect(plainLine(text)).toBe(shown));

test('text of several lines keeps them', () =>
  expect(plainText('one\r\ntwo\u001b\nthree')).toBe('one\ntwo\\u001b\nthree'));

const steers = (text: string) => [...text].some((c) => (c < ' ' && c !== '\n') || (c >= '\u007f' && c < '\u00a0'));

/** Every character that is looked for, and its neighbours. */
const CHARACTERS = Array.from({ length: 0x120 }, (_, code) => String.fromCharCode(code)).concat(
  ...'\u061c\u180e\u200b\u200d\u200e\u2028\u2029\u202e\u2066\ufeff\ud800😀'.split(''),
);
const someText = fc.string({ unit: fc.constantFrom(...CHARACTERS) });

test('nothing that is shown steers a terminal', () =>
  fc.assert(
    fc.property(someText, (text) => {
      expect(steers(plainLine(text))).toBe(false);
      expect(plainLine(text)).not.toContain('\n');
    }),
  ));

test('JSON is the very same value, and steers nothing either', () =>
  fc.assert(
    fc.property(fc.array(fc.record({ title: someText, n: fc.integer() })), (value) => {
      const text = plainJson(JSON.stringify(value, null, 2));
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(steers(text)).toBe(false);
    }),
  ));
