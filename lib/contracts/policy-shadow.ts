import { z } from 'zod';
import { POLICY_DECISIONS } from '@/lib/domain/policy';
import { defineOperation } from './operation';
import { PolicySetResource } from './policy-sets';
import { Cents, Level, Prose, QueryTime, TenantId, Timestamp } from './scalars';

/** How many examples of one kind of difference are shown. */
export const MAX_EXAMPLES = 5;
/** How many kinds of difference are shown, those that happened most often first. */
export const MAX_FLIPS = 40;

/** What an answer means to whoever asked; level and people are those of a required approval. */
export const StandingResource = z.object({
  decision: z.enum(POLICY_DECISIONS),
  approval_level_required: Level.nullable(),
  min_approvals: z.int().nullable(),
});
export type StandingResource = z.output<typeof StandingResource>;

/** One evaluation that came out differently. */
export const FlipExample = z.object({
  evaluation_id: z.string(),
  request_id: z.string().nullable(),
  at: Timestamp,
  skill_id: z.string(),
  agent_id: z.string().nullable(),
  cost_cents: Cents.nullable(),
  reasons: z.array(z.string()).meta({ description: 'Why the version that was tried answers as it does' }),
});
export type FlipExample = z.output<typeof FlipExample>;

/** One kind of difference: what was answered, and what would have been. */
export const Flip = z.object({
  from: StandingResource,
  to: StandingResource,
  count: z.int(),
  requests: z.int().meta({ description: 'How many of them led to a request' }),
  cost_cents: z
    .int()
    .meta({ description: 'What those that led to a request would cost together, as far as it is known' }),
  examples: z.array(FlipExample),
});
export type Flip = z.output<typeof Flip>;

export const ShadowComparison = z.object({
  policy_version: z.string(),
  from: Timestamp,
  to: Timestamp,
  evaluated: z.int(),
  agreed: z.int(),
  failed: z.int().meta({ description: 'Could not be judged by the shadow' }),
  flips: z.array(Flip),
  flips_omitted: z.int().meta({ description: 'Evaluations in kinds of difference that are not listed' }),
});
export type ShadowComparison = z.output<typeof ShadowComparison>;

const VersionParams = z.strictObject({ version: z.string().min(1).max(128) });
const TenantQuery = z.strictObject({ tenant_id: TenantId.optional() });
const ReasonBody = z.strictObject({ tenant_id: TenantId.optional(), reason: Prose });

export const shadowPolicySet = defineOperation({
  id: 'shadowPolicySet',
  method: 'POST',
  path: '/api/v1/policy/sets/{version}/shadow',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Judge a version beside the active one, deciding nothing',
  description:
    'A draft as well as a retired one; one at most in a tenant, so another shadow ends. In the console it needs a sign-in not older than five minutes.',
  params: VersionParams,
  query: TenantQuery,
  body: ReasonBody,
  response: PolicySetResource,
  idempotent: true,
  example: { reason: 'To see for a week what the new limits would do' },
});

export const unshadowPolicySet = defineOperation({
  id: 'unshadowPolicySet',
  method: 'POST',
  path: '/api/v1/policy/sets/{version}/unshadow',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Stop judging a version beside the active one',
  description: 'What was recorded stays. Activating and retiring the version end it too.',
  params: VersionParams,
  query: TenantQuery,
  body: ReasonBody,
  response: PolicySetResource,
  idempotent: true,
  example: { reason: 'A week is enough' },
});

export const compareShadow = defineOperation({
  id: 'compareShadow',
  method: 'GET',
  path: '/api/v1/policy/sets/{version}/comparison',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Compare what a version answered as the shadow with what was really answered',
  description:
    '`from` is included, `to` is not; left out, the last seven days. Counts what is recorded: all requests, and the sample of the rest.',
  params: VersionParams,
  query: z.strictObject({ tenant_id: TenantId.optional(), from: QueryTime.optional(), to: QueryTime.optional() }),
  response: ShadowComparison,
});
