import { z } from 'zod';
import { POLICY_DECISIONS } from '@/lib/domain/policy';
import { defineOperation } from './operation';
import { EvaluationResource, PolicyExplanation, PolicyTypeSchema } from './policy';
import { Cents, Cursor, Id, JsonObject, Label, Level, Limit, pageOf, QueryTime, TenantId, Timestamp } from './scalars';

/** What the shadow set would have answered. `decision` is null where it could not be judged, and `failure` says why. */
export const ShadowAnswer = z.object({
  policy_version: z.string(),
  decision: z.enum(POLICY_DECISIONS).nullable(),
  reasons: PolicyExplanation.shape.reasons,
  matched_rules: PolicyExplanation.shape.matched_rules,
  approval_level_required: Level.nullable(),
  min_approvals: z.int().nullable(),
  errors: EvaluationResource.shape.errors,
  failure: z.string().nullable(),
});
export type ShadowAnswer = z.output<typeof ShadowAnswer>;

export const EVALUATION_SOURCES = ['eval', 'request'] as const;

/** What was asked of policy and what it answered, as it is kept. */
export const EvaluationRecord = z.object({
  evaluation_id: z.string(),
  tenant_id: TenantId,
  at: Timestamp,
  source: z.enum(EVALUATION_SOURCES),
  request_id: z.string().nullable(),
  policy_type: PolicyTypeSchema,
  skill_id: z.string(),
  agent_id: z.string().nullable(),
  payload: JsonObject,
  asked: z.object({ required_level: Level.nullable(), min_approvals: z.int().nullable() }),
  facts: JsonObject.meta({ description: 'What rules could read beside the request: `actor`, `cost`, `tenant`, `now`' }),
  decision: z.enum(POLICY_DECISIONS),
  approval_level_required: Level.nullable(),
  min_approvals: z.int(),
  reasons: PolicyExplanation.shape.reasons,
  matched_rules: PolicyExplanation.shape.matched_rules,
  errors: EvaluationResource.shape.errors,
  violations: EvaluationResource.shape.violations,
  simulated_cost_cents: Cents.nullable(),
  policy_version: z.string(),
  shadow: ShadowAnswer.nullable(),
});
export type EvaluationRecord = z.output<typeof EvaluationRecord>;

export const ListEvaluationsQuery = z.strictObject({
  tenant_id: TenantId.optional(),
  from: QueryTime.optional(),
  to: QueryTime.optional(),
  decision: z.enum(POLICY_DECISIONS).optional(),
  source: z.enum(EVALUATION_SOURCES).optional(),
  skill_id: Label.optional(),
  rule_id: Label.optional(),
  policy_version: Label.optional(),
  limit: Limit,
  cursor: Cursor.optional(),
});
export type ListEvaluationsQuery = z.output<typeof ListEvaluationsQuery>;

export const RecordingSettings = z.strictObject({
  sample_rate: z.number().min(0).max(1).meta({ description: 'The share that is kept, 0 to 1' }),
  retain_days: z.int().min(1).max(3650),
});
export type RecordingSettings = z.output<typeof RecordingSettings>;

export const RecordingResource = z.object({
  tenant_id: TenantId,
  sample_rate: z.number(),
  retain_days: z.int(),
});
export type RecordingResource = z.output<typeof RecordingResource>;

const TenantQuery = z.strictObject({ tenant_id: TenantId.optional() });

export const listEvaluations = defineOperation({
  id: 'listEvaluations',
  method: 'GET',
  path: '/api/v1/policy/evaluations',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'List what was asked of policy and what it answered, newest first',
  description: '`from` is included, `to` is not. A record is written within seconds of its answer.',
  query: ListEvaluationsQuery,
  response: pageOf(EvaluationRecord),
});

export const getEvaluation = defineOperation({
  id: 'getEvaluation',
  method: 'GET',
  path: '/api/v1/policy/evaluations/{id}',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Read the record of one evaluation',
  params: z.object({ id: Id }),
  query: TenantQuery,
  response: EvaluationRecord,
});

export const getRecording = defineOperation({
  id: 'getRecording',
  method: 'GET',
  path: '/api/v1/policy/recording',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'How much of what policy is asked is kept, and for how long',
  description: 'The ETag is what `If-Match` of the PUT wants; it changes with these settings alone.',
  query: TenantQuery,
  response: RecordingResource,
});

export const putRecording = defineOperation({
  id: 'putRecording',
  method: 'PUT',
  path: '/api/v1/policy/recording',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Say how much of what policy is asked is kept, and for how long',
  description:
    'The sample is of what is only asked: what led to a request is always kept, until `retain_days` are over.',
  query: TenantQuery,
  body: RecordingSettings.extend({ tenant_id: TenantId.optional() }),
  response: RecordingResource,
  ifMatch: 'required',
  example: { sample_rate: 0.1, retain_days: 90 },
});
