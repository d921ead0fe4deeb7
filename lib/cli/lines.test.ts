import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineAssembler, readLines } from './lines';

test('however a stream is cut, its whole lines come out once and in order, and half a line never', () =>
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ' '))),
      fc.string().map((text) => text.replaceAll('\n', ' ')),
      fc.array(fc.integer({ min: 1, max: 9 })),
      (lines, half, sizes) => {
        const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join('') + half);
        const { take: assemble } = lineAssembler();
        let text = '';
        let last: string | null = null;
        for (let at = 0, n = 0; at < bytes.length; n++) {
          const size = sizes[n] ?? 5;
          const piece = assemble(bytes.subarray(at, at + size));
          text += piece.text;
          last = piece.last ?? last;
          at += size;
        }
        const read = text.split('\n').slice(0, -1);
        const ended = new TextDecoder().decode(new TextEncoder().encode(lines.join('\n'))).split('\n');
        expect(read).toEqual(lines.length === 0 ? [] : ended);
        expect(last).toEqual(read.at(-1) ?? null);
      },
    ),
  ));

test('lines end at line feeds and nowhere else, wherever the pieces are cut', async () => {
  const text = 'one\r\ntwo \u2028 and \u2029 \u0085 still two\n\nfour äö';
  const bytes = new TextEncoder().encode(text);
  for (const size of [1, 2, 3, 5, 100]) {
    const pieces = (async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })();
    expect(await Array.fromAsync(readLines(pieces))).toEqual([
      'one',
      'two \u2028 and \u2029 \u0085 still two',
      '',
      'four äö',
    ]);
  }
});
