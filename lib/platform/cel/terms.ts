import { RULE_VARIABLES, type RuleVariable } from '@/lib/domain/policy';
import { RESPONSE_VARIABLES, TASK_VARIABLES } from '@/lib/domain/run';

/** What an expression may name, and what it must come to: true or false, or anything. */
export interface Terms {
  variables: Readonly<Record<string, RuleVariable>>;
  result: 'bool' | 'any';
}

/** Of the condition of a rule. */
export const RULE_TERMS: Terms = { variables: RULE_VARIABLES, result: 'bool' };
/** Of the condition of a task in a run. */
export const TASK_CONDITION: Terms = { variables: TASK_VARIABLES, result: 'bool' };
/** Of a value that a task computes. */
export const TASK_VALUE: Terms = { variables: TASK_VARIABLES, result: 'any' };
/** Of a value that a task makes of an answer. */
export const RESPONSE_VALUE: Terms = { variables: RESPONSE_VARIABLES, result: 'any' };
