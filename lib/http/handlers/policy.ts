import { operations } from '@/lib/contracts';
import {
  activatePolicySet as activate,
  checkRule,
  createPolicySet as createSet,
  evaluate,
  evaluateBatch,
  getLevels as get,
  getBudgets as getAllBudgets,
  getCostModel,
  getBudgetDraws as getDraws,
  getCostModels as getModels,
  getPolicySet as getSet,
  getEmergencyStop as getStop,
  listCostVersions as listModelVersions,
  listPolicySets as listSets,
  putLevels as put,
  putBudgets as putAllBudgets,
  putCostModels as putModels,
  putEmergencyStop as putStop,
  retirePolicySet as retire,
  trustCostModel as trust,
} from '@/lib/services/policy';
import { type Reply, reply } from '../reply';
import { route } from '../route';

function withTag<Resource>({ resource, etag }: { resource: Resource; etag: string }): Reply<Resource> {
  return reply(resource, { headers: { etag } });
}

export const evaluatePolicy = route(operations.evaluatePolicy, ({ actor, body }) => evaluate(actor, body));
export const getLevels = route(operations.getLevels, async ({ actor }) => withTag(await get(actor)));
export const putLevels = route(operations.putLevels, async ({ actor, body, call }) =>
  withTag(await put(actor, body.levels, call)),
);
export const getBudgets = route(operations.getBudgets, async ({ actor }) => withTag(await getAllBudgets(actor)));
export const putBudgets = route(operations.putBudgets, async ({ actor, body, call }) =>
  withTag(await putAllBudgets(actor, body.budgets, call)),
);
export const getBudgetDraws = route(operations.getBudgetDraws, ({ actor, params }) => getDraws(actor, params.id));
export const getEmergencyStop = route(operations.getEmergencyStop, ({ actor }) => getStop(actor));
export const putEmergencyStop = route(operations.putEmergencyStop, ({ actor, body }) => putStop(actor, body));
export const evaluatePolicyBatch = route(operations.evaluatePolicyBatch, ({ actor, body }) =>
  evaluateBatch(actor, body.items),
);
export const listPolicySets = route(operations.listPolicySets, ({ actor, query }) => listSets(actor, query));
export const createPolicySet = route(
  operations.createPolicySet,
  ({ actor, body, call }) => createSet(actor, body, call),
  { replay: ({ actor, resourceId }) => getSet(actor, resourceId) },
);
export const getPolicySet = route(operations.getPolicySet, ({ actor, params }) => getSet(actor, params.version));
export const activatePolicySet = route(
  operations.activatePolicySet,
  ({ actor, params, body, call }) => activate(actor, params.version, body.reason, call),
  { replay: ({ actor, resourceId }) => getSet(actor, resourceId) },
);
export const retirePolicySet = route(
  operations.retirePolicySet,
  ({ actor, params, body, call }) => retire(actor, params.version, body.reason, call),
  { replay: ({ actor, resourceId }) => getSet(actor, resourceId) },
);
export const checkPolicyRule = route(operations.checkPolicyRule, async ({ actor, body }) => {
  const report = await checkRule(body.rule, actor.tenantId);
  return { ok: report.faults.length === 0, ...report };
});
export const getCostModels = route(operations.getCostModels, async ({ actor }) => withTag(await getModels(actor)));
export const putCostModels = route(operations.putCostModels, async ({ actor, body, call }) =>
  withTag(await putModels(actor, body.cost_models, call)),
);
export const listCostVersions = route(operations.listCostVersions, ({ actor, params, query }) =>
  listModelVersions(actor, params.skill_id, query),
);
export const trustCostModel = route(
  operations.trustCostModel,
  ({ actor, params, body, call }) => trust(actor, params.skill_id, body.reason, call),
  { replay: ({ actor, resourceId }) => getCostModel(actor, resourceId) },
);
