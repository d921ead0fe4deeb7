import { checkExpression, compileExpression, type Terms } from '@/lib/platform/cel';
import { takeTurns } from '@/lib/platform/clock';

/** What of an output is made how: an expression for each of its keys. */
export type Expressions = Readonly<Record<string, string>>;

/** Outputs go on as `<task>__<key>`. */
const KEY = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;
const MAX_EXPRESSIONS = 64;

/** What is wrong with the shape of expressions, and with each of them; pointers begin with `pointer`. */
export function findExpressionFaults(
  given: unknown,
  pointer: string,
  terms: Terms,
): { pointer: string; detail: string }[] {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return [{ pointer, detail: 'An object: an expression (CEL) for each key of the output' }];
  }
  const entries = Object.entries(given);
  if (entries.length > MAX_EXPRESSIONS) return [{ pointer, detail: `At most ${MAX_EXPRESSIONS} keys` }];
  return entries.flatMap(([key, expression]) => {
    const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!KEY.test(key)) return [{ pointer: at, detail: 'A key is a letter, then letters, digits and _, at most 63' }];
    if (typeof expression !== 'string') return [{ pointer: at, detail: 'An expression is a text' }];
    const checked = checkExpression(expression, terms);
    if (checked.ok) return [];
    const { message, start } = checked.fault;
    return [{ pointer: at, detail: `${message} (at character ${start + 1})` }];
  });
}

/** Every expression's value by its key, or the first that has none, in words. Everything else of the process goes on between them. */
export async function evaluateAll(
  expressions: Expressions,
  variables: Readonly<Record<string, unknown>>,
): Promise<{ output: Record<string, unknown> } | { error: string }> {
  const values: [string, unknown][] = [];
  const turn = takeTurns();
  for (const [key, expression] of Object.entries(expressions)) {
    if (turn.isOver()) await turn.next();
    const evaluated = compileExpression(expression).evaluate(variables);
    if ('error' in evaluated) return { error: `${key}: ${evaluated.error}` };
    values.push([key, evaluated.value]);
  }
  return { output: Object.fromEntries(values) };
}
