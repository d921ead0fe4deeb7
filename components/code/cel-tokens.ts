/** What a piece of an expression is. `call` is a name that is called, `member` one behind a dot. */
export type CelTokenKind =
  | 'space'
  | 'comment'
  | 'string'
  | 'number'
  | 'word'
  | 'member'
  | 'call'
  | 'name'
  | 'operator'
  | 'bracket'
  | 'other';

export interface CelToken {
  kind: CelTokenKind;
  start: number;
  end: number;
}

const WORDS = new Set(['true', 'false', 'null', 'in']);

/** In the order in which they are tried. A string that is not closed goes on to the end: somebody is typing it. */
const PATTERNS: readonly (readonly [CelTokenKind, RegExp])[] = [
  ['space', /\s+/y],
  ['comment', /\/\/[^\r\n]*/y],
  ['string', /(?:[rR][bB]?|[bB][rR]?)?(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$))/y],
  ['string', /(?:[rR][bB]?|[bB][rR])(?:"[^"\r\n]*(?:"|$)|'[^'\r\n]*(?:'|$))/y],
  ['string', /[bB]?(?:"(?:\\.|[^"\\\r\n])*(?:"|$)|'(?:\\.|[^'\\\r\n])*(?:'|$))/y],
  ['number', /0x[0-9a-fA-F]+u?|(?:\d+\.\d+|\.\d+|\d+)(?:[eE][+-]?\d+)?u?/y],
  ['name', /[A-Za-z_]\w*/y],
  ['operator', /&&|\|\||[=!<>]=|[!<>?:+\-*/%]/y],
  ['bracket', /[()[\]{}]/y],
  ['other', /[\s\S]/y],
];

/** The tokens of an expression, one behind the other, whatever it is: an editor shows what is half typed too. */
export function tokenizeCel(text: string): CelToken[] {
  const tokens: CelToken[] = [];
  let start = 0;
  while (start < text.length) {
    const [kind, end] = tokenAt(text, start);
    tokens.push({ kind: kind === 'name' ? nameKind(text, start, end) : kind, start, end });
    start = end;
  }
  return tokens;
}

function tokenAt(text: string, start: number): [CelTokenKind, number] {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = start;
    if (pattern.test(text)) return [kind, pattern.lastIndex];
  }
  return ['other', start + 1];
}

function nameKind(text: string, start: number, end: number): CelTokenKind {
  if (WORDS.has(text.slice(start, end))) return 'word';
  if (/^\s*\(/.test(text.slice(end))) return 'call';
  return /\.\s*$/.test(text.slice(0, start)) ? 'member' : 'name';
}
