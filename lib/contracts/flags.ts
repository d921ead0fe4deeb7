import { z } from 'zod';
import { defineOperation, RULES_BODY_LIMITS } from './operation';
import { FlagKey, Label, Prose, TenantId, Timestamp } from './scalars';

const TenantQuery = z.strictObject({ tenant_id: TenantId.optional() });

const Environment = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'lower-case letters, digits, - and _, at most 63 characters')
  .meta({ description: 'Where the flag is as it says; rules see the flags of their deployment’s own environment' });

const Percentage = z.int().min(0).max(100);

/** A flag as it is to be. Key and environment together say which one it is. */
export const FlagRow = z.strictObject({
  key: FlagKey,
  environment: Environment.default('production'),
  enabled: z.boolean().default(false),
  rollout_percentage: Percentage.default(100).meta({
    description: 'For how many of a hundred agents (or credentials, where no agent is named) it is on',
  }),
  requires_signoff: z.boolean().default(false).meta({
    description: 'Whether somebody else must approve before it lets more through',
  }),
  owner: Label.nullish(),
  description: Prose.nullish(),
});
export type FlagRow = z.output<typeof FlagRow>;

export const FlagResource = z.object({
  key: z.string(),
  environment: z.string(),
  enabled: z.boolean(),
  rollout_percentage: Percentage,
  requires_signoff: z.boolean(),
  owner: z.string().nullable(),
  description: z.string().nullable(),
  updated_at: Timestamp,
  updated_by_name: z.string(),
  pending_request_id: z
    .string()
    .nullable()
    .meta({ description: 'The request that decides a change of it which waits; null: nothing waits' }),
  pending_change: z
    .object({
      enabled: z.boolean(),
      rollout_percentage: Percentage,
      requires_signoff: z.boolean(),
      removes: z.boolean(),
    })
    .nullable()
    .meta({ description: 'What it becomes when that request is approved' }),
});
export type FlagResource = z.output<typeof FlagResource>;

export const FlagsBody = z.strictObject({
  tenant_id: TenantId.optional(),
  flags: z.array(FlagRow).max(500),
  reason: Prose.optional().meta({ description: 'Why: kept in the audit log, and told to who is asked to approve' }),
});
export type FlagsBody = z.output<typeof FlagsBody>;

export const FlagsResource = z.object({
  tenant_id: TenantId,
  environment: z.string().meta({ description: 'The environment of this deployment: whose flags its rules see' }),
  flags: z.array(FlagResource),
});
export type FlagsResource = z.output<typeof FlagsResource>;

export const getFlags = defineOperation({
  id: 'getFlags',
  method: 'GET',
  path: '/api/v1/policy/flags',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Read the flags that rules ask about',
  description:
    'The ETag is what `If-Match` of the PUT wants; it changes with the flags alone, and not with what waits.',
  query: TenantQuery,
  response: FlagsResource,
});

export const putFlags = defineOperation({
  id: 'putFlags',
  method: 'PUT',
  path: '/api/v1/policy/flags',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Replace the flags',
  description:
    'Where a flag needs sign-off, switching it on, rolling it out further, taking the sign-off away and removing it are not applied: they become a request for approval at level 4 by somebody else, named in `pending_request_id`, and are applied when it is approved. While one waits, another wish is refused (409 `flag/change-pending`, which names the `flag` and the `pending_request_id`). Switching off holds at once.',
  query: TenantQuery,
  body: FlagsBody,
  bodyLimits: RULES_BODY_LIMITS,
  response: FlagsResource,
  ifMatch: 'required',
  example: {
    flags: [
      {
        key: 'large_transfers',
        environment: 'production',
        enabled: true,
        rollout_percentage: 25,
        owner: 'payments',
        requires_signoff: false,
        description: 'Lets billing agents ask for more than 1,000.00',
      },
    ],
    reason: 'The pilot went well',
  },
});
