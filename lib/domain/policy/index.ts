export {
  evaluatePolicy,
  POLICY_DECISIONS,
  type PolicyAnswer,
  type PolicyDecision,
  type PolicyQuestion,
} from './evaluate';
export { type LevelConfig, type LevelQuestion, POLICY_TYPES, type PolicyType } from './levels';
