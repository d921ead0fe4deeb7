import { EvaluationError } from '@marcbachmann/cel-js';
import type { RuleOutcome } from '@/lib/domain/policy';
import { readExpression } from './gate';
import type { RuleInput } from './plan';
import { MAX_STRING } from './values';

/**
 * What the other engine makes of a condition: a second opinion on the examples of a draft, never an answer to a caller. Its regular
 * expressions are the machine's and can hang, so it runs in a thread that can be ended.
 */
export function askSecondEngine(expression: string, { now, cost, ...input }: RuleInput): RuleOutcome {
  try {
    const context = { ...(toPlain(input) as Record<string, unknown>), cost: toPlainCost(cost), now: new Date(now) };
    const result: unknown = readExpression(expression)(context);
    return typeof result === 'boolean' ? result : { error: 'The condition is neither true nor false' };
  } catch (error) {
    return { error: error instanceof Error ? messageOf(error) : String(error) };
  }
}

/**
 * Whether two engines say the same. Both may fail, each in its own words. Where only the second cannot read a pattern, it has no opinion:
 * RE2 knows `(?i)`, `\pN` and others that the machine's regular expressions do not.
 */
export function agree(first: RuleOutcome, second: RuleOutcome): boolean {
  if (typeof second === 'object' && UNREADABLE_PATTERN.test(second.error)) return true;
  return typeof first === 'object' ? typeof second === 'object' : first === second;
}

const UNREADABLE_PATTERN = /Invalid regular expression/i;

function messageOf(error: Error): string {
  return error instanceof EvaluationError ? error.summary : error.message;
}

/** Confidence is a `double` at its ends too. */
function toPlainCost(cost: RuleInput['cost']): Record<string, unknown> {
  const plain = toPlain(cost) as Record<string, unknown>;
  return cost.known ? { ...plain, confidence: cost.confidence } : plain;
}

/** As `toCel`, in the second engine's terms: safe integers are `bigint` on both, and what is too long is bytes on both. */
function toPlain(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value === 'string') return value.length > MAX_STRING ? new TextEncoder().encode(value) : value;
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toPlain(item)]));
  }
  return value;
}
