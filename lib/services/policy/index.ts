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
export { getLevels, putLevels, type VersionedLevels } from './levels';
export { toKeptEvaluation } from './record';
export { removeExpiredEvaluations, sweepRequestEvaluations } from './record-requests';
export { getRecording, putRecording, type VersionedRecording } from './recording';
export { checkRule } from './rule-check';
export { activatePolicySet, createPolicySet, getPolicySet, listPolicySets, retirePolicySet } from './sets';
