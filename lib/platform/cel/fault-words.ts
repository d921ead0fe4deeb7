import { type ParseError, TypeError as TypeFault } from '@marcbachmann/cel-js';

/** What may be missing, by the parser's names of tokens. */
const MISSING: Readonly<Record<string, string>> = {
  IDENTIFIER: 'A name is missing',
  RPAREN: 'A closing ) is missing',
  RBRACKET: 'A closing ] is missing',
  RBRACE: 'A closing } is missing',
  COLON: 'A : is missing',
};

const TOO_MUCH: Readonly<Record<string, (limit: string) => string>> = {
  maxDepth: (limit) => `This is nested more than ${limit} deep`,
  maxAstNodes: (limit) => `A condition has at most ${limit} parts`,
  maxListElements: (limit) => `A list has at most ${limit} items`,
  maxMapEntries: (limit) => `A map has at most ${limit} entries`,
  maxCallArguments: (limit) => `A function takes at most ${limit} values`,
};

/** What people write who come from another language. A map: what is looked up is somebody's text. */
const MEANT: ReadonlyMap<string, string> = new Map([
  ['=', 'Compare with ==, not with ='],
  ['&', 'Write && for “and”'],
  ['|', 'Write || for “or”'],
  ['and', 'Write && for “and”'],
  ['or', 'Write || for “or”'],
]);

const WORDS: Readonly<Record<string, string>> = {
  unterminated_string: 'The closing quote of this text is missing',
  unterminated_triple_quoted_string: 'The closing quotes of this text are missing',
  newline_in_string: 'A text ends on the line that it begins on: write \\n for a new line',
  invalid_exponent: 'The exponent of this number is missing',
};

/**
 * A fault of the checker in words for whoever writes the condition. The parser speaks of its tokens ("Expected RPAREN, got EOF"), which
 * nobody has typed; what it says otherwise is passed on as it is.
 */
export function toFaultWords(error: ParseError | TypeFault, expression: string): string {
  const summary = error.summary ?? 'Not a valid expression';
  if (error instanceof TypeFault) {
    const [, types] = /^no such overload: (.+)$/.exec(summary) ?? [];
    return types === undefined ? summary : `These do not go together: ${types}`;
  }
  const { start, end } = error.range ?? { start: 0, end: expression.length };
  return syntaxWords(error.code, summary, { before: expression.slice(0, start), at: expression.slice(start, end) });
}

function syntaxWords(code: string, summary: string, { before, at }: { before: string; at: string }): string {
  switch (code) {
    case 'expected_token': {
      const [, name = ''] = /^Expected (\w+),/.exec(summary) ?? [];
      const missing = MISSING[name];
      return missing === undefined ? summary : `${missing} ${placeOf(at)}`;
    }
    case 'unexpected_token':
      return at === '' ? 'Something is missing at the end' : (MEANT.get(at) ?? `“${at}” cannot stand here`);
    case 'unexpected_character':
      return strayWords(before, at);
    case 'reserved_identifier':
      return `“${at}” is a reserved word and names nothing`;
    case 'invalid_number':
    case 'invalid_integer':
    case 'invalid_hex_integer':
      return `“${at}” is not a number`;
    case 'limit_exceeded': {
      const [, limit = '', most = ''] = /^Exceeded (\w+) \((\d+)\)$/.exec(summary) ?? [];
      return TOO_MUCH[limit]?.(most) ?? summary;
    }
    default:
      if (code.includes('escape') || code.includes('surrogate'))
        return 'This backslash begins nothing that is known: write \\\\ for a backslash';
      return WORDS[code] ?? summary;
  }
}

/** What comes after something that was whole already, or what is no part of the language. */
function strayWords(before: string, at: string): string {
  const meant = MEANT.get(at.toLowerCase());
  if (meant !== undefined) return meant;
  if (/\bnot\s+$/i.test(before)) return 'Write ! for “not”';
  return /^[\w"']/.test(at) ? `An operator, such as == or &&, is missing before “${at}”` : `“${at}” cannot stand here`;
}

function placeOf(at: string): string {
  return at === '' ? 'at the end' : `before “${at}”`;
}
