import { type CelInput, celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { RuleOutcome } from '@/lib/domain/policy';
import { toCel } from './values';

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
export type Bindings = Record<string, CelInput>;

/** A condition, ready to be asked about many inputs. Never throws: what goes wrong is its outcome. */
export type Condition = (bindings: Bindings) => RuleOutcome;

const ENVIRONMENT = celEnv();

/** Compiles an expression that `checkExpression` let through. */
export function compileCondition(expression: string): Condition {
  const evaluate = plan(ENVIRONMENT, parse(expression));
  return (bindings) => {
    try {
      const result = evaluate(bindings);
      if (typeof result === 'boolean') return result;
      return { error: isCelError(result) ? result.message : 'The condition is neither true nor false' };
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };
}

/** The variables of a rule, as CEL sees them. */
export function toBindings({ now, cost, ...input }: RuleInput): Bindings {
  const maps = Object.entries(input).map(([name, value]) => [name, toCel(value)]);
  return { ...Object.fromEntries(maps), cost: toCost(cost), now: timestampFromMs(now) };
}

/** Confidence is a `double` at its ends too, where a whole number would be an `int`. */
function toCost(cost: RuleInput['cost']): CelInput {
  if (!cost.known) return toCel(cost);
  const { confidence, ...cents } = cost;
  return new Map<string, CelInput>([
    ...Object.entries(cents).map(([name, value]) => [name, toCel(value)] as const),
    ['confidence', confidence],
  ]);
}

/**
 * Whether an expression names a variable anywhere, on a path that is taken or not. A name that a comprehension binds counts too: who asks wants
 * to hear yes rather than no.
 */
export function readsVariable(expression: string, name: string): boolean {
  return names(parse(expression).expr, name);
}

function names(node: unknown, name: string): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if (Array.isArray(node)) return node.some((item) => names(item, name));
  const { case: kind, value } = node as { case?: unknown; value?: { name?: unknown } };
  if (kind === 'identExpr') return value?.name === name || value?.name === `.${name}`;
  return Object.values(node).some((item) => names(item, name));
}
