export { readActiveRules, replaceActiveRules } from './active-rules';
export {
  assertDistinctBudgets,
  budgetScopeOf,
  getBudgetDraws,
  getBudgets,
  putBudgets,
  readBudgetRows,
  replaceBudgets,
  type VersionedBudgets,
} from './budgets';
export {
  forgetTenantConfig,
  getPeople,
  getPolicyConfig,
  noteRequest,
  noteSpending,
  readPeople,
  readPolicyConfig,
  stopConfigCache,
} from './config-cache';
export {
  assertDistinctModels,
  getCostModel,
  getCostModels,
  listCostVersions,
  putCostModels,
  readCostModelRows,
  replaceCostModels,
  trustCostModel,
  type VersionedCostModels,
} from './cost-models';
export { getEmergencyStop, putEmergencyStop } from './emergency-stop';
export { assertUnchanged, entityTagOf } from './entity-tag';
export { type Evaluated, evaluate, evaluateAsked, evaluateBatch } from './evaluate';
export { getEvaluation, listEvaluations } from './evaluation-records';
export { learnCosts } from './learn-costs';
export {
  assertDistinctScopes,
  getLevels,
  putLevels,
  readLevelRows,
  replaceLevels,
  scopeOf,
  type VersionedLevels,
} from './levels';
export { activatePolicySet, retirePolicySet, shadowPolicySet, unshadowPolicySet } from './move-set';
export { toKeptEvaluation } from './record';
export { removeExpiredEvaluations, sweepRequestEvaluations } from './record-requests';
export {
  getRecording,
  INITIAL_RECORDING,
  putRecording,
  readRecordingSettings,
  type VersionedRecording,
  writeRecording,
} from './recording';
export { cancelReplay, createReplay, getReplay, listReplays } from './replays';
export { assertSoundRules, checkRule } from './rule-check';
export { runReplays } from './run-replays';
export { createPolicySet, getPolicySet, listPolicySets } from './sets';
export { compareShadow } from './shadow-comparison';
export { exceededDetails } from './violations';
