import type { Expr } from './work';

/** A tree as a text. Trees that mean the same and are built otherwise have different ones. */
export function textOfTree(expr: Expr): string {
  return JSON.stringify(expr, (key, value: unknown) => {
    if (key === 'id') return undefined;
    if (Object.is(value, -0)) return 'number -0';
    if (typeof value === 'bigint' || typeof value === 'number') return `${typeof value} ${value}`;
    return value;
  });
}

/**
 * Whether an expression names a variable anywhere, on a path that is taken or not. A name that a comprehension binds counts too: who asks wants
 * to hear yes rather than no.
 */
export function reads(node: unknown, name: string): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (Array.isArray(node)) return node.some((item) => reads(item, name));
  const { case: kind, value } = node as { case?: unknown; value?: { name?: unknown } };
  if (kind === 'identExpr') return value?.name === name || value?.name === `.${name}`;
  return Object.values(node).some((item) => reads(item, name));
}

/** Whether an expression asks `has()` of a variable: the engine says no where it has no value, and that is an answer which nobody knows. */
export function asksHas(node: unknown, name: string): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (Array.isArray(node)) return node.some((item) => asksHas(item, name));
  const { case: kind, value } = node as { case?: unknown; value?: { testOnly?: unknown } };
  if (kind === 'selectExpr' && value?.testOnly === true && reads(value, name)) return true;
  return Object.values(node).some((item) => asksHas(item, name));
}
