export { readActiveRules, replaceActiveRules } from './active-rules';
export {
  forgetTenantConfig,
  getPeople,
  getPolicyConfig,
  readPeople,
  readPolicyConfig,
  stopConfigCache,
} from './config-cache';
export { getEmergencyStop, putEmergencyStop } from './emergency-stop';
export { type Evaluated, evaluate, evaluateAsked, evaluateBatch } from './evaluate';
export { getEvaluation, listEvaluations } from './evaluation-records';
export {
  assertDistinctScopes,
  getLevels,
  putLevels,
  readLevelRows,
  replaceLevels,
  scopeOf,
  type VersionedLevels,
} from './levels';
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
export { assertSoundRules, checkRule } from './rule-check';
export { activatePolicySet, createPolicySet, getPolicySet, listPolicySets, retirePolicySet } from './sets';
