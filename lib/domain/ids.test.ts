import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatId, ID_PREFIXES, type IdKind, isId, isInShare, siblingId } from './ids';

const kinds = Object.keys(ID_PREFIXES) as IdKind[];
const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const random = fc.uint8Array({ minLength: 10, maxLength: 10 });

test('an id is a prefix and 26 characters of Crockford base32', () => {
  // The time is the example of the ULID specification.
  expect(formatId('request', 1469918176385, new Uint8Array(10))).toBe('req_01ARYZ6S410000000000000000');
  expect(formatId('key', 2 ** 48 - 1, new Uint8Array(10).fill(255))).toBe('key_7ZZZZZZZZZZZZZZZZZZZZZZZZZ');
});

test('every id that is made is well formed, of its own kind and of no other', () =>
  fc.assert(
    fc.property(fc.constantFrom(...kinds), time, random, (kind, atMs, bytes) => {
      const id = formatId(kind, atMs, bytes);
      expect(kinds.filter((other) => isId(other, id))).toEqual([kind]);
    }),
  ));

test('ids sort by their time', () =>
  fc.assert(
    fc.property(time, time, random, random, (a, b, left, right) => {
      fc.pre(a !== b);
      expect(formatId('event', a, left) < formatId('event', b, right)).toBe(a < b);
    }),
  ));

test('different randomness makes different ids', () =>
  fc.assert(
    fc.property(time, random, random, (at, left, right) => {
      fc.pre(left.some((byte, i) => byte !== right[i]));
      expect(formatId('event', at, left)).not.toBe(formatId('event', at, right));
    }),
  ));

test.each([
  ['', 'nothing'],
  ['req_', 'no body'],
  ['req_01KEYB11G0000000000000000', 'a character short'],
  ['req_01KEYB11G000000000000000000', 'a character long'],
  ['req_01keyb11g00000000000000000', 'lower case'],
  ['req_01KEYB11G0000000000000000I', 'a letter that looks like a digit'],
  ['evt_01KEYB11G00000000000000000', 'another kind'],
  ['REQ_01KEYB11G00000000000000000', 'another prefix'],
  ['req_01KEYB11G00000000000000000\n', 'a line break at the end'],
  [' req_01KEYB11G00000000000000000', 'a space before it'],
  ["req_' OR 1=1 --000000000000000", 'SQL'],
])('%j is no request id: %s', (text) => expect(isId('request', text)).toBe(false));

test('a sibling is an id of the other kind, and leads back', () =>
  fc.assert(
    fc.property(time, random, (atMs, bytes) => {
      const request = formatId('request', atMs, bytes);
      const evaluation = siblingId('evaluation', request);
      expect(isId('evaluation', evaluation)).toBe(true);
      expect(siblingId('request', evaluation)).toBe(request);
    }),
  ));

test('every id is in the whole, none in nothing, and what is in a share is in every larger one', () =>
  fc.assert(
    fc.property(
      time,
      random,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (atMs, bytes, a, b) => {
        const id = formatId('evaluation', atMs, bytes);
        expect([isInShare(id, 0), isInShare(id, 1)]).toEqual([false, true]);
        if (isInShare(id, Math.min(a, b))) expect(isInShare(id, Math.max(a, b))).toBe(true);
      },
    ),
  ));

test('a quarter of many ids is a quarter of them', () => {
  // The last 25 bits, which decide, walked through in even steps.
  const ids = Array.from({ length: 1024 }, (_, step) => {
    const bits = step << 15;
    return formatId('evaluation', 0, new Uint8Array([0, 0, 0, 0, 0, 0, bits >> 24, bits >> 16, bits >> 8, bits]));
  });
  expect(ids.filter((id) => isInShare(id, 0.25))).toHaveLength(256);
});
