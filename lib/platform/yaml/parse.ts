import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  visit,
} from 'yaml';
import { AppError } from '@/lib/domain/errors';
import { parseJson } from '../json';

/** Marks, names and texts, as the lexer counts them: several for each line. Far more than a person writes, and read in a fifth of a second. */
const MAX_LEXEMES = 20_000;
/** As bodies of YAML are bounded. */
const MAX_BYTES = 256 * 1024;
/** Open collections and the pairs in them. */
const MAX_STACK = 80;
/** How much larger than its text a document may become by its aliases. */
const MAX_ALIASES = 100;
/** As a whole number is written: digits of any base, or a fraction of nothing but zeros; an exponent says itself that it is not exact. */
const INTEGER = /^(?:[-+]?\d+(?:\.0*)?|0o[0-7]+|0x[\dA-Fa-f]+)$/;

export interface Place {
  line: number;
  column: number;
}

export interface ParsedYaml {
  value: unknown;
  /** Where in the text a JSON pointer leads, or as far as it leads. */
  locate: (pointer: string) => Place | null;
}

/**
 * Reads one document of YAML 1.2 as plain values. How much it is, how deep, and what its aliases make of it is bounded while it is read,
 * before anything is built of it; tags that are not the core schema's, merge keys and keys that come twice, be it as a number and as a text,
 * are refused.
 * @throws AppError `http/not-yaml` with line and column; `input/too-complex`; `input/invalid` for an integer that would be rounded.
 */
export function parseYaml(text: string): ParsedYaml {
  if (text.length > LARGE && isWrittenAsJson(text)) return asJson(text);
  const { document, lines } = readDocument(text);
  const locate = (pointer: string): Place | null => placeOf(find(document, pointer), lines);
  assertKnownAliases(document, lines);
  assertExactIntegers(document, lines);
  assertDistinctKeys(document, lines);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    // Aliases that make more of it than is allowed.
    const detail = error instanceof Error ? error.message : 'An alias cannot be followed';
    throw new AppError('input/too-complex', { detail, cause: error });
  }
  assertFinite(value);
  return { value, locate };
}

/** From so many characters on, a document that is JSON is read as such. */
const LARGE = 64 * 1024;
const COMMENTS = /^(?:[ \t]*(?:#[^\n]*)?\r?\n)*/;
const JSON_BEGINS = /^\s*\{\s*"/;

/** Whether a document is written as JSON, which is YAML too, under comments or not; whether it is sound JSON is another question. */
export function isWrittenAsJson(text: string): boolean {
  return JSON_BEGINS.test(withoutComments(text));
}

function withoutComments(text: string): string {
  return text.slice(COMMENTS.exec(text)?.[0].length ?? 0);
}

/** A large document that programs wrote. Where in it a part stands, nobody asks of them. */
function asJson(text: string): ParsedYaml {
  const { value, assertExact } = parseJson(withoutComments(text));
  assertExact();
  return { value, locate: () => null };
}

/** Whether a document is larger than what is read as YAML. */
export function isTooLarge(text: string): boolean {
  if (Buffer.byteLength(text) > MAX_BYTES) return true;
  let lexemes = 0;
  for (const _ of new Lexer().lex(text)) {
    lexemes += 1;
    if (lexemes > MAX_LEXEMES) return true;
  }
  return false;
}

/** What somebody wrote beside the values: the comments of a text, in their order. */
export function commentsOf(text: string): string[] {
  return [...new Lexer().lex(text)].filter((lexeme) => lexeme.startsWith('#'));
}

/** The tree of a text's only document, with everything that a person wrote into it. */
export function readDocument(text: string): { document: Document.Parsed; lines: LineCounter } {
  const lines = new LineCounter();
  const tokens = readTokens(text, lines);
  const [document, second] = [
    ...new Composer({ version: '1.2', schema: 'core', merge: false, uniqueKeys: true, strict: true }).compose(
      tokens,
      true,
    ),
  ];
  if (document === undefined) throw notYaml('There is no document', { line: 1, column: 1 });
  const [fault] = [...document.errors, ...document.warnings];
  if (fault !== undefined) throw notYaml(sentence(fault.message), toPlace(lines.linePos(fault.pos[0])));
  if (second !== undefined) throw notYaml('There is a second document', toPlace(lines.linePos(second.range[0])));
  if (document.directives.yaml.version !== '1.2') throw notYaml('Only YAML 1.2 is read', { line: 1, column: 1 });
  return { document, lines };
}

/** The lexer's marks are counted, and the parser's depth is looked at, before a tree is made of them. */
function readTokens(text: string, lines: LineCounter): CST.Token[] {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    lexemes += 1;
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (lexemes > MAX_LEXEMES)
      throw new AppError('input/too-complex', {
        detail: 'The document has too many parts; one as large as this is written as JSON, which is YAML too.',
      });
    if (parser.stack.length > MAX_STACK)
      throw new AppError('input/too-complex', { detail: 'The document is too deep.' });
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

/** @throws AppError `input/too-complex` for a value that contains itself, which a list with an alias of its own anchor does. */
function assertFinite(root: unknown): void {
  const stack = [{ value: root, depth: 0 }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { value, depth } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > MAX_STACK) throw new AppError('input/too-complex', { detail: 'The document is too deep.' });
    for (const member of Object.values(value)) stack.push({ value: member, depth: depth + 1 });
  }
}

/** @throws AppError `http/not-yaml` for an alias of something that has no such name before it. */
function assertKnownAliases(document: Document.Parsed, lines: LineCounter): void {
  visit(document, {
    Alias: (_, node) => {
      if (node.resolve(document) !== undefined) return;
      throw notYaml(`Nothing before it is called ${node.source}`, placeOf(node, lines) ?? { line: 1, column: 1 });
    },
  });
}

/** An integer too large for a number is its neighbour: somebody would agree to another amount than was written. */
function assertExactIntegers(document: Document.Parsed, lines: LineCounter): void {
  visit(document, {
    Scalar: (_, node, path) => {
      const { value, source } = node;
      if (typeof value !== 'number' || Number.isSafeInteger(value) || !INTEGER.test(source ?? '')) return;
      const detail = 'The integer is beyond ±(2^53 − 1) and would be rounded; write it as a text';
      throw new AppError('input/invalid', {
        errors: [{ pointer: pointerTo([...path, node]), detail, ...placeOf(node, lines) }],
      });
    },
  });
}

/** Keys that differ as values, `1` and `"1"`, are one name once they are those of an object: what one of them says would be lost. */
function assertDistinctKeys(document: Document.Parsed, lines: LineCounter): void {
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<string>();
      for (const pair of items) {
        const key = isAlias(pair.key) ? pair.key.resolve(document) : pair.key;
        const name = keyOf({ ...pair, key } as Pair);
        const place = placeOf(isNode(pair.key) ? pair.key : null, lines) ?? { line: 1, column: 1 };
        if (seen.has(name)) throw notYaml(`The key ${JSON.stringify(name)} comes twice`, place);
        seen.add(name);
      }
    },
  });
}

function pointerTo(path: readonly unknown[]): string {
  const names = path.flatMap((part, index) => {
    if (isPairOf(part)) return [keyOf(part)];
    const child = path[index + 1];
    return isSeq(part) && child !== undefined ? [String(part.items.indexOf(child))] : [];
  });
  return names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function isPairOf(part: unknown): part is Pair {
  return typeof part === 'object' && part !== null && 'key' in part && 'value' in part;
}

/** A key, as the plain value has it. */
export function keyOf({ key }: Pair): string {
  const name: unknown = isScalar(key) ? key.value : key;
  return name == null ? '' : String(name);
}

/** The node that a pointer names, or the last one on its way there: its key where the value is not to be. */
function find(document: Document.Parsed, pointer: string): Node | null {
  let node: Node | null = document.contents;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const here: Node | null | undefined = isAlias(node) ? node.resolve(document) : node;
    let next: unknown;
    if (isMap(here)) {
      const pair = here.items.find((candidate) => keyOf(candidate) === name);
      next = isNode(pair?.value) && !isEmptyScalar(pair.value) ? pair.value : pair?.key;
    } else if (isSeq(here)) next = here.items[Number(name)];
    if (!isNode(next)) return node;
    node = next;
  }
  return node;
}

function isEmptyScalar(node: Node): boolean {
  return isScalar(node) && node.value === null;
}

function placeOf(node: Node | null, lines: LineCounter): Place | null {
  const start = node?.range?.[0];
  return start === undefined ? null : toPlace(lines.linePos(start));
}

function toPlace({ line, col }: { line: number; col: number }): Place {
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function notYaml(detail: string, { line, column }: Place): AppError {
  const errors = [{ pointer: '', detail, line, column }];
  return new AppError('http/not-yaml', { detail: `Line ${line}, column ${column}: ${detail}.`, errors });
}

/** The library's messages come with the place and, over several lines, the text. */
function sentence(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '').replace(/[.:]$/, '');
}
