/**
 * What conditions ask all the time (a field compared with a constant or with another field, `in` a list of constants, `has()`, how a text
 * begins, and these joined by `&&`, `||` and `!`) is asked here, without the engine, which looks for every name in several places and for every
 * comparison among many functions. A condition becomes questions that lead to one another, small enough that those of a thousand rules stay in
 * a processor's cache. What they look at is read by the engine, once for each input, whichever conditions look at it.
 *
 * An answer is given only where it is surely the engine's: questions are asked in the engine's order, and at the first one that fails, or looks
 * at what is not compared here, the whole is left to the engine, which also has the words for what is wrong.
 */
import type { CelInput } from '@bufbuild/cel';
import { planExpression } from './engine';
import { PATTERNS, patternFault } from './patterns';
import { textOfTree } from './tree';
import type { Expr } from './work';

/** An input, as far as questions look at it. */
export interface Facts {
  variables: Record<string, CelInput>;
  /** What has been read of it. */
  readings: Map<Reading, Read>;
}

/** A condition: its first question, or what it says of every input. */
export type Direct = Question | boolean;

/** A question, and where its answer leads. All have the same fields, which keeps asking them fast. */
interface Question {
  asks: Asks;
  reading: Reading;
  /** What it is compared with: a constant, or what is read elsewhere. */
  constant: Scalar;
  other: Reading | null;
  items: readonly Scalar[] | null;
  test: ((text: string) => boolean) | null;
  yes: Direct;
  no: Direct;
}

type Asks = Comparison | 'in' | 'text' | 'truth';
type Comparison = '_==_' | '_<_' | '_<=_' | '_>_' | '_>=_';

/** Whole numbers are compared as `number`, which is exact for those that it holds exactly: in CEL, too, 1 equals 1.0. */
type Scalar = string | number | boolean | null;
/** A value; undefined where there is none, or one that is not compared here. */
type Read = Scalar | undefined;

/** Something that is read of inputs: a field, whether there is one, a part of the time. Equal ones are one. */
interface Reading {
  read: (variables: Record<string, CelInput>) => Read;
}

const MAX_READINGS = 2000;
const known = new Map<string, Reading>();

/** The answer, or null where only the engine can tell. */
export function askDirectly(first: Direct, facts: Facts): boolean | null {
  let next = first;
  while (typeof next !== 'boolean') {
    const said = answer(next, facts);
    if (said === null) return null;
    next = said ? next.yes : next.no;
  }
  return next;
}

function answer({ asks, reading, constant, other, items, test }: Question, facts: Facts): boolean | null {
  const value = readOnce(reading, facts);
  if (value === undefined) return null;
  if (asks === 'truth') return typeof value === 'boolean' ? value : null;
  if (asks === 'in') return items?.includes(value) ?? null;
  if (asks === 'text') return typeof value === 'string' && test !== null ? test(value) : null;
  const than = other === null ? constant : readOnce(other, facts);
  if (than === undefined) return null;
  if (asks === '_==_') return value === than;
  if (typeof value !== typeof than || (typeof value !== 'number' && typeof value !== 'string')) return null;
  return compare(asks, value, than as typeof value);
}

function compare<T extends string | number>(asks: Asks, a: T, b: T): boolean | null {
  switch (asks) {
    case '_<_':
      return a < b;
    case '_<=_':
      return a <= b;
    case '_>_':
      return a > b;
    case '_>=_':
      return a >= b;
    default:
      return null;
  }
}

function readOnce(reading: Reading, { variables, readings }: Facts): Read {
  const found = readings.get(reading);
  if (found !== undefined || readings.has(reading)) return found;
  const value = reading.read(variables);
  readings.set(reading, value);
  return value;
}

/**
 * A condition as questions that end in `yes` where it is true and in `no` where it is false; null where something in it is for the engine only.
 */
export function toQuestions(expr: Expr | undefined, yes: Direct = true, no: Direct = false): Direct | null {
  if (expr === undefined) return null;
  const reading = toReading(expr);
  if (reading !== null) return question('truth', reading, yes, no);
  const constant = toConstant(expr);
  if (typeof constant === 'boolean') return constant ? yes : no;
  return expr.exprKind.case === 'callExpr' ? ofCall(expr.exprKind.value, yes, no) : null;
}

type Call = Extract<Expr['exprKind'], { case: 'callExpr' }>['value'];

function ofCall({ function: name, target, args }: Call, yes: Direct, no: Direct): Direct | null {
  const [first, second] = args;
  switch (name) {
    case '_&&_':
      return args.reduceRight<Direct | null>((next, part) => (next === null ? null : toQuestions(part, next, no)), yes);
    case '_||_':
      return args.reduceRight<Direct | null>((next, part) => (next === null ? null : toQuestions(part, yes, next)), no);
    case '!_':
      return toQuestions(first, no, yes);
    case '_!=_':
      return ofComparison('_==_', [first, second], no, yes);
    case '_==_':
    case '_<_':
    case '_<=_':
    case '_>_':
    case '_>=_':
      return ofComparison(name, [first, second], yes, no);
    case '@in':
      return ofList(first, second, yes, no);
    default:
      return args.length === 1 ? ofText(name, target, first, yes, no) : null;
  }
}

/** The comparison that says the same with its sides exchanged. */
const EXCHANGED = { '_==_': '_==_', '_<_': '_>_', '_<=_': '_>=_', '_>_': '_<_', '_>=_': '_<=_' } as const;

function ofComparison(
  asks: Comparison,
  [left, right]: readonly [Expr | undefined, Expr | undefined],
  yes: Direct,
  no: Direct,
): Direct | null {
  const [reading, other] = [toReading(left), toReading(right)];
  const constant = toConstant(reading === null ? left : right);
  if (reading !== null && other !== null) return question(asks, reading, yes, no, { other });
  if (constant === undefined) return null;
  if (reading !== null) return question(asks, reading, yes, no, { constant });
  return other === null ? null : question(EXCHANGED[asks], other, yes, no, { constant });
}

function ofList(value: Expr | undefined, list: Expr | undefined, yes: Direct, no: Direct): Direct | null {
  if (list?.exprKind.case !== 'listExpr') return null;
  const reading = toReading(value);
  const items = list.exprKind.value.elements.map(toConstant).filter((item) => item !== undefined);
  if (reading === null || items.length < list.exprKind.value.elements.length) return null;
  return question('in', reading, yes, no, { items });
}

/** What is asked of a text, with a text that is written out. */
const OF_TEXTS: ReadonlyMap<string, (asked: string) => ((text: string) => boolean) | null> = new Map([
  ['startsWith', (asked) => (text) => text.startsWith(asked)],
  ['endsWith', (asked) => (text) => text.endsWith(asked)],
  ['contains', (asked) => (text) => text.includes(asked)],
  ['matches', (asked) => (patternFault(asked) === null ? PATTERNS.compile(asked).test : null)],
]);

function ofText(
  name: string,
  target: Expr | undefined,
  asked: Expr | undefined,
  yes: Direct,
  no: Direct,
): Direct | null {
  const [reading, text] = [toReading(target), toConstant(asked)];
  const test = typeof text === 'string' ? OF_TEXTS.get(name)?.(text) : null;
  return reading === null || test == null ? null : question('text', reading, yes, no, { test });
}

function question(
  asks: Asks,
  reading: Reading,
  yes: Direct,
  no: Direct,
  { constant = null, other = null, items = null, test = null }: Partial<Question> = {},
): Question {
  return { asks, reading, constant, other, items, test, yes, no };
}

/** A constant of a kind that is compared here. */
function toConstant(expr: Expr | undefined): Read {
  if (expr?.exprKind.case !== 'constExpr') return undefined;
  const { constantKind } = expr.exprKind.value;
  if (constantKind.case === 'nullValue') return null;
  return toScalar(constantKind.value);
}

function toScalar(value: unknown): Read {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
    default:
      return value === null ? null : undefined;
  }
}

function toReading(expr: Expr | undefined): Reading | null {
  if (expr === undefined || !isReading(expr)) return null;
  const key = textOfTree(expr);
  const found = known.get(key);
  if (found !== undefined) return found;
  const evaluate = planExpression(expr);
  const reading: Reading = { read: (variables) => toScalar(evaluate(variables)) };
  if (known.size >= MAX_READINGS) known.clear();
  known.set(key, reading);
  return reading;
}

/** What takes no time to speak of: fields, parts of the time, and what is reckoned with few of them. */
function isReading(expr: Expr): boolean {
  const nodes = termNodes(expr);
  return nodes !== null && nodes <= MAX_TERM;
}

const MAX_TERM = 16;
const RECKONS = new Set(['_+_', '_-_', '_*_', '_/_', '_%_', '-_', '_[_]', 'size']);
const READS_CLOCK = /^get[A-Z]/;

/** Of how many nodes a term is; null for what is none, and for a constant by itself. */
function termNodes({ exprKind }: Expr): number | null {
  if (exprKind.case === 'identExpr') return 1;
  if (exprKind.case === 'selectExpr') return nodesOf([exprKind.value.operand]);
  if (exprKind.case !== 'callExpr') return null;
  const { function: name, target, args } = exprKind.value;
  return RECKONS.has(name) || READS_CLOCK.test(name) ? nodesOf(target === undefined ? args : [target, ...args]) : null;
}

function nodesOf(parts: readonly (Expr | undefined)[]): number | null {
  let nodes = 1;
  for (const part of parts) {
    const inside = part === undefined ? null : toConstant(part) !== undefined ? 1 : termNodes(part);
    if (inside === null) return null;
    nodes += inside;
  }
  return nodes;
}
