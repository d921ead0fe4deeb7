/**
 * Expressions as trees, by the language's definition: what the parser in use leaves out of it is done here
 * (https://github.com/google/cel-spec/blob/master/doc/langdef.md).
 */
import { parse } from '@bufbuild/cel';
import type { Expr } from './work';

/** Texts and comments, in which nothing is a name; then a name in backquotes. A line ends at either of `\r` and `\n`. */
const LEXEMES =
  /\/\/[^\r\n]*|(?:[rR][bB]?|[bB][rR])(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"[^"\r\n]*"|'[^'\r\n]*')|"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''|"(?:\\.|[^"\\\r\n])*"|'(?:\\.|[^'\\\r\n])*'|`([\w./ -]+)`/g;
const PLAIN = /^[A-Za-z_]\w*$/;

/** An expression without comments in which every name is a plain one, at the same places, and what the names stand for that were put in. */
interface Plain {
  text: string;
  names: ReadonlyMap<string, string>;
}

/**
 * Puts plain names of the same length where a field is named in backquotes, which the parsers cannot read, and blanks for comments, of which one
 * parser cannot read the last. Backquotes anywhere else are left to be refused, and so is a name for which no plain one is left.
 */
export function plainNames(expression: string): Plain {
  const names = new Map<string, string>();
  let made = 0;
  const text = expression.replace(LEXEMES, (lexeme, name: string | undefined, at: number) => {
    if (lexeme.startsWith('//')) return ' '.repeat(lexeme.length);
    if (name === undefined || !isSelected(expression, at, at + lexeme.length)) return lexeme;
    let plain: string;
    do plain = `_${(made++).toString(36)}`.padEnd(lexeme.length, '_');
    while (expression.includes(plain));
    if (plain.length > lexeme.length) return lexeme;
    names.set(plain, name);
    return plain;
  });
  return { text, names };
}

/** Whether what lies between two places is selected from something, and not called. */
function isSelected(expression: string, start: number, end: number): boolean {
  return /\.\s*$/.test(expression.slice(0, start)) && !/^\s*\(/.test(expression.slice(end));
}

/**
 * The tree of an expression.
 * @throws the parser's fault, or an `Error` where a literal map has a key twice, as an `int` and as a `uint`.
 */
export function parseExpression(expression: string): Expr {
  const { text, names } = plainNames(expression);
  const { expr } = parse(text);
  if (expr === undefined) throw new Error('The condition is empty');
  visit(expr, (field) => names.get(field) ?? field);
  return expr;
}

/** Gives the fields that are selected anywhere their names, and looks at the keys of literal maps. */
function visit(node: unknown, nameOf: (field: string) => string): void {
  if (typeof node !== 'object' || node === null) return;
  if (Array.isArray(node)) {
    for (const item of node) visit(item, nameOf);
    return;
  }
  const { case: kind, value } = node as { case?: unknown; value?: { field?: unknown; entries?: unknown } };
  if (kind === 'selectExpr' && typeof value?.field === 'string') value.field = nameOf(value.field);
  if (kind === 'structExpr') refuseEqualKeys((value as { entries: MapEntry[] }).entries);
  for (const item of Object.values(node)) visit(item, nameOf);
}

type MapEntry = Extract<Expr['exprKind'], { case: 'structExpr' }>['value']['entries'][number];

/** Numbers are one key whatever their type. Equal keys of one type the engine refuses itself. */
function refuseEqualKeys(entries: readonly MapEntry[]): void {
  const seen = new Set<bigint>();
  for (const { keyKind } of entries) {
    const constant = keyKind.case === 'mapKey' ? keyKind.value.exprKind : undefined;
    if (constant?.case !== 'constExpr') continue;
    const { case: type, value } = constant.value.constantKind;
    if (type !== 'int64Value' && type !== 'uint64Value') continue;
    if (seen.has(value)) throw new Error(`The key ${value} is twice in this map`);
    seen.add(value);
  }
}

/** A field as it is written after a dot. */
export function toFieldName(name: string): string {
  return PLAIN.test(name) ? name : `\`${name}\``;
}
