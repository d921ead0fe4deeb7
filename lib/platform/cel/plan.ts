import { type CelInput, celMap } from '@bufbuild/cel';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { RequestHistory, RuleOutcome } from '@/lib/domain/policy';
import { type Formed, toForm } from './forms';
import { parseExpression } from './parse';
import { type Facts, UNBOUND } from './readings';
import { isError } from './scalars';
import { guardAdmits, skillGuard } from './skills';
import { reads } from './tree';
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
  /** Absent where nobody has counted: whoever reads any of it then fails, `has()` too, and so fails closed. */
  history?: RequestHistory;
  /** The deployment's flags, by key. Asking for one that is not there fails, and so fails closed. */
  flags: Record<string, boolean>;
  /** Milliseconds of Unix time. */
  now: number;
}

/** An input, converted once for all the rules that will look at it. */
export interface Bindings extends Facts {
  /** How large it is (`workIn`). */
  inputClass: number;
}

/** A condition, ready to be asked about many inputs. */
export interface Condition {
  /** Never throws: what goes wrong is its outcome. */
  ask: (bindings: Bindings) => RuleOutcome;
  /** What `ask` asks, for whoever asks many (`askForm`). */
  form: Formed;
  /** At most so many steps it takes on any input of a class (`MAX_WORK`). */
  workIn: (inputClass: number) => number;
  /** Whether it can be anything but false for a skill. */
  concerns: (skillId: string) => boolean;
  /** Whether it looks at the cost, on whatever path. */
  readsCost: boolean;
  /** Whether it looks at what was asked for before, on whatever path. */
  readsHistory: boolean;
  load: Load;
}

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
  const expr = parseExpression(expression);
  const form = toForm(expr);
  const work: number[] = [];
  const guard = skillGuard(expr);
  return {
    ask: (bindings) => askForm(form, bindings),
    form,
    workIn: (inputClass) => {
      work[inputClass] ??= workOf(expr, inputClass);
      return work[inputClass];
    },
    concerns: (skillId) => guard === null || guardAdmits(guard, skillId),
    readsCost: reads(expr, 'cost'),
    readsHistory: reads(expr, 'history'),
    load: loadOf(expr, guard?.kind === 'one-of' ? guard.skills : null),
  };
}

const NOT_COUNTED: RuleOutcome = { error: 'What was asked for before is not known here, or is too much to count' };

/** What a condition says of an input. Never throws. */
export function askForm({ step, own }: Formed, bindings: Bindings): RuleOutcome {
  const said = step(bindings, own);
  if (typeof said === 'boolean') return said;
  if (!isError(said)) return { error: 'The condition is neither true nor false' };
  return said.message === UNBOUND ? NOT_COUNTED : { error: said.message };
}

/** The variables of a rule, as CEL sees them. */
export function toBindings({ now, cost, ...input }: RuleInput): Bindings {
  const extent: Extent = { values: 0, longest: 0, characters: 0 };
  const variables: Record<string, CelInput> = { now: timestampFromMs(now) };
  for (const [name, value] of Object.entries(input)) variables[name] = toCel(value, extent);
  variables.cost = toCost(cost, extent);
  return { variables, inputClass: sizeClass(extent), readings: new Map() };
}

/** Confidence is a `double` at its ends too, where a whole number would be an `int`. */
function toCost(cost: RuleInput['cost'], extent: Extent): CelInput {
  const fields = Object.entries(cost).map(([name, value]) => [name, toCel(value, extent)] as const);
  return celMap(new Map<string, CelInput>(cost.known ? [...fields, ['confidence', cost.confidence]] : fields));
}
