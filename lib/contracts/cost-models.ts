import { z } from 'zod';
import { isField, MAX_RATE_DECIMALS, readDecimal } from '@/lib/domain/policy';
import { defineOperation, RULES_BODY_LIMITS } from './operation';
import { PageQuery } from './people';
import { Cents, Label, NullableTimestamp, Prose, pageOf, TenantId, Timestamp } from './scalars';

/** What one tenant may have models for, and what one model may read. */
const MAX_MODELS = 500;
const MAX_RATES = 20;

const Field = z
  .string()
  .max(200)
  .refine(isField, { message: 'a member of the payload, or a JSON pointer into it' })
  .meta({ description: 'A member of the payload, or a JSON pointer into it (RFC 6901)', examples: ['/usage/tokens'] });

const CentsPerUnit = z
  .string()
  .max(30)
  .refine((text) => readDecimal(text, MAX_RATE_DECIMALS) !== null, {
    message: `a decimal that is not negative, of at most ${MAX_RATE_DECIMALS} decimals, as a text: "0.0003"`,
  })
  .meta({ description: 'Cents for each unit, as an exact decimal in a text', examples: ['0.0003'] });

export const CostRateBody = z.strictObject({ field: Field, cents_per_unit: CentsPerUnit });
export type CostRateBody = z.output<typeof CostRateBody>;

export const CostModelBody = z.strictObject({
  skill_id: Label,
  base_cents: Cents,
  rates: z.array(CostRateBody).max(MAX_RATES).default([]),
  description: Prose.nullish(),
});
export type CostModelBody = z.output<typeof CostModelBody>;

export const CostModelRows = z.array(CostModelBody).max(MAX_MODELS);

export const CostModelsBody = z.strictObject({ tenant_id: TenantId.optional(), cost_models: CostModelRows });

const Ratio = z
  .number()
  .min(0)
  .meta({ description: 'What things cost for what the model’s base and rates say; 1 is exact' });

/** Whether anything is approved by what a model says, without a person. */
const AutoApproval = z.object({
  enabled: z.boolean(),
  off_since: NullableTimestamp,
  off_reason: z.string().nullable(),
  trusted_at: NullableTimestamp.meta({ description: 'When it was last switched on again by hand' }),
  trusted_by: z.string().nullable(),
  trusted_by_name: z.string().nullable(),
  trust_reason: z.string().nullable(),
});

export const CostModelVersion = z.object({
  skill_id: z.string(),
  version: z.int(),
  base_cents: Cents,
  rates: z.array(CostRateBody),
  description: z.string().nullable(),
  created_at: Timestamp,
  created_by: z.string(),
  created_by_name: z.string(),
  retired_at: NullableTimestamp,
  outcomes: z.int().meta({ description: 'How many reported outcomes of this version have been learnt from' }),
});
export type CostModelVersion = z.output<typeof CostModelVersion>;

export const CostModelResource = CostModelVersion.extend({
  spread: z.object({
    p50: Ratio,
    p95: Ratio.meta({ description: 'Never below 1: reported outcomes do not make the cautious end cheaper' }),
    confidence: z.number().min(0).max(1),
  }),
  drift: Ratio.nullable().meta({ description: 'The median ratio of the last 20 outcomes; null while there are fewer' }),
  distribution: z
    .array(z.object({ up_to: z.number().nullable(), outcomes: z.int() }))
    .meta({ description: 'The last 200 outcomes by their ratio; `up_to` null is what is above every bound' }),
  auto_approval: AutoApproval,
});
export type CostModelResource = z.output<typeof CostModelResource>;

export const CostModelsResource = z.object({ tenant_id: TenantId, cost_models: z.array(CostModelResource) });
export type CostModelsResource = z.output<typeof CostModelsResource>;

const TenantQuery = z.strictObject({ tenant_id: TenantId.optional() });
const SkillParams = z.strictObject({ skill_id: z.string().min(1).max(200) });

export const getCostModels = defineOperation({
  id: 'getCostModels',
  method: 'GET',
  path: '/api/v1/policy/cost-models',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Read what skills cost, and what outcomes have taught about it',
  description:
    'The ETag is what `If-Match` of the PUT wants; it changes with what is configured, not with what is learnt.',
  query: TenantQuery,
  response: CostModelsResource,
});

export const putCostModels = defineOperation({
  id: 'putCostModels',
  method: 'PUT',
  path: '/api/v1/policy/cost-models',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Replace the cost models',
  description:
    'A model that differs from the one in use becomes the next version of its skill, with nothing learnt yet; one that is left out is retired. Versions stay readable.',
  query: TenantQuery,
  body: CostModelsBody,
  bodyLimits: RULES_BODY_LIMITS,
  response: CostModelsResource,
  ifMatch: 'required',
  example: {
    cost_models: [
      {
        skill_id: 'research.summarise',
        base_cents: 2,
        rates: [{ field: '/usage/tokens', cents_per_unit: '0.0003' }],
        description: 'The model’s list price, and the search before it',
      },
    ],
  },
});

export const listCostVersions = defineOperation({
  id: 'listCostVersions',
  method: 'GET',
  path: '/api/v1/policy/cost-models/{skill_id}/versions',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'List every version of what a skill costs, newest first',
  params: SkillParams,
  query: PageQuery,
  response: pageOf(CostModelVersion),
});

export const trustCostModel = defineOperation({
  id: 'trustCostModel',
  method: 'POST',
  path: '/api/v1/policy/cost-models/{skill_id}/trust',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Switch automatic approval by cost on again for a skill whose model had drifted',
  description: 'Outcomes until now are forgiven: drift is measured anew, on those that come.',
  params: SkillParams,
  query: TenantQuery,
  body: z.strictObject({ tenant_id: TenantId.optional(), reason: Prose }),
  response: CostModelResource,
  idempotent: true,
  example: { reason: 'The provider has gone back to its list price' },
});
