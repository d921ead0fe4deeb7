import type { CelInput } from '@bufbuild/cel';
import type { Expr } from './work';

/**
 * An expression with variables in place of its texts and numbers, which are added to `constants` by their names. No variable that a condition can
 * write has such a name. Walks of lists keep theirs: they would look for them at every item.
 */
export function withoutConstants(expr: Expr, constants: Record<string, CelInput>): Expr {
  const inner = (part: Expr) => withoutConstants(part, constants);
  const { exprKind } = expr;
  switch (exprKind.case) {
    case 'constExpr': {
      const { constantKind } = exprKind.value;
      if (
        constantKind.case !== 'stringValue' &&
        constantKind.case !== 'int64Value' &&
        constantKind.case !== 'doubleValue'
      )
        return expr;
      const name = `@${Object.keys(constants).length}`;
      constants[name] = constantKind.value;
      return { ...expr, exprKind: { case: 'identExpr', value: { $typeName: 'cel.expr.Expr.Ident', name } } };
    }
    case 'callExpr': {
      const { target, args } = exprKind.value;
      const value = { ...exprKind.value, target: target && inner(target), args: args.map(inner) };
      return { ...expr, exprKind: { case: 'callExpr', value } };
    }
    case 'listExpr': {
      const value = { ...exprKind.value, elements: exprKind.value.elements.map(inner) };
      return { ...expr, exprKind: { case: 'listExpr', value } };
    }
    case 'structExpr': {
      const entries = exprKind.value.entries.map((entry) => ({
        ...entry,
        keyKind:
          entry.keyKind.case === 'mapKey' ? { ...entry.keyKind, value: inner(entry.keyKind.value) } : entry.keyKind,
        value: entry.value && inner(entry.value),
      }));
      return { ...expr, exprKind: { case: 'structExpr', value: { ...exprKind.value, entries } } };
    }
    case 'selectExpr': {
      const { operand } = exprKind.value;
      return {
        ...expr,
        exprKind: { case: 'selectExpr', value: { ...exprKind.value, operand: operand && inner(operand) } },
      };
    }
    default:
      return expr;
  }
}
