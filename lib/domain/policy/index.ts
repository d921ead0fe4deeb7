export {
  BREACH_TYPES,
  BUDGET_PERIODS,
  type Budget,
  type BudgetPeriod,
  budgetsFor,
  describeExceeded,
  exceededBudgets,
  leftCents,
  type Spender,
  tightestLeftCents,
} from './budgets';
export {
  type CostBand,
  type CostModel,
  type CostRate,
  isField,
  MAX_RATE_DECIMALS,
  modelCents,
  readField,
  toBand,
} from './cost-model';
export {
  DRIFT_LIMIT,
  DRIFT_OUTCOMES,
  isDrift,
  LEARN_FROM,
  learnSpread,
  medianOfLast,
  ONE,
  ratioOf,
  SPREAD_OUTCOMES,
  type Spread,
  toBelieved,
  UNLEARNT,
} from './cost-spread';
export { readDecimal } from './decimal';
export { type DraftedRule, draftRule, type Precedent } from './draft-rule';
export {
  describeStop,
  evaluatePolicy,
  POLICY_DECISIONS,
  type PolicyAnswer,
  type PolicyDecision,
  type PolicyQuestion,
  type PolicyRules,
} from './evaluate';
export {
  bucketOf,
  type FlagConfig,
  type FlagPlan,
  type FlagState,
  type FlagTarget,
  isFlagOn,
  isSameState,
  planFlagChange,
} from './flags';
export {
  type EscalationStep,
  type LevelConfig,
  type LevelQuestion,
  mostSpecific,
  POLICY_TYPES,
  type PolicyType,
} from './levels';
export { OUTCOME_RESULTS, type OutcomeResult, settledCents } from './outcome';
export {
  APPROVAL_LEVELS,
  count,
  emptyTally,
  expectWait,
  type FlipTally,
  type MeasuredDecisions,
  type MeasuredWait,
  medianWait,
  type Rejudged,
  type Spend,
  shareOut,
  type Tally,
} from './replay';
export {
  combineRules,
  type Demand,
  type MatchedRule,
  RULE_EFFECTS,
  type Rule,
  type RuleDefault,
  type RuleEffect,
  type RuleOutcome,
  type RuleVerdict,
  speaksFor,
} from './rules';
export type { Standing } from './standing';
export { RULE_VARIABLES, type RuleVariable, type RuleVariableField, type RuleVariableType } from './variables';
