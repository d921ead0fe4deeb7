export {
  ARCHIVE_KINDS,
  type ArchivedLine,
  type ArchiveKind,
  type ArchivePlace,
  listArchivable,
  listTenantIds,
} from './archive';
export {
  type ConfigCheck,
  listConfigChecks,
  removeConfigChecks,
  type SectionDrift,
  saveConfigCheck,
} from './config-checks';
export {
  appendRatios,
  asLearner,
  type CostLesson,
  countSwitchedOff,
  hasLessons,
  holdLearning,
  holdTenants,
  type ModelKey,
  raiseLearningVersion,
  takeLessons,
  writeLearning,
} from './cost-learning';
export {
  type AttemptResult,
  type ClaimedDelivery,
  claimDeliveries,
  recordAttempt,
  recordGone,
  releaseDeliveries,
} from './deliveries';
export { type DueRun, listDueRuns, listOrphanedRequests } from './due-runs';
export { recordOfRequests, removeOldEvaluations } from './evaluations';
export { type FlagChangeDue, listFlagChangesDue } from './flag-changes';
export {
  type ClaimedStep,
  claimSteps,
  extendSteps,
  findSealedSecret,
  type LostStep,
  listLostSteps,
  releaseSteps,
} from './leased-steps';
export {
  type DispatchTarget,
  dispatchOutbox,
  type NewDelivery,
  type OutboxEvent,
  type RequestOutboxEvent,
  type RunOutboxEvent,
} from './outbox';
export { listPendingIds, listTenantsToCheck, markChecked } from './people';
export {
  type ClaimedReplay,
  claimReplay,
  countRecords,
  finishReplay,
  isOtherReplayWaiting,
  listRecords,
  measureDecisions,
  measureWaits,
  type Position,
  type RecordedEvaluation,
  releaseReplay,
  saveReplay,
} from './replays';
export { type Backlog, beat, findBacklog, listWorkerMetrics, removeHeartbeat, removeOld } from './upkeep';
