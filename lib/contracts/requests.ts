import { z } from 'zod';
import { APPROVAL_EVENT_TYPES, APPROVAL_STATUSES, REQUEST_KINDS } from '@/lib/domain/approval';
import { OUTCOME_RESULTS } from '@/lib/domain/policy';
import { FormSchema } from './form-schema';
import { defineOperation } from './operation';
import { PolicyExplanation, PolicyTypeSchema } from './policy';
import {
  Cents,
  Cursor,
  Id,
  JsonObject,
  Label,
  Level,
  Limit,
  MAX_EXPIRES_IN_SECONDS,
  NullableTimestamp,
  Prose,
  pageOf,
  QueryTime,
  Reason,
  TenantId,
  Timestamp,
} from './scalars';

export const ApprovalStatusSchema = z.enum(APPROVAL_STATUSES);
export const ActorTypeSchema = z.enum(['session', 'api_key', 'job', 'policy']);

const Link = z.strictObject({
  title: z.string().trim().min(1).max(200),
  url: z.url({ protocol: /^https?$/ }).max(2048),
});

export const CreateRequestBody = z.strictObject({
  policy_type: PolicyTypeSchema.default('cost'),
  skill_id: Label,
  tenant_id: TenantId,
  agent_id: Label.nullish(),
  payload: JsonObject,
  requested_by: Label.nullish(),
  justification: Prose.nullish(),
  webhook_url: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .nullish(),
  webhook_secret: z.string().min(16).max(512).nullish(),
  expires_in_seconds: z.int().min(1).max(MAX_EXPIRES_IN_SECONDS).nullish(),
  correlation_id: z.string().trim().min(1).max(200).nullish(),
  required_level: Level.nullish(),
  min_approvals: z.int().min(1).max(20).nullish(),
  title: z.string().trim().min(1).max(300).nullish(),
  links: z.array(Link).max(20).default([]),
});
export type CreateRequestBody = z.output<typeof CreateRequestBody>;

export const HistoryItem = z.object({
  seq: z.int(),
  event_id: z.string(),
  version: z.int(),
  from_status: ApprovalStatusSchema.nullable(),
  to_status: ApprovalStatusSchema,
  actor: z.string(),
  actor_type: ActorTypeSchema,
  actor_id: z.string(),
  actor_name: z.string(),
  event: z.enum(APPROVAL_EVENT_TYPES),
  reason: z.string().nullable(),
  escalation: z
    .object({ to: z.string().nullable(), required_level: z.int() })
    .nullable()
    .meta({ description: 'For an escalation: where it went, and the level it needs since' }),
  timestamp: Timestamp,
  hash: z.string(),
});
export type HistoryItem = z.output<typeof HistoryItem>;

export const ApproverItem = z.object({
  approver_id: z.string(),
  name: z.string(),
  level: z.int(),
  decision: z.enum(['approve', 'reject']),
  notes: z.string().nullable(),
  stale: z.boolean(),
  on_behalf: z.boolean(),
  at: Timestamp,
});
export type ApproverItem = z.output<typeof ApproverItem>;

/** What became of what was approved. */
export const OutcomeResultSchema = z.enum(OUTCOME_RESULTS);
export const OutcomeResource = z.object({
  result: OutcomeResultSchema,
  estimated_cost_cents: Cents.nullable(),
  actual_cost_cents: Cents.nullable(),
  reported_by: z.string(),
  reported_by_name: z.string(),
  at: Timestamp,
});
export type OutcomeResource = z.output<typeof OutcomeResource>;

/** What a checkpoint of a run asks for. */
export const CheckpointPart = z.object({
  run_id: z.string(),
  task_id: z.string(),
  prompt: z.string(),
  inputs_schema: FormSchema.nullable().meta({ description: 'The form that `approval_data` must satisfy' }),
  required_signers: z.array(z.string()),
});

export const ApprovalRequestResource = z.object({
  request_id: z.string(),
  correlation_id: z.string(),
  kind: z.enum(REQUEST_KINDS),
  status: ApprovalStatusSchema,
  version: z.int(),
  seq: z.int(),
  status_history: z.array(HistoryItem),
  policy_type: PolicyTypeSchema,
  skill_id: z.string(),
  tenant_id: z.string(),
  agent_id: z.string().nullable(),
  payload: JsonObject,
  payload_digest: z.string(),
  requested_by: z.string().nullable(),
  justification: z.string().nullable(),
  title: z.string(),
  links: z.array(z.object({ title: z.string(), url: z.string() })),
  required_level: z.int(),
  current_level: z.int(),
  min_approvals: z.int(),
  min_reject_level: z.int(),
  approvals_count: z.int(),
  approvers: z.array(ApproverItem),
  eligible_approvers_count: z.int(),
  policy: PolicyExplanation,
  evaluation_id: z
    .string()
    .nullable()
    .meta({ description: 'The record of what policy was asked; written within seconds. Null for a checkpoint' }),
  simulated_cost_cents: Cents.nullable(),
  escalate_to: z.string().nullable(),
  escalates_at: NullableTimestamp,
  expires_at: Timestamp,
  webhook_attempts: z.int(),
  last_webhook_status: z.enum(['none', 'pending', 'delivered', 'failed', 'dead']),
  approval_data: JsonObject.nullable(),
  created_at: Timestamp,
  updated_at: Timestamp,
  resolved_at: NullableTimestamp,
  resolved_by: z.string().nullable(),
  outcome: OutcomeResource.nullable(),
  checkpoint: CheckpointPart.nullable(),
});
export type ApprovalRequestResource = z.output<typeof ApprovalRequestResource>;

export const REQUEST_SORTS = ['-created_at', 'created_at', 'expires_at', '-resolved_at'] as const;

export const ListRequestsQuery = z.strictObject({
  status: z.array(z.enum([...APPROVAL_STATUSES, 'open'])).optional(),
  tenant_id: TenantId.optional(),
  policy_type: PolicyTypeSchema.optional(),
  skill_id: Label.optional(),
  agent_id: Label.optional(),
  requested_by: Label.optional(),
  level: z.coerce.number().int().min(1).max(5).optional(),
  kind: z.enum(REQUEST_KINDS).optional(),
  q: z.string().trim().min(1).max(200).optional(),
  created_after: QueryTime.optional(),
  created_before: QueryTime.optional(),
  assigned_to_me: z.stringbool().optional(),
  sort: z.enum(REQUEST_SORTS).default('-created_at'),
  limit: Limit,
  cursor: Cursor.optional(),
});
export type ListRequestsQuery = z.output<typeof ListRequestsQuery>;
/** The same filters without paging, for exports. */
export const FilterRequestsQuery = ListRequestsQuery.omit({ limit: true, cursor: true, sort: true });
export type FilterRequestsQuery = z.output<typeof FilterRequestsQuery>;

export const RequestParams = z.strictObject({ id: Id });
/** The bootstrap key names its tenant where the path does not. */
export const OneRequestQuery = z.strictObject({ tenant_id: TenantId.optional() });

export const ApproveBody = z.strictObject({
  approver_id: Id.nullish(),
  level: Level.nullish(),
  notes: Prose.nullish(),
  approval_data: JsonObject.nullish(),
  viewed_digest: z.string().max(128).nullish(),
});
export const RejectBody = z
  .strictObject({
    approver_id: Id.nullish(),
    level: Level.nullish(),
    notes: Prose.nullish(),
    reason: Prose.nullish().meta({ description: 'Accepted for `notes`' }),
    viewed_digest: z.string().max(128).nullish(),
  })
  .refine((body) => (body.notes ?? body.reason ?? null) !== null, {
    path: ['notes'],
    message: 'A rejection needs a reason',
  });

export const createRequest = defineOperation({
  id: 'createRequest',
  method: 'POST',
  path: '/api/v1/policy/requests',
  access: 'requests:create',
  tag: 'Requests',
  summary: 'Ask for something',
  description:
    'Policy answers at creation: *allow* approves the request at once, *deny* rejects it, *require approval* opens it. All answer 201. ' +
    'Repeating a `correlation_id` with the same payload, skill and type answers 200 with the first request.',
  body: CreateRequestBody,
  response: ApprovalRequestResource,
  status: 201,
  location: '/api/v1/policy/requests/{request_id}',
  idempotent: true,
  example: {
    skill_id: 'payments.transfer',
    tenant_id: 'acme',
    agent_id: 'billing-bot',
    payload: { amount_cents: 250000, currency: 'EUR', to: { name: 'Northwind GmbH' } },
    requested_by: 'billing-bot',
    justification: 'Invoice 4711',
  },
});

export const listRequests = defineOperation({
  id: 'listRequests',
  method: 'GET',
  path: '/api/v1/policy/requests',
  access: 'requests:read',
  tag: 'Requests',
  summary: 'List requests',
  query: ListRequestsQuery,
  response: pageOf(ApprovalRequestResource),
});

export const getRequest = defineOperation({
  id: 'getRequest',
  method: 'GET',
  path: '/api/v1/policy/requests/{id}',
  access: 'requests:read',
  tag: 'Requests',
  summary: 'Read a request',
  description:
    'With `?wait=30` or `Prefer: wait=30` the answer comes when the request is resolved or the time (seconds, at most 60) is up; sooner when the server stops. At most 100 calls of one credential wait at the same time, further ones get 429.',
  params: RequestParams,
  query: OneRequestQuery.extend({ wait: z.coerce.number().int().min(0).max(60).optional() }),
  response: ApprovalRequestResource,
});

export const approveRequest = defineOperation({
  id: 'approveRequest',
  method: 'POST',
  path: '/api/v1/policy/requests/{id}/approve',
  access: 'requests:decide',
  tag: 'Requests',
  summary: 'Approve a request',
  params: RequestParams,
  query: OneRequestQuery,
  body: ApproveBody,
  response: ApprovalRequestResource,
  idempotent: true,
  ifMatch: 'optional',
  example: { notes: 'Invoice matches the order' },
});

export const rejectRequest = defineOperation({
  id: 'rejectRequest',
  method: 'POST',
  path: '/api/v1/policy/requests/{id}/reject',
  access: 'requests:decide',
  tag: 'Requests',
  summary: 'Reject a request',
  params: RequestParams,
  query: OneRequestQuery,
  body: RejectBody,
  response: ApprovalRequestResource,
  idempotent: true,
  ifMatch: 'optional',
  example: { notes: 'Duplicate invoice' },
});

export const cancelRequest = defineOperation({
  id: 'cancelRequest',
  method: 'POST',
  path: '/api/v1/policy/requests/{id}/cancel',
  access: 'requests:create',
  tag: 'Requests',
  summary: 'Take a request back',
  description: 'By who asked (the key or person), or an admin.',
  params: RequestParams,
  query: OneRequestQuery,
  body: Reason,
  response: ApprovalRequestResource,
  idempotent: true,
  ifMatch: 'optional',
  example: { reason: 'No longer needed' },
});

export const commentRequest = defineOperation({
  id: 'commentRequest',
  method: 'POST',
  path: '/api/v1/policy/requests/{id}/comments',
  access: 'requests:comment',
  tag: 'Requests',
  summary: 'Comment on a request',
  params: RequestParams,
  query: OneRequestQuery,
  body: z.strictObject({ text: Prose }),
  response: ApprovalRequestResource,
  status: 201,
  location: '/api/v1/policy/requests/{request_id}',
  idempotent: true,
  example: { text: 'Is this the March or the April invoice?' },
});

export const EligibleApproversResource = z.object({
  eligible: z.array(z.object({ approver_id: z.string(), name: z.string(), role: z.string(), level: z.int() })),
  required_level: z.int(),
  current_level: z.int(),
  min_approvals: z.int(),
  approvals_count: z.int(),
  reachable: z.boolean(),
  missing: z.string().nullable(),
});
export type EligibleApproversResource = z.output<typeof EligibleApproversResource>;

export const getEligibleApprovers = defineOperation({
  id: 'getEligibleApprovers',
  method: 'GET',
  path: '/api/v1/policy/requests/{id}/eligible-approvers',
  access: 'requests:read',
  tag: 'Requests',
  summary: 'Who can finish a request, and what is missing',
  params: RequestParams,
  query: OneRequestQuery,
  response: EligibleApproversResource,
});

export const ExportRequestsQuery = FilterRequestsQuery.extend({
  after: Id.optional().meta({ description: 'Go on behind this row, without the header' }),
});
export type ExportRequestsQuery = z.output<typeof ExportRequestsQuery>;

export const exportRequestsCsv = defineOperation({
  id: 'exportRequestsCsv',
  method: 'GET',
  path: '/api/v1/exports/requests.csv',
  access: 'exports:read',
  tag: 'Exports',
  summary: 'Requests as CSV, streamed; formulas neutralised',
  description: 'A download that broke off goes on with `after`, the `request_id` of its last whole row.',
  query: ExportRequestsQuery,
  response: z.string(),
  responseKind: 'csv',
});
