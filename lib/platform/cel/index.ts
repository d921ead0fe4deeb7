export { type Ended, examineApart, judgeApart, stopThreads } from './apart';
export type { Draft, Examined } from './examine';
export { type Checked, checkExpression, type ExpressionFault, type FieldRead } from './gate';
export { compileAhead, judge, mentionsHistory, prepareSet, readsHistory } from './judge';
export { compileCondition, type RuleInput, toBindings } from './plan';
export { agree } from './second-engine';
export { fitTogether } from './work';
