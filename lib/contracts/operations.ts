import { z } from 'zod';
import * as budgets from './budgets';
import * as checkpoints from './checkpoints';
import * as cliLogin from './cli-login';
import * as config from './config';
import * as costModels from './cost-models';
import * as dags from './dags';
import * as events from './events';
import * as flags from './flags';
import * as insights from './insights';
import { defineOperation, type Operation } from './operation';
import * as outcomes from './outcomes';
import * as people from './people';
import * as policy from './policy';
import * as policyRecords from './policy-records';
import * as policyReplays from './policy-replays';
import * as policySets from './policy-sets';
import * as policyShadow from './policy-shadow';
import * as precedents from './precedents';
import * as requests from './requests';
import * as runs from './runs';
import * as secrets from './secrets';
import * as surfaces from './surfaces';
import * as tasks from './tasks';
import * as webhooks from './webhooks';

const getHealth = defineOperation({
  id: 'getHealth',
  method: 'GET',
  path: '/healthz',
  access: 'public',
  tag: 'Operations',
  summary: 'Whether the process lives',
  response: z.object({ status: z.literal('ok') }),
});

const getReadiness = defineOperation({
  id: 'getReadiness',
  method: 'GET',
  path: '/readyz',
  access: 'public',
  tag: 'Operations',
  summary: 'Whether it can serve: database, migrations, shutdown; a silent worker shows as degraded',
  response: z.object({
    status: z.enum(['ready', 'degraded', 'unavailable']),
    checks: z.object({
      database: z.enum(['ok', 'failed']),
      migrations: z.enum(['ok', 'pending', 'unknown']),
      worker: z.enum(['ok', 'silent', 'unknown']),
    }),
  }),
});

const getMetrics = defineOperation({
  id: 'getMetrics',
  method: 'GET',
  path: '/metrics',
  access: 'public',
  tag: 'Operations',
  summary: 'Prometheus metrics; wants the metrics token as bearer token',
  response: z.string(),
  responseKind: 'text',
});

const getOpenapi = defineOperation({
  id: 'getOpenapi',
  method: 'GET',
  path: '/openapi.json',
  access: 'public',
  tag: 'Operations',
  summary: 'This document',
  response: z.record(z.string(), z.json()),
});

/** The whole HTTP surface. A row here is how you add an endpoint. */
export const operations = {
  evaluatePolicy: policy.evaluatePolicy,
  evaluatePolicyBatch: policy.evaluatePolicyBatch,
  listPolicySets: policySets.listPolicySets,
  createPolicySet: policySets.createPolicySet,
  getPolicySet: policySets.getPolicySet,
  activatePolicySet: policySets.activatePolicySet,
  retirePolicySet: policySets.retirePolicySet,
  shadowPolicySet: policyShadow.shadowPolicySet,
  unshadowPolicySet: policyShadow.unshadowPolicySet,
  compareShadow: policyShadow.compareShadow,
  createReplay: policyReplays.createReplay,
  listReplays: policyReplays.listReplays,
  getReplay: policyReplays.getReplay,
  cancelReplay: policyReplays.cancelReplay,
  checkPolicyRule: policySets.checkPolicyRule,
  draftPolicyRule: precedents.draftPolicyRule,
  listEvaluations: policyRecords.listEvaluations,
  getEvaluation: policyRecords.getEvaluation,
  getRecording: policyRecords.getRecording,
  putRecording: policyRecords.putRecording,
  getLevels: policy.getLevels,
  putLevels: policy.putLevels,
  getCostModels: costModels.getCostModels,
  putCostModels: costModels.putCostModels,
  listCostVersions: costModels.listCostVersions,
  trustCostModel: costModels.trustCostModel,
  getBudgets: budgets.getBudgets,
  putBudgets: budgets.putBudgets,
  getFlags: flags.getFlags,
  putFlags: flags.putFlags,
  getConfig: config.getConfig,
  putConfig: config.putConfig,
  getConfigDrift: config.getConfigDrift,
  getEmergencyStop: policy.getEmergencyStop,
  putEmergencyStop: policy.putEmergencyStop,
  createRequest: requests.createRequest,
  listRequests: requests.listRequests,
  getRequest: requests.getRequest,
  approveRequest: requests.approveRequest,
  rejectRequest: requests.rejectRequest,
  cancelRequest: requests.cancelRequest,
  commentRequest: requests.commentRequest,
  reportOutcome: outcomes.reportOutcome,
  getBudgetDraws: budgets.getBudgetDraws,
  getEligibleApprovers: requests.getEligibleApprovers,
  getPrecedents: precedents.getPrecedents,
  listDags: dags.listDags,
  getDag: dags.getDag,
  putDag: dags.putDag,
  listDagVersions: dags.listDagVersions,
  lintDag: dags.lintDag,
  startRun: runs.startRun,
  listRuns: runs.listRuns,
  getRun: runs.getRun,
  resumeRun: runs.resumeRun,
  cancelRun: runs.cancelRun,
  retryRunTask: runs.retryRunTask,
  listRunEvents: runs.listRunEvents,
  listCheckpoints: checkpoints.listCheckpoints,
  getCheckpoint: checkpoints.getCheckpoint,
  approveCheckpoint: checkpoints.approveCheckpoint,
  signCheckpoint: checkpoints.signCheckpoint,
  rejectCheckpoint: checkpoints.rejectCheckpoint,
  listEvents: events.listEvents,
  streamEvents: events.streamEvents,
  verifyAudit: events.verifyAudit,
  exportRequestsCsv: requests.exportRequestsCsv,
  exportEventsCsv: events.exportEventsCsv,
  exportEventsJsonl: events.exportEventsJsonl,
  exportCheckpoints: surfaces.exportCheckpoints,
  exportRunState: surfaces.exportRunState,
  exportRunEvents: surfaces.exportRunEvents,
  getTimeToApprove: insights.getTimeToApprove,
  getVolume: insights.getVolume,
  getBacklog: insights.getBacklog,
  listTenants: people.listTenants,
  createTenant: people.createTenant,
  listMembers: people.listMembers,
  createMember: people.createMember,
  updateMember: people.updateMember,
  removeMember: people.removeMember,
  listKeys: people.listKeys,
  createKey: people.createKey,
  revokeKey: people.revokeKey,
  getMe: people.getMe,
  changePassword: people.changePassword,
  signOutEverywhere: people.signOutEverywhere,
  allowCliLogin: cliLogin.allowCliLogin,
  finishCliLogin: cliLogin.finishCliLogin,
  listEndpoints: webhooks.listEndpoints,
  createEndpoint: webhooks.createEndpoint,
  updateEndpoint: webhooks.updateEndpoint,
  deleteEndpoint: webhooks.deleteEndpoint,
  rotateEndpointSecret: webhooks.rotateEndpointSecret,
  testEndpoint: webhooks.testEndpoint,
  listDeliveries: webhooks.listDeliveries,
  getDelivery: webhooks.getDelivery,
  redeliver: webhooks.redeliver,
  listSecrets: secrets.listSecrets,
  putSecret: secrets.putSecret,
  deleteSecret: secrets.deleteSecret,
  leaseTasks: tasks.leaseTasks,
  heartbeatTask: tasks.heartbeatTask,
  completeTask: tasks.completeTask,
  failTask: tasks.failTask,
  getHealth,
  getReadiness,
  getMetrics,
  getOpenapi,
} as const satisfies Record<string, Operation>;

export type OperationId = keyof typeof operations;
