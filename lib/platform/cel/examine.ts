import type { RuleOutcome } from '@/lib/domain/policy';
import { type Checked, checkExpression } from './gate';
import { compileCondition, type RuleInput, toBindings } from './plan';
import { askSecondEngine } from './second-engine';
import type { Load } from './work';

/** A condition that nobody has agreed to yet, and what it is to be tried on. */
export interface Draft {
  when: string;
  inputs: readonly RuleInput[];
}

/** What became of a draft: of its text, and on both engines of each input. Neither load nor answers where the text is refused. */
export interface Examined {
  checked: Checked;
  load: Load | null;
  answers: { first: RuleOutcome; second: RuleOutcome }[];
}

/** Checks a draft and tries it on both engines. What the gate refuses is evaluated by neither. */
export function examine({ when, inputs }: Draft): Examined {
  const checked = checkExpression(when);
  if (!checked.ok) return { checked, load: null, answers: [] };
  const condition = compileCondition(when);
  const answers = inputs.map((input) => ({
    first: condition.ask(toBindings(input)),
    second: askSecondEngine(when, input),
  }));
  return { checked, load: condition.load, answers };
}
