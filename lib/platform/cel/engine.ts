import { type CelInput, celEnv, plan } from '@bufbuild/cel';
import { NO_LONG_TEXTS, PATTERNS } from './patterns';
import { TIME_PARTS } from './times';
import type { Expr } from './work';

/** How the engine is set up that evaluates expressions. */
export const SETTINGS = { re2: PATTERNS, funcs: [NO_LONG_TEXTS, ...TIME_PARTS] };
export const ENGINE = celEnv(SETTINGS);

type Evaluate = ReturnType<typeof plan>;

/**
 * An expression, ready to be evaluated. What goes wrong is an `Error` for the engine, which would record where it was made, several for each
 * condition that fails. Nobody reads that, and it takes longer than all the rest.
 * @throws the engine's fault where it does not take the expression.
 */
export function planExpression(expr: Expr): (variables: Record<string, CelInput>) => ReturnType<Evaluate> {
  const evaluate = plan(ENGINE, expr);
  return (variables) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return evaluate(variables);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
}
