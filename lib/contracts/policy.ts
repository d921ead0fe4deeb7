import { z } from 'zod';
import { POLICY_DECISIONS, POLICY_TYPES } from '@/lib/domain/policy';
import { defineOperation, RULES_BODY_LIMITS } from './operation';
import { Cents, JsonObject, Label, Level, MAX_EXPIRES_IN_SECONDS, Prose, TenantId, Timestamp } from './scalars';

export const PolicyTypeSchema = z.enum(POLICY_TYPES);

export const EvaluateBody = z.strictObject({
  skill_id: Label,
  tenant_id: TenantId,
  agent_id: Label.nullish(),
  payload: JsonObject,
  policy_type: PolicyTypeSchema.default('cost'),
  policy_version: z
    .string()
    .min(1)
    .max(128)
    .nullish()
    .meta({ description: 'A version to try instead of the active one' }),
  simulate_cost: z
    .boolean()
    .optional()
    .meta({ description: 'False leaves what it would cost out of the answer; the decision is the same' }),
});
export type EvaluateBody = z.output<typeof EvaluateBody>;

/** What something is expected to cost: half of the time at most p50, 19 times of 20 at most p95. */
export const CostBandResource = z.object({
  p50_cents: Cents,
  p95_cents: Cents.meta({ description: 'The cautious end: what automatic limits are compared with' }),
  confidence: z.number().min(0).max(1).meta({ description: 'From 0, nothing has been learnt from outcomes, to 1' }),
  model_version: z.int().nullable().meta({ description: 'Null where the payload’s `amount_cents` says it' }),
});
export type CostBandResource = z.output<typeof CostBandResource>;

/** What stands against something whatever the rules say. */
export const PolicyViolation = z.object({
  type: z.string(),
  policy: z.string(),
  message: z.string(),
  details: JsonObject,
});
export type PolicyViolation = z.output<typeof PolicyViolation>;

/** Why policy answered as it did, as a request keeps it. */
export const PolicyExplanation = z.object({
  decision: z.enum(POLICY_DECISIONS),
  reasons: z.array(z.string()),
  matched_rules: z.array(
    z.object({ rule_id: z.string(), effect: z.string(), level: z.int().nullable(), reason: z.string() }),
  ),
  violations: z.array(PolicyViolation),
  policy_version: z.string().nullable(),
  cost: CostBandResource.extend({
    model_cents: Cents.nullable().meta({ description: 'What the model’s base and rates alone say' }),
  })
    .nullable()
    .optional()
    .meta({ description: 'What was expected when it was asked; absent from requests of before there were models' }),
});
export type PolicyExplanation = z.output<typeof PolicyExplanation>;

export const EvaluationResource = PolicyExplanation.extend({
  errors: z.array(z.object({ rule_id: z.string(), message: z.string() })),
  approval_level_required: Level.nullable(),
  min_approvals: z.int(),
  simulated_cost_cents: Cents.nullable().meta({ description: 'The median, `cost.p50_cents`' }),
  cost: CostBandResource.nullable(),
  evaluation_id: z.string().meta({
    description:
      'Names the record of it, where one is kept; what names a version or is asked in the console is a try and is not recorded',
  }),
  timestamp: Timestamp,
});
export type EvaluationResource = z.output<typeof EvaluationResource>;

/** What stands in the place of an answer: why there is none to this question, while the others are answered. */
export const EvaluationRefusal = z.object({
  problem: z
    .object({
      type: z.string(),
      title: z.string(),
      status: z.int(),
      detail: z.string().optional(),
      code: z.string(),
    })
    .meta({ description: 'What a call that asks this alone would be answered with, but for what is of the call' }),
});
export type EvaluationRefusal = z.output<typeof EvaluationRefusal>;

export const EvaluationBatch = z.object({ data: z.array(z.union([EvaluationResource, EvaluationRefusal])) });
export type EvaluationBatch = z.output<typeof EvaluationBatch>;

/** One row of the approval level configuration. Left-out dimensions match everything. */
export const LevelRow = z.strictObject({
  policy_type: PolicyTypeSchema.nullish(),
  agent_id: Label.nullish(),
  skill_id: Label.nullish(),
  level: Level,
  min_approvals: z.int().min(1).max(20).default(1),
  auto_approve_max_cost_cents: Cents.nullish(),
  auto_approve_max_tokens: z.int().min(0).nullish(),
  escalate_after_seconds: z.int().min(1).max(MAX_EXPIRES_IN_SECONDS).nullish(),
  escalate_to: Label.nullish(),
  escalate_level: Level.nullish(),
  escalate_then: z
    .array(
      z.strictObject({
        after_seconds: z.int().min(1).max(MAX_EXPIRES_IN_SECONDS),
        to: Label.nullish(),
        level: Level.nullish(),
      }),
    )
    .max(5)
    .optional()
    .meta({ description: 'Further steps, each counted from the one before it' }),
  expires_in_seconds: z.int().min(1).max(MAX_EXPIRES_IN_SECONDS).nullish(),
  min_reject_level: Level.nullish(),
});
export type LevelRow = z.output<typeof LevelRow>;

export const LevelsBody = z.strictObject({
  tenant_id: TenantId.optional(),
  levels: z.array(LevelRow).max(500),
});
export const LevelsResource = z.object({ tenant_id: TenantId, levels: z.array(LevelRow) });
export type LevelsResource = z.output<typeof LevelsResource>;

const TenantQuery = z.strictObject({ tenant_id: TenantId.optional() });

export const EmergencyStopResource = z.object({
  tenant_id: TenantId,
  active: z.boolean(),
  reason: z.string().nullable(),
});
export type EmergencyStopResource = z.output<typeof EmergencyStopResource>;

export const evaluatePolicy = defineOperation({
  id: 'evaluatePolicy',
  method: 'POST',
  path: '/api/v1/policy/eval',
  access: 'policy:evaluate',
  tag: 'Policy',
  summary: 'Ask what policy would answer; changes nothing',
  body: EvaluateBody,
  response: EvaluationResource,
  example: {
    skill_id: 'payments.transfer',
    tenant_id: 'acme',
    agent_id: 'billing-bot',
    payload: { amount_cents: 250000, currency: 'EUR' },
    simulate_cost: true,
  },
});

export const evaluatePolicyBatch = defineOperation({
  id: 'evaluatePolicyBatch',
  method: 'POST',
  path: '/api/v1/policy/eval/batch',
  access: 'policy:evaluate',
  tag: 'Policy',
  summary: 'Ask about up to 100 at once; the answers are in order',
  description:
    'Items do not share a fate: one that names a version which is not there, or which takes too long, has a `problem` in its place (`policy-set/not-found`, `policy-set/too-slow`; `service/unavailable` when too many others of the call took too long: ask it again). What names no version always has an answer.',
  body: z.strictObject({ items: z.array(EvaluateBody).min(1).max(100) }),
  response: EvaluationBatch,
  example: {
    items: [
      { skill_id: 'payments.transfer', tenant_id: 'acme', payload: { amount_cents: 250000 } },
      { skill_id: 'deploy.production', tenant_id: 'acme', policy_type: 'capability', payload: { service: 'api' } },
    ],
  },
});

export const getLevels = defineOperation({
  id: 'getLevels',
  method: 'GET',
  path: '/api/v1/policy/levels',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Read the approval level configuration',
  description: 'The ETag is what `If-Match` of the PUT wants; it changes with the levels alone.',
  query: TenantQuery,
  response: LevelsResource,
});

export const putLevels = defineOperation({
  id: 'putLevels',
  method: 'PUT',
  path: '/api/v1/policy/levels',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Replace the approval level configuration',
  query: TenantQuery,
  body: LevelsBody,
  bodyLimits: RULES_BODY_LIMITS,
  response: LevelsResource,
  ifMatch: 'required',
  example: {
    levels: [
      { level: 3 },
      { skill_id: 'payments.transfer', level: 4, auto_approve_max_cost_cents: 10000, escalate_after_seconds: 600 },
    ],
  },
});

export const getEmergencyStop = defineOperation({
  id: 'getEmergencyStop',
  method: 'GET',
  path: '/api/v1/policy/emergency-stop',
  access: 'requests:read',
  tag: 'Policy',
  summary: 'Whether the emergency stop is on',
  query: TenantQuery,
  response: EmergencyStopResource,
});

export const putEmergencyStop = defineOperation({
  id: 'putEmergencyStop',
  method: 'PUT',
  path: '/api/v1/policy/emergency-stop',
  access: 'policy:emergency_stop',
  tag: 'Policy',
  summary: 'Stop every approval at once, or let them go on',
  query: TenantQuery,
  body: z.strictObject({ tenant_id: TenantId.optional(), active: z.boolean(), reason: Prose }),
  response: EmergencyStopResource,
  example: { active: true, reason: 'Credentials of billing-bot leaked' },
});
