import type { CelInput } from '@bufbuild/cel';
import type { RuleOutcome } from '@/lib/domain/policy';
import { compileCondition } from './plan';
import { type Extent, toCel } from './values';
import { MAX_WORK, sizeClass } from './work';

/**
 * What a condition says of variables, which `checkExpression` let through in terms of its own. Takes no longer than `MAX_WORK` steps, and
 * never throws: what goes wrong, a compiler of another build included, is its outcome.
 */
export function askCondition(expression: string, variables: Readonly<Record<string, unknown>>): RuleOutcome {
  const extent: Extent = { values: 0, longest: 0, characters: 0 };
  const bound: Record<string, CelInput> = {};
  for (const [name, value] of Object.entries(variables)) bound[name] = toCel(value, extent);
  const inputClass = sizeClass(extent);
  try {
    const condition = compileCondition(expression);
    if (condition.workIn(inputClass) > MAX_WORK) {
      return { error: 'Not evaluated: what it looks at is too large for this condition' };
    }
    return condition.ask({ variables: bound, inputClass, readings: new Map() });
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
