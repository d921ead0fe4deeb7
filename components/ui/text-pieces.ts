/** A piece of somebody else's text: what can be seen, or the code of a character that would hide or reorder what is around it. */
export type TextPiece = { kind: 'text'; text: string } | { kind: 'hidden'; code: string; name: string };

const NAMES: Record<number, string> = {
  0: 'null',
  7: 'bell',
  8: 'backspace',
  27: 'escape',
  127: 'delete',
  173: 'soft hyphen',
  1564: 'Arabic letter mark',
  6158: 'Mongolian vowel separator',
  8203: 'zero-width space',
  8204: 'zero-width non-joiner',
  8205: 'zero-width joiner',
  8206: 'left-to-right mark',
  8207: 'right-to-left mark',
  8232: 'line separator',
  8233: 'paragraph separator',
  8234: 'left-to-right embedding',
  8235: 'right-to-left embedding',
  8236: 'pop directional formatting',
  8237: 'left-to-right override',
  8238: 'right-to-left override',
  8288: 'word joiner',
  8294: 'left-to-right isolate',
  8295: 'right-to-left isolate',
  8296: 'first strong isolate',
  8297: 'pop directional isolate',
  12644: 'Hangul filler',
  65279: 'zero-width no-break space',
};

// Controls but tab and newline, formats (bidi, zero width, tags), separators, lone surrogates, and letters that draw nothing.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115F\u1160\u3164\uFFA0]/u;
const LINE_BREAKS = /\r\n/g;

/** A joiner belongs where scripts and emoji need it: after a picture, or between letters outside Latin, Greek and Cyrillic. */
function joins(before: string, after: string): boolean {
  if (/(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\uFE0F)$/u.test(before))
    return /^\p{Extended_Pictographic}/u.test(after);
  const letter = /[\p{L}\p{M}]/u;
  const plain = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}]/u;
  return [before, after].every((side) => letter.test(side) && !plain.test(side));
}

/**
 * Splits text into what can be seen and what cannot, so that a right-to-left override or an escape sequence in a payload shows
 * itself instead of changing how its neighbours read. Newlines and tabs are kept; CR LF counts as a newline.
 */
export function toPieces(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let seen = '';
  const characters = [...text.replace(LINE_BREAKS, '\n')];
  characters.forEach((character, index) => {
    const code = character.codePointAt(0) ?? 0;
    const joiner = code === 0x200c || code === 0x200d;
    const wanted = joiner && joins(characters[index - 1] ?? '', characters[index + 1] ?? '');
    if (character === '\n' || character === '\t' || wanted || !HIDDEN.test(character)) {
      seen += character;
      return;
    }
    if (seen) pieces.push({ kind: 'text', text: seen });
    seen = '';
    pieces.push({
      kind: 'hidden',
      code: `U+${code.toString(16).toUpperCase().padStart(4, '0')}`,
      name: NAMES[code] ?? 'invisible character',
    });
  });
  if (seen) pieces.push({ kind: 'text', text: seen });
  return pieces;
}
