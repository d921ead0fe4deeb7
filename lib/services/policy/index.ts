export {
  forgetTenantConfig,
  getPeople,
  getPolicyConfig,
  readPeople,
  readPolicyConfig,
  stopConfigCache,
} from './config-cache';
export { getEmergencyStop, putEmergencyStop } from './emergency-stop';
export { type Evaluated, evaluate, evaluateAsked } from './evaluate';
export { getLevels, putLevels, type VersionedLevels } from './levels';
