import { z } from 'zod';
import { APPROVAL_EVENT_TYPES } from '@/lib/domain/approval';
import { RUN_WEBHOOK_TYPES } from '@/lib/domain/run';
import { defineOperation } from './operation';
import { Cursor, Id, JsonObject, Limit, NoContent, NullableTimestamp, pageOf, TenantId, Timestamp } from './scalars';

/** What a delivery can be about; `webhook.test` is sent by hand. */
/** What an endpoint can ask to be told of. */
export const ENDPOINT_EVENT_TYPES = [...APPROVAL_EVENT_TYPES, ...RUN_WEBHOOK_TYPES] as const;
export type EndpointEventType = (typeof ENDPOINT_EVENT_TYPES)[number];
export const WEBHOOK_TYPES = [...ENDPOINT_EVENT_TYPES, 'webhook.test'] as const;
export const DELIVERY_STATUSES = ['pending', 'failed', 'delivered', 'dead'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** The body of every delivery. */
export const WebhookPayload = z.object({
  type: z.enum(WEBHOOK_TYPES),
  timestamp: Timestamp,
  data: JsonObject,
});
export type WebhookPayload = z.output<typeof WebhookPayload>;

const WebhookUrl = z.url({ protocol: /^https?$/ }).max(2048);
const RetrySchedule = z.array(z.int().min(1).max(86_400)).min(1).max(12);
const EventTypes = z
  .array(z.enum(ENDPOINT_EVENT_TYPES))
  .max(ENDPOINT_EVENT_TYPES.length)
  .meta({ description: 'Empty: every type' });

export const EndpointResource = z.object({
  endpoint_id: z.string(),
  tenant_id: z.string(),
  url: z.string(),
  description: z.string().nullable(),
  event_types: z.array(z.enum(ENDPOINT_EVENT_TYPES)),
  status: z.enum(['enabled', 'disabled']),
  disabled_reason: z.string().nullable(),
  retry_schedule_seconds: z.array(z.int()),
  secret_version: z.int(),
  secret_fingerprint: z.string(),
  previous_secret_expires_at: NullableTimestamp,
  created_at: Timestamp,
  updated_at: Timestamp,
});
export type EndpointResource = z.output<typeof EndpointResource>;
/** `secret` is in this answer only. */
export const EndpointWithSecret = EndpointResource.extend({
  secret: z.string().nullable().meta({ description: 'Null when the answer is a replay: secrets are never replayed' }),
});
export type EndpointWithSecret = z.output<typeof EndpointWithSecret>;

export const AttemptItem = z.object({
  attempt: z.int(),
  at: Timestamp,
  latency_ms: z.int(),
  status_code: z.int().nullable(),
  error: z.string().nullable(),
  response_head: z.string().nullable(),
  key_version: z.int(),
});

export const DeliveryResource = z.object({
  delivery_id: z.string(),
  tenant_id: z.string(),
  endpoint_id: z.string(),
  endpoint_url: z.string(),
  event_id: z.string().nullable(),
  webhook_id: z.string(),
  event_type: z.enum(WEBHOOK_TYPES),
  request_id: z.string().nullable(),
  status: z.enum(DELIVERY_STATUSES),
  attempts: z.int(),
  next_attempt_at: NullableTimestamp,
  last_status_code: z.int().nullable(),
  last_error: z.string().nullable(),
  created_at: Timestamp,
  delivered_at: NullableTimestamp,
});
export type DeliveryResource = z.output<typeof DeliveryResource>;
export const DeliveryDetail = DeliveryResource.extend({ body: z.string(), attempt_log: z.array(AttemptItem) });
export type DeliveryDetail = z.output<typeof DeliveryDetail>;

export const ListDeliveriesQuery = z.strictObject({
  tenant_id: TenantId.optional(),
  endpoint_id: Id.optional(),
  request_id: Id.optional(),
  status: z.array(z.enum(DELIVERY_STATUSES)).optional(),
  limit: Limit,
  cursor: Cursor.optional(),
});
export type ListDeliveriesQuery = z.output<typeof ListDeliveriesQuery>;

const IdParams = z.strictObject({ id: Id });
const TenantQuery = z.strictObject({ tenant_id: TenantId.optional() });
const base = { access: 'webhooks:manage', tag: 'Webhooks' } as const;

export const listEndpoints = defineOperation({
  ...base,
  id: 'listEndpoints',
  method: 'GET',
  path: '/api/v1/webhooks/endpoints',
  summary: 'List webhook endpoints',
  query: TenantQuery.extend({ limit: Limit, cursor: Cursor.optional() }),
  response: pageOf(EndpointResource),
});

export const CreateEndpointBody = z.strictObject({
  tenant_id: TenantId,
  url: WebhookUrl,
  description: z.string().trim().min(1).max(300).nullish(),
  event_types: EventTypes.default([]),
  retry_schedule_seconds: RetrySchedule.default([1, 5, 15]),
  secret: z.string().min(16).max(512).nullish().meta({ description: 'Generated (`whsec_…`) when left out' }),
});
export type CreateEndpointBody = z.output<typeof CreateEndpointBody>;

export const createEndpoint = defineOperation({
  ...base,
  id: 'createEndpoint',
  method: 'POST',
  path: '/api/v1/webhooks/endpoints',
  summary: 'Register an endpoint; its secret is shown once',
  body: CreateEndpointBody,
  response: EndpointWithSecret,
  status: 201,
  idempotent: true,
  example: { tenant_id: 'acme', url: 'https://example.com/hooks/countersign', event_types: ['approval.approved'] },
});

export const UpdateEndpointBody = z.strictObject({
  url: WebhookUrl.optional(),
  description: z.string().trim().min(1).max(300).nullable().optional(),
  event_types: EventTypes.optional(),
  retry_schedule_seconds: RetrySchedule.optional(),
  status: z.enum(['enabled', 'disabled']).optional(),
});
export type UpdateEndpointBody = z.output<typeof UpdateEndpointBody>;

export const updateEndpoint = defineOperation({
  ...base,
  id: 'updateEndpoint',
  method: 'PATCH',
  path: '/api/v1/webhooks/endpoints/{id}',
  summary: 'Change an endpoint',
  params: IdParams,
  query: TenantQuery,
  body: UpdateEndpointBody,
  response: EndpointResource,
  example: { status: 'enabled' },
});

export const deleteEndpoint = defineOperation({
  ...base,
  id: 'deleteEndpoint',
  method: 'DELETE',
  path: '/api/v1/webhooks/endpoints/{id}',
  summary: 'Remove an endpoint; its deliveries stay on record',
  params: IdParams,
  query: TenantQuery,
  response: NoContent,
  status: 204,
});

export const rotateEndpointSecret = defineOperation({
  ...base,
  id: 'rotateEndpointSecret',
  method: 'POST',
  path: '/api/v1/webhooks/endpoints/{id}/rotate-secret',
  summary: 'Make a new secret; both sign until the overlap ends',
  params: IdParams,
  query: TenantQuery,
  body: z.strictObject({ overlap_seconds: z.int().min(0).max(604_800).default(86_400) }),
  response: EndpointWithSecret,
  idempotent: true,
  example: { overlap_seconds: 86400 },
});

export const testEndpoint = defineOperation({
  ...base,
  id: 'testEndpoint',
  method: 'POST',
  path: '/api/v1/webhooks/endpoints/{id}/test',
  summary: 'Send a test delivery',
  params: IdParams,
  query: TenantQuery,
  response: DeliveryResource,
  status: 202,
  location: '/api/v1/webhooks/deliveries/{delivery_id}',
  idempotent: true,
});

export const listDeliveries = defineOperation({
  ...base,
  id: 'listDeliveries',
  method: 'GET',
  path: '/api/v1/webhooks/deliveries',
  summary: 'List deliveries, newest first',
  query: ListDeliveriesQuery,
  response: pageOf(DeliveryResource),
});

export const getDelivery = defineOperation({
  ...base,
  id: 'getDelivery',
  method: 'GET',
  path: '/api/v1/webhooks/deliveries/{id}',
  summary: 'Read a delivery and every attempt',
  params: IdParams,
  query: TenantQuery,
  response: DeliveryDetail,
});

export const redeliver = defineOperation({
  ...base,
  id: 'redeliver',
  method: 'POST',
  path: '/api/v1/webhooks/deliveries/{id}/redeliver',
  summary: 'Send a delivery again, with the same webhook-id',
  params: IdParams,
  query: TenantQuery,
  response: DeliveryResource,
  status: 202,
  location: '/api/v1/webhooks/deliveries/{delivery_id}',
  idempotent: true,
});
