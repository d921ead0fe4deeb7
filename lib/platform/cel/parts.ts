/**
 * Conditions in parts: what stands between the outermost `&&` of a condition is compiled by itself, and equal parts of many conditions are
 * asked once for each input. Rules of one company repeat themselves ("this skill, and it says an amount, and that is more than ..."), so a
 * thousand of them have few parts that are all their own.
 */
import { type CelInput, celEnv, isCelError, plan } from '@bufbuild/cel';
import type { RuleOutcome } from '@/lib/domain/policy';
import { NO_LONG_TEXTS, PATTERNS } from './patterns';
import { TIME_PARTS } from './times';
import type { Expr } from './work';

/** How the engine is set up that evaluates conditions. */
export const SETTINGS = { re2: PATTERNS, funcs: [NO_LONG_TEXTS, ...TIME_PARTS] };
export const ENGINE = celEnv(SETTINGS);

/** What the engine says of a variable that has no value; only `history` may have none. */
const UNBOUND = 'unresolved attribute';
const NOT_COUNTED: RuleOutcome = { error: 'What was asked for before is not known here, or is too much to count' };

/** An input, converted once for all the rules that will look at it. */
export interface Bindings {
  variables: Record<string, CelInput>;
  /** How large it is (`workIn`). */
  inputClass: number;
  /** What parts that several conditions share said of it already. */
  answers: Map<Part, RuleOutcome>;
}

export interface Part {
  ask: (bindings: Bindings) => RuleOutcome;
  /** Whether another condition has this part too, so that its answer is worth remembering. */
  isShared: boolean;
}

const MAX_PARTS = 20_000;
const compiled = new Map<string, Part>();

/** Compiles a part, or finds the equal one. Equal is what has the same tree, however it is written. */
export function compilePart(expr: Expr): Part {
  const key = textOfTree(expr);
  const known = compiled.get(key);
  if (known !== undefined) {
    known.isShared = true;
    return known;
  }
  const part = { ask: asker(expr), isShared: false };
  if (compiled.size >= MAX_PARTS) compiled.clear();
  compiled.set(key, part);
  return part;
}

/**
 * Whether all parts are true, as `&&` has it: false where one of them is false, else an error where one of them failed. Never throws: what goes
 * wrong is its outcome.
 */
export function askAll(parts: readonly Part[], bindings: Bindings): RuleOutcome {
  let failed: RuleOutcome | null = null;
  for (const part of parts) {
    const outcome = part.isShared ? askOnce(part, bindings) : part.ask(bindings);
    if (outcome === false) return false;
    if (outcome !== true) failed ??= outcome;
  }
  return failed ?? true;
}

function askOnce(part: Part, bindings: Bindings): RuleOutcome {
  let outcome = bindings.answers.get(part);
  if (outcome === undefined) {
    outcome = part.ask(bindings);
    bindings.answers.set(part, outcome);
  }
  return outcome;
}

function asker(expr: Expr): Part['ask'] {
  const evaluate = plan(ENGINE, expr);
  const asksForHistory = asksHas(expr, 'history');
  return ({ variables }) => {
    if (asksForHistory && variables.history === undefined) return NOT_COUNTED;
    try {
      const result = evaluate(variables);
      if (typeof result === 'boolean') return result;
      if (!isCelError(result)) return { error: 'The condition is neither true nor false' };
      return result.message === UNBOUND ? NOT_COUNTED : { error: result.message };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };
}

/** A tree as a text. Trees that mean the same and are built otherwise have different ones. */
function textOfTree(expr: Expr): string {
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
function asksHas(node: unknown, name: string): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (Array.isArray(node)) return node.some((item) => asksHas(item, name));
  const { case: kind, value } = node as { case?: unknown; value?: { testOnly?: unknown } };
  if (kind === 'selectExpr' && value?.testOnly === true && reads(value, name)) return true;
  return Object.values(node).some((item) => asksHas(item, name));
}
