import { type CelInput, type CelResult, celEnv, plan } from '@bufbuild/cel';
import { NO_LONG_TEXTS, PATTERNS } from './patterns';
import { TIME_PARTS } from './times';
import type { Expr } from './work';

/** How the engine is set up that evaluates expressions. */
export const SETTINGS = { re2: PATTERNS, funcs: [NO_LONG_TEXTS, ...TIME_PARTS] };
export const ENGINE = celEnv(SETTINGS);

/**
 * Does something with the engine. What goes wrong in an expression is an `Error` for the engine, which would record where it was made, several for
 * each condition that fails. Nobody reads that, and it takes longer than all the rest.
 */
export function withoutStacks<T>(work: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/**
 * An expression, ready to be evaluated.
 * @throws the engine's fault where it does not take the expression.
 */
export function planExpression(expr: Expr): (variables: Record<string, CelInput>) => CelResult {
  const evaluate = plan(ENGINE, expr);
  return (variables) => withoutStacks(() => evaluate(variables));
}
