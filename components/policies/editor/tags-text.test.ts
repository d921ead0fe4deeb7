import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTags, toTagsText } from './tags-text';

test('tags come back as they were, whatever is in them', () => {
  const piece = fc.constantFrom('a', 'b', ',', '"', ' ', '\n', 'é', '""', ', ');
  const tag = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(fc.array(tag, { maxLength: 5 }), (tags) => {
      expect(readTags(toTagsText(tags))).toEqual(tags);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['money, transfers', ['money', 'transfers']],
  [' money ,, transfers,', ['money', 'transfers']],
  ['"money, large", transfers', ['money, large', 'transfers']],
  ['5" disks, "open', ['5" disks', '"open']],
  ['', []],
])('%j is read as %j', (text, tags) => {
  expect(readTags(text)).toEqual(tags);
});

test('what needs no quotes has none', () => {
  expect(toTagsText(['money', 'two words', 'a, b'])).toBe('money, two words, "a, b"');
});
