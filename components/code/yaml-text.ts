import type { CelToken, CelTokenKind } from './cel-tokens';

/** In the order in which they are tried. A text that is not closed goes on to the end of its line. */
const PATTERNS: readonly (readonly [CelTokenKind, RegExp])[] = [
  ['space', /\s+/y],
  ['comment', /(?<=^|\s)#.*/y],
  ['member', /(?:"(?:\\.|[^"\\])*"|'(?:''|[^'])*'|[^\s#:,[\]{}"'&*!|>%@-][^\s#:,[\]{}]*)(?=\s*:(?:\s|$))/y],
  ['string', /"(?:\\.|[^"\\])*"?|'(?:''|[^'])*'?/y],
  ['word', /(?:true|false|null)(?![^\s,\]}])/y],
  ['number', /[-+]?(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?![^\s,\]}])/y],
  ['call', /[&*][^\s,[\]{}]+/y],
  ['bracket', /[[\]{}]/y],
  ['operator', /(?:-|\?|:)(?=\s|$)|[|>][-+]?\d*$|,/y],
  ['name', /[^\s,[\]{}]+/y],
];

/** The tokens of a line of YAML, one behind the other, whatever it is; texts over several lines are taken line by line. */
export function tokenizeYaml(text: string): CelToken[] {
  const tokens: CelToken[] = [];
  let start = 0;
  while (start < text.length) {
    const [kind, end] = tokenAt(text, start);
    tokens.push({ kind, start, end });
    start = end;
  }
  return tokens;
}

function tokenAt(text: string, start: number): [CelTokenKind, number] {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = start;
    if (pattern.test(text) && pattern.lastIndex > start) return [kind, pattern.lastIndex];
  }
  return ['other', start + 1];
}

/** Where a line and a column, both from 1, are in a text; and where that line ends. */
export function rangeAt(text: string, line: number, column: number): { start: number; end: number } {
  const lines = text.split('\n');
  const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  const length = lines[line - 1]?.length ?? 0;
  const start = Math.min(before + Math.max(0, Math.min(column - 1, length)), text.length);
  return { start, end: Math.min(before + length, text.length) };
}
