import { type CelInput, celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { RuleOutcome } from '@/lib/domain/policy';
import { NO_LONG_TEXTS, PATTERNS } from './patterns';
import { guardAdmits, skillGuard } from './skills';
import { TIME_PARTS } from './times';
import { type Extent, toCel } from './values';
import { type Load, loadOf, sizeClass, workOf } from './work';

/** What a rule may look at. */
export interface RuleInput {
  request: { policy_type: string; skill_id: string; agent_id: string; payload: Record<string, unknown> };
  /**
   * `estimate_cents` (the median), `p95_cents` and `confidence` (from 0 to 1) are there only where the cost is known, `budget_left_cents` only
   * where a budget applies: who reads what is not there fails closed.
   */
  cost: ({ known: false } | { known: true; estimate_cents: number; p95_cents: number; confidence: number }) & {
    budget_left_cents?: number;
  };
  actor: { id: string; name: string; role: string; level: number; via: string };
  tenant: { id: string };
  /** The deployment's flags, by key. Asking for one that is not there fails, and so fails closed. */
  flags: Record<string, boolean>;
  /** Milliseconds of Unix time. */
  now: number;
}

/** An input, converted once for all the rules that will look at it. */
export interface Bindings {
  variables: Record<string, CelInput>;
  /** How large it is (`workIn`). */
  inputClass: number;
}

/** A condition, ready to be asked about many inputs. */
export interface Condition {
  /** Never throws: what goes wrong is its outcome. */
  ask: (bindings: Bindings) => RuleOutcome;
  /** At most so many steps it takes on any input of a class (`MAX_WORK`). */
  workIn: (inputClass: number) => number;
  /** Whether it can be anything but false for a skill. */
  concerns: (skillId: string) => boolean;
  /** Whether it looks at the cost, on whatever path. */
  readsCost: boolean;
  load: Load;
}

/** How the engine is set up that evaluates conditions. */
export const SETTINGS = { re2: PATTERNS, funcs: [NO_LONG_TEXTS, ...TIME_PARTS] };
export const ENGINE = celEnv(SETTINGS);

/** So many conditions are remembered at a time; each is a few kilobytes. */
const MAX_COMPILED = 10_000;
const compiled = new Map<string, Condition>();

/**
 * Compiles an expression that `checkExpression` let through. Equal texts are one condition: the next version of a set compiles only what has
 * changed, and tenants that began with the same rules share them.
 * @throws the engine's fault where this build does not take the expression.
 */
export function compileCondition(expression: string): Condition {
  const known = compiled.get(expression);
  if (known !== undefined) return known;
  const condition = compile(expression);
  if (compiled.size >= MAX_COMPILED) compiled.clear();
  compiled.set(expression, condition);
  return condition;
}

function compile(expression: string): Condition {
  const { expr } = parse(expression);
  if (expr === undefined) throw new Error('The condition is empty');
  const evaluate = plan(ENGINE, expr);
  const work: number[] = [];
  const guard = skillGuard(expr);
  return {
    ask: ({ variables }) => {
      try {
        const result = evaluate(variables);
        if (typeof result === 'boolean') return result;
        return { error: isCelError(result) ? result.message : 'The condition is neither true nor false' };
      } catch (error) {
        return { error: error instanceof Error ? error.message : String(error) };
      }
    },
    workIn: (inputClass) => {
      work[inputClass] ??= workOf(expr, inputClass);
      return work[inputClass];
    },
    concerns: (skillId) => guard === null || guardAdmits(guard, skillId),
    readsCost: reads(expr, 'cost'),
    load: loadOf(expr, guard?.kind === 'one-of' ? guard.skills : null),
  };
}

/** The variables of a rule, as CEL sees them. */
export function toBindings({ now, cost, ...input }: RuleInput): Bindings {
  const extent: Extent = { values: 0, longest: 0, characters: 0 };
  const variables: Record<string, CelInput> = { now: timestampFromMs(now) };
  for (const [name, value] of Object.entries(input)) variables[name] = toCel(value, extent);
  variables.cost = toCost(cost, extent);
  return { variables, inputClass: sizeClass(extent) };
}

/** Confidence is a `double` at its ends too, where a whole number would be an `int`. */
function toCost(cost: RuleInput['cost'], extent: Extent): CelInput {
  const fields = Object.entries(cost).map(([name, value]) => [name, toCel(value, extent)] as const);
  return new Map<string, CelInput>(cost.known ? [...fields, ['confidence', cost.confidence]] : fields);
}

/**
 * Whether an expression names a variable anywhere, on a path that is taken or not. A name that a comprehension binds counts too: who asks wants
 * to hear yes rather than no.
 */
function reads(node: unknown, name: string): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (Array.isArray(node)) return node.some((item) => reads(item, name));
  const { case: kind, value } = node as { case?: unknown; value?: { name?: unknown } };
  if (kind === 'identExpr') return value?.name === name || value?.name === `.${name}`;
  return Object.values(node).some((item) => reads(item, name));
}
