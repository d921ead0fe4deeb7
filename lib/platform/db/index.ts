export { type AuditEntry, appendAudit } from './audit-log';
export {
  type DrawRow,
  type Funding,
  findBudgets,
  findDraws,
  findFunding,
  lockBudgets,
  type StoredBudget,
  settleReservations,
} from './budgets';
export { assertSafeRole, closeDatabases, type DatabaseRole, poolState } from './client';
export { type DatabaseFault, toDatabaseFault, toExpected, toUnavailable } from './errors';
export { Prisma } from './generated/client';
export { type Awaited, findSettled } from './hot/awaited';
export { type BudgetUsage, listBudgetUsage } from './hot/budget-usage';
export { type Bundle, findBundle, listBundles, listDueBundles } from './hot/bundle';
export { type CostModels, findCostModels, type LearntModel } from './hot/cost-models';
export { type Created, type CreationEvent, insertRequest, type RequestInsert } from './hot/create-request';
export {
  type Account,
  findAccount,
  findKeyIn,
  findPersonIn,
  findTenantOf,
  type KeyCredential,
  type SessionPerson,
  tenantExists,
} from './hot/credentials';
export { bufferEvaluation, type EvaluationInsert, flushEvaluations } from './hot/evaluation-buffer';
export { findInstanceState, type InstanceState, lockFirstStart } from './hot/first-start';
export { guardHolds } from './hot/guard';
export { findIdempotencyKey, type IdempotencyWrite, rememberIdempotency, toIdempotencyWrite } from './hot/idempotency';
export { findUserIdByEmail, listAllTenants } from './hot/people';
export {
  DEFAULT_RECORDING,
  findEmergencyStop,
  findPolicyConfig,
  findRuleSet,
  listTenantVersions,
  type PolicyConfig,
  type Recording,
  type RuleSet,
} from './hot/policy-config';
export { findHistories, MAX_COUNTED_REQUESTS } from './hot/request-history';
export { findPeople, listReviewers, type NamedReviewer, type People } from './hot/reviewers';
export {
  findCheckpointRequest,
  findRun,
  insertRun,
  listOpenRequestsOf,
  type RunInsert,
  type RunRow,
  type StepRow,
} from './hot/run-rows';
export { extendLease, findStepLease, type LeasedStep, leaseSteps, type StepLease } from './hot/task-leases';
export {
  type ActorGuard,
  type DecisionWrite,
  type Written,
  writeDecisions,
} from './hot/write-decisions';
export { type RunEventWrite, type RunWrite, type StepWrite, writeRun } from './hot/write-run';
export {
  bumpPeopleVersion,
  countOtherOwners,
  holdCredential,
  type LockedMember,
  type LockedPeople,
  lockPeople,
  lockTenant,
} from './people-locks';
export { findReadiness, pendingMigrationCount } from './readiness';
export {
  findResourceRow,
  findResourceRowByCorrelation,
  listResourceRows,
  type ResourceRow,
  type StoredCheckpoint,
} from './resource-rows';
export { listRunEventRows, listRunRows, type RunEventRow, type RunListRow } from './run-lists';
export { databaseNow, enterTenant, inTenant, type Tx } from './tenant';
