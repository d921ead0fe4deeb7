export { type Ended, examineApart, judgeApart, stopThreads } from './apart';
export type { Draft, Examined } from './examine';
export { compileExpression, type Evaluated, type Expression } from './expression';
export { type Checked, checkExpression, type ExpressionFault, type ExpressionKind, type FieldRead } from './gate';
export { judge, mentionsHistory, readsHistory } from './judge';
export { compileCondition, type RuleInput, toBindings } from './plan';
export { agree } from './second-engine';
export { fitTogether } from './work';
