export { type Checked, checkExpression, type ExpressionFault, type FieldRead } from './gate';
export { type Bindings, type Condition, compileCondition, type RuleInput, readsVariable, toBindings } from './plan';
