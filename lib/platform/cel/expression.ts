import { type CelInput, isCelError, isCelList, isCelMap, isCelUint } from '@bufbuild/cel';
import { planExpression } from './engine';
import { parseExpression } from './parse';
import { type Extent, toCel } from './values';
import { MAX_WORK, sizeClass, workOf } from './work';

/** A value as JSON has it, or why there is none. */
export type Evaluated = { value: unknown } | { error: string };

/** An expression, ready to be asked for its value. */
export interface Expression {
  /** Never throws: what goes wrong is the answer, and so is what would take too long on variables as large as these. */
  evaluate: (variables: Readonly<Record<string, unknown>>) => Evaluated;
}

const MAX_COMPILED = 2000;
const compiled = new Map<string, Expression>();

/**
 * Compiles an expression that `checkExpression` let through. Its value is JSON: whole numbers are numbers where those hold them exactly, and
 * what JSON does not have (bytes, times, infinite numbers) is an error that says so.
 * @throws the engine's fault where this build does not take the expression.
 */
export function compileExpression(expression: string): Expression {
  const known = compiled.get(expression);
  if (known !== undefined) return known;
  const made = compile(expression);
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  compiled.set(expression, made);
  return made;
}

function compile(expression: string): Expression {
  const expr = parseExpression(expression);
  const evaluate = planExpression(expr);
  return {
    evaluate: (variables) => {
      try {
        const extent: Extent = { values: 0, longest: 0, characters: 0 };
        const bindings: Record<string, CelInput> = {};
        for (const [name, value] of Object.entries(variables)) bindings[name] = toCel(value, extent);
        if (workOf(expr, sizeClass(extent)) > MAX_WORK)
          return { error: 'This would take too long on values this large' };
        const result = evaluate(bindings);
        return isCelError(result) ? { error: result.message } : { value: toJson(result) };
      } catch (error) {
        return { error: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

/** @throws Error where JSON has nothing of the kind. */
function toJson(value: unknown): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error(`${value} is no number of JSON`);
    return value;
  }
  if (typeof value === 'bigint') return toSafeNumber(value);
  if (isCelUint(value)) return toSafeNumber(value.value);
  if (isCelList(value)) return Array.from(value, toJson);
  if (isCelMap(value)) return Object.fromEntries(Array.from(value, ([key, item]) => [toKey(key), toJson(item)]));
  if (value instanceof Uint8Array)
    throw new Error('Bytes, or a text of more than 4,096 characters: JSON has no such value');
  throw new Error('JSON has no such value: make a text of it with string()');
}

function toSafeNumber(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Error(`${value} is larger than JSON numbers hold exactly`);
  return number;
}

function toKey(key: unknown): string {
  if (typeof key === 'string') return key;
  throw new Error('The keys of a map have to be texts');
}
