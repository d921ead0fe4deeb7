import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rangeAt, tokenizeYaml } from './yaml-text';

const kinds = (line: string) =>
  tokenizeYaml(line)
    .filter(({ kind }) => kind !== 'space')
    .map(({ kind, start, end }) => `${kind} ${line.slice(start, end)}`);

// biome-ignore format: a table
test.each([
  ['  - id: sweep # the inbox', ['operator -', 'member id', 'operator :', 'name sweep', 'comment # the inbox']],
  ['depends_on: [a, "b c"]', ['member depends_on', 'operator :', 'bracket [', 'name a', 'operator ,', 'string "b c"', 'bracket ]']],
  ['retries: 3', ['member retries', 'operator :', 'number 3']],
  ['when: params.a__b > 3', ['member when', 'operator :', 'name params.a__b', 'name >', 'number 3']],
  ['ok: true', ['member ok', 'operator :', 'word true']],
  ['url: http://x.example/#a', ['member url', 'operator :', 'name http://x.example/#a']],
  ['"a b": null', ['member "a b"', 'operator :', 'word null']],
  ['text: |-', ['member text', 'operator :', 'operator |-']],
])('%j is read as %j', (line, expected) => expect(kinds(line)).toEqual(expected));

test('tokens cover every line whole, whatever it is, and do not take long', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 200 }),
      (line) =>
        tokenizeYaml(line)
          .map(({ start, end }) => line.slice(start, end))
          .join('') === line,
    ),
  );
  const beganMs = performance.now();
  tokenizeYaml(`${'"\\'.repeat(5000)}${'a:b'.repeat(5000)}`);
  expect(performance.now() - beganMs).toBeLessThan(1000);
});

test('a line and a column are a place, and what lies outside is the nearest one', () => {
  const text = 'a: 1\nbc: 2\n';
  expect(rangeAt(text, 1, 4)).toEqual({ start: 3, end: 4 });
  expect(rangeAt(text, 2, 1)).toEqual({ start: 5, end: 10 });
  expect(rangeAt(text, 2, 99)).toEqual({ start: 10, end: 10 });
  expect(rangeAt(text, 9, 9)).toEqual({ start: 11, end: 11 });
});
