import { z } from 'zod';
import { APPROVAL_STATUSES } from '@/lib/domain/approval';
import { RULE_EFFECTS } from '@/lib/domain/policy';
import { defineOperation } from './operation';
import { PolicyTypeSchema } from './policy';
import { RuleBody, RuleReportResource } from './policy-sets';
import { OneRequestQuery, RequestParams } from './requests';
import { NullableTimestamp, TenantId, Timestamp } from './scalars';

/** Precedents that are told, and requests that one rule is drawn from. */
const MAX_DRAWN_FROM = 50;

const Precedent = z.object({
  request_id: z.string(),
  title: z.string(),
  policy_type: PolicyTypeSchema,
  skill_id: z.string(),
  agent_id: z.string().nullable(),
  status: z.enum(APPROVAL_STATUSES),
  amount_cents: z.int().nullable(),
  required_level: z.int(),
  score: z.int().min(0).max(100).meta({ description: 'How alike the two are' }),
  matched: z.array(z.string()).meta({ description: 'What is alike, the weightiest first' }),
  created_at: Timestamp,
  resolved_at: NullableTimestamp,
  resolved_by: z.string().nullable(),
  resolved_by_name: z.string().nullable(),
  seconds_to_decide: z.int(),
});

export const PrecedentsResource = z.object({
  request_id: z.string(),
  data: z.array(Precedent),
  endings: z
    .object({
      approved: z.int(),
      rejected: z.int(),
      expired: z.int(),
      cancelled: z.int(),
      median_seconds_to_decide: z.int().nullable(),
    })
    .meta({ description: 'How the listed ones ended' }),
});
export type PrecedentsResource = z.output<typeof PrecedentsResource>;

export const DraftRuleBody = z.strictObject({
  tenant_id: TenantId.optional(),
  request_ids: z.array(z.string().min(1).max(64)).min(1).max(MAX_DRAWN_FROM),
  effect: z.enum(RULE_EFFECTS).nullish().meta({ description: 'Left out, it is what became of the requests' }),
});
export type DraftRuleBody = z.output<typeof DraftRuleBody>;

export const DraftRuleResource = z.object({ rule: RuleBody, report: RuleReportResource });
export type DraftRuleResource = z.output<typeof DraftRuleResource>;

export const getPrecedents = defineOperation({
  id: 'getPrecedents',
  method: 'GET',
  path: '/api/v1/policy/requests/{id}/precedents',
  access: 'requests:read',
  tag: 'Requests',
  summary: 'Similar past requests, and how people ended them',
  description:
    'Of the newest that people have ended: the same skill first, then agent, amount, shared fields and policy type. What policy ended by itself is no precedent.',
  params: RequestParams,
  query: OneRequestQuery,
  response: PrecedentsResource,
});

export const draftPolicyRule = defineOperation({
  id: 'draftPolicyRule',
  method: 'POST',
  path: '/api/v1/policy/rules/draft',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Draw a rule from past requests; changes nothing',
  description:
    'The rule says what all of them have in common and is true of every one. It has passed the check, with examples both ways. Reading the requests needs `requests:read` too.',
  body: DraftRuleBody,
  response: DraftRuleResource,
  example: { request_ids: ['req_01KDVBM48X3Q7M2T5W8Y1A4C6E'] },
});
