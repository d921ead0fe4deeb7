import { z } from 'zod';
import { type RequestHistory, RULE_EFFECTS } from '@/lib/domain/policy';
import { defineOperation, RULES_BODY_LIMITS } from './operation';
import { PageQuery } from './people';
import { PolicyTypeSchema } from './policy';
import {
  FlagKey,
  JsonObject,
  Label,
  Level,
  MAX_EXPIRES_IN_SECONDS,
  NullableTimestamp,
  Prose,
  pageOf,
  TenantId,
  Timestamp,
} from './scalars';

export const SET_STATUSES = ['draft', 'active', 'retired'] as const;
/** What one set may hold: far more than people can keep in their heads. */
const MAX_RULES = 1000;

const RuleId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, 'lower-case letters, digits, . _ and -, at most 100 characters')
  .meta({ examples: ['transfer-over-1k'] });

const Count = z.int().min(0).default(0);

/** What was asked for before. */
const RuleHistory = z
  .strictObject({
    requests_last_hour: Count,
    requests_last_day: Count,
    approved_last_day: Count,
    rejected_last_day: Count,
    spent_last_day_cents: Count,
  } satisfies Record<keyof RequestHistory, typeof Count>)
  .meta({ description: 'What was asked for before, in this example; nothing unless said' });

/** A request that the rule is tried on when it is saved, and whether it must match. Parts that are left out are empty. */
export const RuleExample = z.strictObject({
  name: Label,
  request: z.strictObject({
    policy_type: PolicyTypeSchema.default('cost'),
    skill_id: Label,
    agent_id: Label.nullish(),
    payload: JsonObject.default({}),
  }),
  flags: z
    .record(FlagKey, z.boolean())
    .optional()
    .meta({ description: 'The flags as they are in this example; asking for another one fails' }),
  history: RuleHistory.optional(),
  expect: z.boolean(),
});

export const RuleBody = z.strictObject({
  rule_id: RuleId,
  priority: z.int().min(-1_000_000).max(1_000_000).default(0),
  policy_type: PolicyTypeSchema.nullish(),
  when: z.string().min(1).meta({ description: 'A condition in CEL (https://cel.dev) of at most 2,000 characters' }),
  effect: z.enum(RULE_EFFECTS),
  level: Level.nullish().meta({ description: 'Of `require_approval`; left out, the level configuration says' }),
  min_approvals: z.int().min(1).max(20).nullish(),
  expires_in_seconds: z.int().min(1).max(MAX_EXPIRES_IN_SECONDS).nullish(),
  reason: Prose,
  tags: z.array(Label).max(20).default([]),
  examples: z.array(RuleExample).max(50).default([]),
});
export type RuleBody = z.output<typeof RuleBody>;

export const SetDefault = z.strictObject({
  effect: z.enum(['require_approval', 'deny']).default('require_approval'),
  level: Level.default(1),
});

export const PolicySetBody = z.strictObject({
  tenant_id: TenantId,
  description: Prose.nullish(),
  default: SetDefault.default({ effect: 'require_approval', level: 1 }),
  rules: z.array(RuleBody).max(MAX_RULES),
});
export type PolicySetBody = z.output<typeof PolicySetBody>;

/** What is no fault and still worth a look: a deny rule that reads a field which may be absent, for example. */
const RuleWarning = z.object({
  pointer: z.string(),
  detail: z.string(),
  position: z.object({ start: z.int(), end: z.int() }).nullable(),
});
export type RuleWarning = z.output<typeof RuleWarning>;

export const PolicySetSummary = z.object({
  version: z.string().meta({ examples: ['acme@8'] }),
  tenant_id: TenantId,
  status: z.enum(SET_STATUSES),
  description: z.string().nullable(),
  default: z.object({ effect: z.enum(['require_approval', 'deny']), level: Level }),
  rule_count: z.int(),
  created_at: Timestamp,
  created_by: z.string(),
  created_by_name: z.string(),
  activated_at: NullableTimestamp,
  activated_by: z.string().nullable(),
  activated_by_name: z.string().nullable(),
  activation_reason: z.string().nullable(),
  retired_at: NullableTimestamp,
  shadow: z
    .object({ since: Timestamp, by: z.string(), by_name: z.string(), reason: z.string() })
    .nullable()
    .meta({ description: 'Since when it is judged beside the active version and decides nothing' }),
});
export type PolicySetSummary = z.output<typeof PolicySetSummary>;

export const PolicySetResource = PolicySetSummary.extend({
  rules: z.array(RuleBody),
  warnings: z.array(RuleWarning).nullable().meta({
    description:
      'What is worth a look. Null where too many drafts are being judged to look for it: read the version again',
  }),
});
export type PolicySetResource = z.output<typeof PolicySetResource>;

/** What checking a rule came to. */
export const RuleReportResource = z.object({
  ok: z.boolean(),
  faults: z.array(RuleWarning),
  warnings: z.array(RuleWarning),
  examples: z.array(
    z.object({ name: z.string(), expect: z.boolean(), result: z.boolean().nullable(), error: z.string().nullable() }),
  ),
});

const TenantQuery = z.strictObject({ tenant_id: TenantId.optional() });
const VersionParams = z.strictObject({ version: z.string().min(1).max(128) });

const EXAMPLE_RULE: z.input<typeof RuleBody> = {
  rule_id: 'transfer-over-1k',
  priority: 10,
  policy_type: 'cost',
  when: "request.skill_id == 'payments.transfer' && request.payload.amount_cents > 100000",
  effect: 'require_approval',
  level: 4,
  reason: 'Transfers above 1,000.00 need a manager',
  examples: [
    {
      name: 'large',
      request: { skill_id: 'payments.transfer', payload: { amount_cents: 250000 } },
      expect: true,
    },
  ],
};

export const listPolicySets = defineOperation({
  id: 'listPolicySets',
  method: 'GET',
  path: '/api/v1/policy/sets',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'List the versions of the rules, newest first',
  query: PageQuery,
  response: pageOf(PolicySetSummary),
});

export const createPolicySet = defineOperation({
  id: 'createPolicySet',
  method: 'POST',
  path: '/api/v1/policy/sets',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Write a new version of the rules, as a draft',
  description:
    'Every condition is checked (size, syntax, types) and tried on its examples; a fault answers 422 with its pointer and its position.',
  body: PolicySetBody,
  bodyLimits: RULES_BODY_LIMITS,
  response: PolicySetResource,
  status: 201,
  location: '/api/v1/policy/sets/{version}',
  idempotent: true,
  example: { tenant_id: 'acme', default: { effect: 'require_approval', level: 1 }, rules: [EXAMPLE_RULE] },
});

export const getPolicySet = defineOperation({
  id: 'getPolicySet',
  method: 'GET',
  path: '/api/v1/policy/sets/{version}',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Read one version of the rules',
  params: VersionParams,
  query: TenantQuery,
  response: PolicySetResource,
});

export const activatePolicySet = defineOperation({
  id: 'activatePolicySet',
  method: 'POST',
  path: '/api/v1/policy/sets/{version}/activate',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Let a version decide from now on, a retired one too',
  description:
    'The version that decided until now is retired in the same transaction. In the console it needs a sign-in not older than five minutes.',
  params: VersionParams,
  query: TenantQuery,
  body: z.strictObject({ tenant_id: TenantId.optional(), reason: Prose }),
  response: PolicySetResource,
  idempotent: true,
  example: { reason: 'Agreed with finance on Tuesday' },
});

export const retirePolicySet = defineOperation({
  id: 'retirePolicySet',
  method: 'POST',
  path: '/api/v1/policy/sets/{version}/retire',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Take a version out of use',
  description: 'When it was the active one, no rules decide any more, and the level configuration does.',
  params: VersionParams,
  query: TenantQuery,
  body: z.strictObject({ tenant_id: TenantId.optional(), reason: Prose }),
  response: PolicySetResource,
  idempotent: true,
  example: { reason: 'Replaced by the new purchasing rules' },
});

export const checkPolicyRule = defineOperation({
  id: 'checkPolicyRule',
  method: 'POST',
  path: '/api/v1/policy/rules/check',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Check one rule and try it on its examples; changes nothing',
  body: z.strictObject({ tenant_id: TenantId.optional(), rule: RuleBody }),
  response: RuleReportResource,
  example: { rule: EXAMPLE_RULE },
});
