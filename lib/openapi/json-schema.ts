import { z } from 'zod';
import * as contracts from '@/lib/contracts';

export type Json = z.core.util.JSONType;
export type JsonObject = { [name: string]: Json };

/** What the document gives a name to, so that clients made from it have types with names. Adding a row here names one more. */
const RESOURCES = {
  ApprovalRequest: contracts.ApprovalRequestResource,
  HistoryItem: contracts.HistoryItem,
  Approver: contracts.ApproverItem,
  EligibleApprovers: contracts.EligibleApproversResource,
  Precedents: contracts.PrecedentsResource,
  RuleReport: contracts.RuleReportResource,
  DraftedRule: contracts.DraftRuleResource,
  PolicyExplanation: contracts.PolicyExplanation,
  Evaluation: contracts.EvaluationResource,
  EvaluationRecord: contracts.EvaluationRecord,
  ShadowAnswer: contracts.ShadowAnswer,
  Recording: contracts.RecordingResource,
  Standing: contracts.StandingResource,
  Flip: contracts.Flip,
  ReplayReport: contracts.ReplayReport,
  Replay: contracts.ReplayResource,
  Level: contracts.LevelRow,
  Levels: contracts.LevelsResource,
  CostModel: contracts.CostModelResource,
  CostModels: contracts.CostModelsResource,
  EmergencyStop: contracts.EmergencyStopResource,
  Run: contracts.RunResource,
  RunListItem: contracts.RunListItem,
  RunPlan: contracts.RunPlan,
  RunEvent: contracts.RunEventResource,
  Secret: contracts.SecretResource,
  LeasedTask: contracts.LeasedTaskResource,
  TaskState: contracts.TaskState,
  Event: contracts.EventResource,
  AuditVerdict: contracts.AuditVerdict,
  TimeToApprove: contracts.TimeToApprove,
  Volume: contracts.Volume,
  Backlog: contracts.Backlog,
  Tenant: contracts.TenantResource,
  Member: contracts.MemberResource,
  Key: contracts.KeyResource,
  CreatedKey: contracts.CreatedKeyResource,
  Me: contracts.MeResource,
  Endpoint: contracts.EndpointResource,
  EndpointWithSecret: contracts.EndpointWithSecret,
  Attempt: contracts.AttemptItem,
  Delivery: contracts.DeliveryResource,
  DeliveryDetail: contracts.DeliveryDetail,
  WebhookPayload: contracts.WebhookPayload,
} as const satisfies Record<string, z.ZodType>;

/** What answers look like: the named resources, and one schema for every operation that answers with JSON. */
export function describeAnswers(answers: Record<string, z.ZodType>): {
  named: Record<string, JsonObject>;
  answers: Record<string, JsonObject>;
} {
  const registry = z.registry<{ id: string }>();
  const nameOf = new Map<z.ZodType, string>();
  for (const [name, schema] of Object.entries(RESOURCES)) {
    registry.add(schema, { id: name });
    nameOf.set(schema, name);
  }
  for (const [id, schema] of Object.entries(answers)) {
    if (!nameOf.has(schema)) registry.add(schema, { id: `~${id}` });
  }
  const { schemas } = z.toJSONSchema(registry, {
    ...CONVERSION,
    io: 'output',
    uri: (id) => `#/components/schemas/${id}`,
  }) as unknown as { schemas: Record<string, JsonObject> };
  const described = Object.entries(schemas).map(([id, schema]) => [id, tidy(schema, 'output')] as const);
  const byId = Object.fromEntries(described);
  return {
    named: Object.fromEntries(described.filter(([id]) => Object.hasOwn(RESOURCES, id))),
    answers: Object.fromEntries(
      Object.entries(answers).map(([id, schema]) => {
        const name = nameOf.get(schema);
        return [id, name === undefined ? (byId[`~${id}`] ?? {}) : { $ref: `#/components/schemas/${name}` }];
      }),
    ),
  };
}

/** What may be sent: strict, with the defaults that are filled in. */
export function describeInput(schema: z.ZodType): JsonObject {
  return tidy(z.toJSONSchema(schema, { ...CONVERSION, io: 'input' }) as unknown as JsonObject, 'input');
}

const CONVERSION = {
  target: 'draft-2020-12',
  // An operation without data answers with nothing, which JSON Schema cannot say.
  unrepresentable: 'any',
  override: ({ zodSchema, jsonSchema }) => {
    if (zodSchema !== contracts.JsonObject) return;
    for (const member of Object.keys(jsonSchema)) delete (jsonSchema as Record<string, unknown>)[member];
    Object.assign(jsonSchema, { type: 'object', additionalProperties: true });
  },
} as const satisfies z.core.ToJSONSchemaParams;

/**
 * Leaves out what says nothing to a reader: dialect and ids, the bounds of safe integers, patterns that repeat a format. Answers may
 * get more members later, so they are not closed.
 */
function tidy(schema: JsonObject, io: 'input' | 'output'): JsonObject {
  // The only schema of ours that refers to itself is that of any JSON value, which JSON Schema says with nothing.
  if (typeof schema.$ref === 'string' && schema.$ref.includes('/$defs/')) return {};
  const kept = Object.entries(schema).filter(([name, value]) => {
    if (name === '$schema' || name === '$id' || name === '$defs') return false;
    if (name === 'pattern') return schema.format === undefined;
    if (name === 'minimum' || name === 'maximum') return Math.abs(Number(value)) !== Number.MAX_SAFE_INTEGER;
    return !(name === 'additionalProperties' && value === false && io === 'output');
  });
  return Object.fromEntries(kept.map(([name, value]) => [name, tidyMember(name, value, io)]));
}

/** Members that hold schemas are tidied; those that hold data (defaults, examples, enums) stay as they are. */
function tidyMember(name: string, value: Json, io: 'input' | 'output'): Json {
  if (name === 'properties') {
    const members = Object.entries(value as JsonObject);
    return Object.fromEntries(members.map(([member, schema]) => [member, tidy(schema as JsonObject, io)]));
  }
  if (!['items', 'additionalProperties', 'propertyNames', 'anyOf', 'oneOf', 'allOf'].includes(name)) return value;
  if (Array.isArray(value)) return value.map((schema) => tidy(schema as JsonObject, io));
  return typeof value === 'object' && value !== null ? tidy(value as JsonObject, io) : value;
}
