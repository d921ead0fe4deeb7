import { expect, test } from 'vitest';
import { toPieces } from './text-pieces';

const shown = (text: string) =>
  toPieces(text)
    .map((piece) => (piece.kind === 'text' ? piece.text : `[${piece.code}]`))
    .join('');

test('a bidi override shows itself instead of turning its neighbours around', () => {
  expect(toPieces('pay \u202Egro.live')).toEqual([
    { kind: 'text', text: 'pay ' },
    { kind: 'hidden', code: 'U+202E', name: 'right-to-left override' },
    { kind: 'text', text: 'gro.live' },
  ]);
});

test('control characters, zero widths, tags and lone surrogates are visible', () => {
  expect(shown('a\u0000b\u001B[31mc')).toBe('a[U+0000]b[U+001B][31mc');
  expect(shown('pay\u200Bpal\uFEFF')).toBe('pay[U+200B]pal[U+FEFF]');
  expect(shown('x\u{E0041}')).toBe('x[U+E0041]');
  expect(shown('\uD800!')).toBe('[U+D800]!');
  expect(shown('a\u3164b')).toBe('a[U+3164]b');
});

test('newlines and tabs stay, CR LF is one newline, a CR alone is shown', () => {
  expect(shown('a\r\nb\tc\rd')).toBe('a\nb\tc[U+000D]d');
});

test('joiners stay where emoji and scripts need them and show elsewhere', () => {
  expect(shown('👩‍🚀 👩🏽‍🚀 ❤️‍🔥')).toBe('👩‍🚀 👩🏽‍🚀 ❤️‍🔥');
  expect(shown('می\u200Cخواهم')).toBe('می\u200Cخواهم');
  expect(shown('ad\u200Dmin')).toBe('ad[U+200D]min');
});

test('text with nothing to hide is one piece, however long', () => {
  const text = '🟢'.repeat(100_000);
  expect(toPieces(text)).toEqual([{ kind: 'text', text }]);
  expect(toPieces('')).toEqual([]);
});
