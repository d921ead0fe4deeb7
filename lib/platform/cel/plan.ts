import { type CelInput, celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { RuleOutcome } from '@/lib/domain/policy';
import { toCel } from './values';

/** What a rule may look at. */
export interface RuleInput {
  request: { policy_type: string; skill_id: string; agent_id: string; payload: Record<string, unknown> };
  /**
   * `estimate_cents` is there only where the cost is known, `budget_left_cents` only where a budget applies: who reads what is not there
   * fails closed.
   */
  cost: { known: boolean; estimate_cents?: number; budget_left_cents?: number };
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
export function toBindings({ now, ...input }: RuleInput): Bindings {
  const maps = Object.entries(input).map(([name, value]) => [name, toCel(value)]);
  return { ...Object.fromEntries(maps), now: timestampFromMs(now) };
}
