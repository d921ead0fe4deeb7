export { type Ended, examineApart, judgeApart, stopThreads } from './apart';
export type { Draft, Examined } from './examine';
export { type Checked, checkExpression, type ExpressionFault, type FieldRead } from './gate';
export { judge, mentionsHistory, readsHistory } from './judge';
export { compileCondition, type RuleInput, toBindings } from './plan';
export { agree } from './second-engine';
export { askCondition } from './task-condition';
export { TASK_CONDITION, TASK_VALUE, type Terms } from './terms';
export { fitTogether } from './work';
