/**
 * Conditions in parts: what stands between the outermost `&&` of a condition is compiled by itself, and equal parts of many conditions are
 * asked once for each input. Rules of one company repeat themselves ("this skill, and it says an amount, and that is more than ..."), so a
 * thousand of them have few parts that are all their own.
 */
import { isCelError } from '@bufbuild/cel';
import type { RuleOutcome } from '@/lib/domain/policy';
import { askDirectly, type Facts, toQuestions } from './direct';
import { planExpression } from './engine';
import { asksHas, textOfTree } from './tree';
import type { Expr } from './work';

/** What the engine says of a variable that has no value; only `history` may have none. */
const UNBOUND = 'unresolved attribute';
const NOT_COUNTED: RuleOutcome = { error: 'What was asked for before is not known here, or is too much to count' };

/** An input, converted once for all the rules that will look at it. */
export interface Bindings extends Facts {
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

/**
 * A part takes about 7 kB, with what it reads, and collecting garbage takes the longer the more there is. Sets keep theirs whether they are
 * found here or not: what one set repeats is compiled at one time.
 */
const MAX_PARTS = 2000;
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
  const evaluate = planExpression(expr);
  const questions = toQuestions(expr);
  const asksForHistory = asksHas(expr, 'history');
  return (bindings) => {
    const { variables } = bindings;
    if (asksForHistory && variables.history === undefined) return NOT_COUNTED;
    const said = questions === null ? null : askDirectly(questions, bindings);
    if (said !== null) return said;
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
