/**
 * What an expression may be before anything evaluates it. No engine here has a limit at run time, and a few nested comprehensions over
 * long lists hang all of them; so the text and its tree are bounded (docs/decisions/0021).
 */
import { type ASTNode, Environment, ParseError, TypeError as TypeFault } from '@marcbachmann/cel-js';

export const MAX_EXPRESSION = 2000;
const MAX_DEPTH = 40;
const MAX_NODES = 300;
const MAX_ITEMS = 64;
const MAX_ARGUMENTS = 8;
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

/** The variables that every rule has. What may be absent is a field of a map, never a variable. */
const DECLARED = new Environment({
  limits: {
    maxDepth: MAX_DEPTH,
    maxAstNodes: MAX_NODES,
    maxListElements: MAX_ITEMS,
    maxMapEntries: MAX_ITEMS,
    maxCallArguments: MAX_ARGUMENTS,
  },
})
  .registerVariable('request', {
    schema: { policy_type: 'string', skill_id: 'string', agent_id: 'string', payload: 'map<string, dyn>' },
  })
  .registerVariable('cost', {
    schema: {
      known: 'bool',
      estimate_cents: 'int',
      p95_cents: 'int',
      confidence: 'double',
      budget_left_cents: 'int',
    },
  })
  .registerVariable('actor', { schema: { id: 'string', name: 'string', role: 'string', level: 'int', via: 'string' } })
  .registerVariable('tenant', { schema: { id: 'string' } })
  .registerVariable('flags', 'map<string, bool>')
  .registerVariable('now', 'google.protobuf.Timestamp');

/**
 * Whether an expression is small enough, well formed and of type bool. Its time is bounded by its length: whatever would take long is
 * refused for its size. A fault says where it is.
 */
export function checkExpression(expression: string): Checked {
  if (expression.length > MAX_EXPRESSION) {
    const message = `Longer than ${MAX_EXPRESSION} characters`;
    return { ok: false, fault: { message, start: MAX_EXPRESSION, end: expression.length } };
  }
  try {
    const parsed = DECLARED.parse(expression);
    const nested = findNestedComprehension(parsed.ast);
    if (nested !== null) return refuse('Comprehensions cannot be nested', nested);
    const verdict = parsed.check();
    if (!verdict.valid) return { ok: false, fault: toFault(verdict.error, expression) };
    if (verdict.type !== 'bool') return refuse(`A condition is true or false; this is ${verdict.type}`, parsed.ast);
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

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | null): R | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}

/** The payload's fields, and the budget, that are read where they may be absent: no `has()` of the same path is anywhere in the expression. */
function unguardedReads(root: ASTNode): FieldRead[] {
  const asked = new Set<string>();
  const reads = new Map<string, FieldRead>();
  const visit = (node: ASTNode): void => {
    if (node.op === 'call' && node.args[0] === 'has') {
      const path = node.args[1][0] === undefined ? null : pathOf(node.args[1][0]);
      if (path !== null) asked.add(path);
      return;
    }
    const path = pathOf(node);
    if (path !== null && (path.startsWith('request.payload.') || path === 'cost.budget_left_cents')) {
      reads.set(path, { path, start: node.start, end: node.end });
      return;
    }
    children(node).forEach(visit);
  };
  visit(root);
  return [...reads.values()].filter(({ path }) => !asked.has(path));
}

/** `a.b.c` of a chain of selections that begins with a variable; null for anything else. */
function pathOf(node: ASTNode): string | null {
  if (node.op === 'id') return node.args;
  if (node.op !== '.') return null;
  const operand = pathOf(node.args[0]);
  return operand === null ? null : `${operand}.${node.args[1]}`;
}

function refuse(message: string, { start, end }: ASTNode): Checked {
  return { ok: false, fault: { message, start, end } };
}

function isCelFault(error: unknown): error is ParseError | TypeFault {
  return error instanceof ParseError || error instanceof TypeFault;
}

function toFault(error: ParseError | TypeFault | undefined, expression: string): ExpressionFault {
  const { start, end } = error?.range ?? { start: 0, end: expression.length };
  return { message: error?.summary ?? 'Not a valid expression', start, end };
}
