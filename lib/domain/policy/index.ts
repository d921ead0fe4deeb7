export {
  DEFAULT_ESCALATE_AFTER_SECONDS,
  DEFAULT_EXPIRES_IN_SECONDS,
  DEFAULT_LEVEL,
  evaluatePolicy,
  POLICY_DECISIONS,
  type PolicyAnswer,
  type PolicyDecision,
  type PolicyQuestion,
} from './evaluate';
export { type LevelConfig, type LevelQuestion, mostSpecific, POLICY_TYPES, type PolicyType } from './levels';
