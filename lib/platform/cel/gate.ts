/**
 * What an expression may be before anything evaluates it. No engine here has a limit at run time, and a few nested comprehensions over
 * long lists hang all of them; so the text and its tree are bounded (docs/decisions/0021).
 */
import { type ASTNode, Environment, ParseError, TypeError as TypeFault } from '@marcbachmann/cel-js';
import type { RuleVariable, RuleVariableField } from '@/lib/domain/policy';
import { ENGINE } from './engine';
import { toFaultWords } from './fault-words';
import { parseExpression, plainNames, toFieldName } from './parse';
import { patternFault } from './patterns';
import { RULE_TERMS, type Terms } from './terms';
import { type Expr, MAX_WORK, NOMINAL_CLASS, unknownFunction, workOf } from './work';

export const MAX_EXPRESSION = 2000;
const MAX_DEPTH = 40;
const MAX_NODES = 300;
const MAX_ITEMS = 64;
const MAX_ARGUMENTS = 8;
/** The sign is not part of a number: this is the magnitude of the smallest. */
const MAX_INTEGER = 2n ** 63n;
/** Macros that walk a list or a map. */
const COMPREHENSIONS = new Set([
  'all',
  'exists',
  'exists_one',
  'existsOne',
  'filter',
  'map',
  'transformList',
  'transformMap',
]);

/** What is wrong with an expression, and where: offsets in its text. */
export interface ExpressionFault {
  message: string;
  start: number;
  end: number;
}

export type Checked = { ok: true; fields: FieldRead[] } | { ok: false; fault: ExpressionFault };

/** A field of the payload, or the budget, that the expression reads without asking `has()` for it. */
export interface FieldRead {
  path: string;
  start: number;
  end: number;
}

/** An environment that knows these variables, and no other. */
function declareVariables(terms: Terms): Environment {
  const environment = new Environment({
    // What a value is made of may be of several types, as in JSON.
    homogeneousAggregateLiterals: terms.result === 'bool',
    limits: {
      maxDepth: MAX_DEPTH,
      maxAstNodes: MAX_NODES,
      maxListElements: MAX_ITEMS,
      maxMapEntries: MAX_ITEMS,
      maxCallArguments: MAX_ARGUMENTS,
    },
  });
  const variables: [string, RuleVariable][] = Object.entries(terms.variables);
  for (const [name, variable] of variables) {
    if ('type' in variable) environment.registerVariable(name, variable.type);
    else environment.registerVariable(name, { schema: typesOf(variable.fields) });
  }
  return environment;
}

function typesOf(fields: Readonly<Record<string, RuleVariableField>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, { type }]) => [name, type]));
}

/** What may be absent is a field of a map, never a variable. */
const declared = new WeakMap<Terms, Environment>();

function environmentOf(terms: Terms): Environment {
  const known = declared.get(terms);
  if (known !== undefined) return known;
  const environment = declareVariables(terms);
  declared.set(terms, environment);
  return environment;
}

/**
 * An expression as the engine that checks reads it: its tree, its types, and what it says of variables.
 * @throws ParseError
 */
export function readExpression(expression: string, terms = RULE_TERMS): ReturnType<Environment['parse']> {
  const { text, names } = plainNames(expression);
  const parsed = environmentOf(terms).parse(text);
  if (names.size > 0) nameFields(parsed.ast, names);
  return parsed;
}

function nameFields(node: ASTNode, names: ReadonlyMap<string, string>): void {
  if (node.op === '.') node.args[1] = names.get(node.args[1]) ?? node.args[1];
  for (const child of children(node)) nameFields(child, names);
}

/**
 * Whether an expression is small enough, well formed, and comes to what its terms ask for: true or false in a rule. Its time is bounded by
 * its length: whatever would take long is refused for its size. A fault says where it is.
 */
export function checkExpression(expression: string, terms = RULE_TERMS): Checked {
  if (expression.length > MAX_EXPRESSION) {
    const message = `Longer than ${MAX_EXPRESSION} characters`;
    return { ok: false, fault: { message, start: MAX_EXPRESSION, end: expression.length } };
  }
  try {
    const parsed = readExpression(expression, terms);
    const nested = findNestedComprehension(parsed.ast);
    if (nested !== null) return refuse('Comprehensions cannot be nested', nested);
    const verdict = parsed.check();
    if (!verdict.valid) return { ok: false, fault: toFault(verdict.error, expression) };
    if (terms.result === 'bool' && verdict.type !== 'bool') {
      return refuse(`A condition is true or false; this is ${verdict.type}`, parsed.ast);
    }
    const number = findHugeNumber(parsed.ast);
    if (number !== null) return refuse('This number is larger than any', number);
    const pattern = findUnsafePattern(parsed.ast);
    if (pattern !== null) return refuse(pattern.message, pattern.node);
    const fault = engineFault(expression);
    if (fault !== null) return refuse(fault, parsed.ast);
    return { ok: true, fields: unguardedReads(parsed.ast) };
  } catch (error) {
    if (isCelFault(error)) return { ok: false, fault: toFault(error, expression) };
    throw error;
  }
}

/** The tree below a node, whatever its operator. */
function children(node: ASTNode): ASTNode[] {
  return flatten(node.args);
}

function flatten(value: unknown): ASTNode[] {
  if (Array.isArray(value)) return value.flatMap(flatten);
  return isNode(value) ? [value] : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

/**
 * The first comprehension inside the body of another: their costs multiply. One after the other only adds, also where the second walks what
 * the first made.
 */
function findNestedComprehension(node: ASTNode, isInside = false): ASTNode | null {
  if (node.op === 'rcall' && COMPREHENSIONS.has(node.args[0])) {
    if (isInside) return node;
    const [, range, body] = node.args;
    return findNestedComprehension(range) ?? firstOf(body, (child) => findNestedComprehension(child, true));
  }
  return firstOf(children(node), (child) => findNestedComprehension(child, isInside));
}

/** The first integer that is none in CEL: they have 64 bits. */
function findHugeNumber(node: ASTNode): ASTNode | null {
  if (node.op === 'value' && typeof node.args === 'bigint' && node.args > MAX_INTEGER) return node;
  return firstOf(children(node), findHugeNumber);
}

/** The first pattern that is not written out, or that no engine should be given. */
function findUnsafePattern(node: ASTNode): { message: string; node: ASTNode } | null {
  if ((node.op === 'rcall' || node.op === 'call') && node.args[0] === 'matches') {
    const pattern = (node.op === 'rcall' ? node.args[2] : node.args[1]).at(-1);
    if (pattern === undefined || pattern.op !== 'value' || typeof pattern.args !== 'string') {
      return { message: 'A pattern has to be written out', node: pattern ?? node };
    }
    const message = patternFault(pattern.args);
    if (message !== null) return { message, node: pattern };
  }
  return firstOf(children(node), findUnsafePattern);
}

/**
 * Why the engine that evaluates would not take an expression, though the one that checks did: it reads it otherwise, knows a function less,
 * or could take too long.
 */
function engineFault(expression: string): string | null {
  let expr: Expr;
  try {
    expr = parseExpression(expression);
  } catch (error) {
    return `Not a valid expression: ${error instanceof Error ? error.message : String(error)}`;
  }
  const unknown = unknownFunction(expr, (name) => ENGINE.funcs.find(name) !== undefined);
  if (unknown !== null) return `Unknown function: ${unknown}`;
  return workOf(expr, NOMINAL_CLASS) <= MAX_WORK ? null : 'This would take too long on a large request';
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | null): R | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}

/** What is there only where the cost is known: `cost.known` asks for all of it. */
const OF_KNOWN_COST = ['cost.estimate_cents', 'cost.p95_cents', 'cost.confidence'];
const MAY_BE_ABSENT = new Set(['cost.budget_left_cents', ...OF_KNOWN_COST]);

/**
 * The payload's fields, the cost, and the budget, that are read where they may be absent: the expression asks for the same path nowhere, with
 * `has()` or with `in`.
 */
function unguardedReads(root: ASTNode): FieldRead[] {
  const asked = new Set<string>();
  const reads = new Map<string, FieldRead>();
  const visit = (node: ASTNode): void => {
    if (node.op === 'call' && node.args[0] === 'has') {
      const path = node.args[1][0] === undefined ? null : pathOf(node.args[1][0]);
      if (path !== null) asked.add(path);
      return;
    }
    if (node.op === 'in') {
      const [field, map] = [fieldNamed(node.args[0]), pathOf(node.args[1])];
      if (map !== null && field !== null) asked.add(`${map}${field}`);
    }
    const path = pathOf(node);
    if (path === 'cost.known') for (const name of OF_KNOWN_COST) asked.add(name);
    if (path !== null && (path.startsWith('request.payload.') || MAY_BE_ABSENT.has(path))) {
      reads.set(path, { path, start: node.start, end: node.end });
      return;
    }
    children(node).forEach(visit);
  };
  visit(root);
  return [...reads.values()].filter(({ path }) => !asked.has(path));
}

/** `a.b.c` of a chain of selections that begins with a variable, `a['b'].c` too; null for anything else. */
function pathOf(node: ASTNode): string | null {
  if (node.op === 'id') return node.args;
  if (node.op !== '.' && node.op !== '[]') return null;
  const operand = pathOf(node.args[0]);
  const field = node.op === '.' ? `.${toFieldName(node.args[1])}` : fieldNamed(node.args[1]);
  return operand === null || field === null ? null : `${operand}${field}`;
}

/** `.b` for the text `'b'`, where a field can be written so. */
function fieldNamed(node: ASTNode): string | null {
  if (node.op !== 'value' || typeof node.args !== 'string' || !/^[\w./ -]+$/.test(node.args)) return null;
  return `.${toFieldName(node.args)}`;
}

function refuse(message: string, { start, end }: ASTNode): Checked {
  return { ok: false, fault: { message, start, end } };
}

function isCelFault(error: unknown): error is ParseError | TypeFault {
  return error instanceof ParseError || error instanceof TypeFault;
}

function toFault(error: ParseError | TypeFault | undefined, expression: string): ExpressionFault {
  const { start, end } = error?.range ?? { start: 0, end: expression.length };
  return { message: error === undefined ? 'Not a valid expression' : toFaultWords(error, expression), start, end };
}
