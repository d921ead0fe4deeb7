import { z } from 'zod';
import { APPROVAL_EVENT_TYPES } from '@/lib/domain/approval';
import { defineOperation } from './operation';
import { ActorTypeSchema, ApprovalStatusSchema } from './requests';
import { Cursor, Id, JsonObject, Label, Limit, pageOf, QueryTime, TenantId, Timestamp } from './scalars';

/** One event of a request's history, as the feed, the stream, the export and a delivery's origin show it. */
export const EventResource = z.object({
  event_id: z.string(),
  type: z.enum(APPROVAL_EVENT_TYPES),
  tenant_id: z.string(),
  request_id: z.string(),
  correlation_id: z.string(),
  title: z.string(),
  seq: z.int(),
  version: z.int(),
  from_status: ApprovalStatusSchema.nullable(),
  to_status: ApprovalStatusSchema,
  actor: z.string(),
  actor_type: ActorTypeSchema,
  actor_id: z.string(),
  actor_name: z.string(),
  reason: z.string().nullable(),
  data: JsonObject,
  timestamp: Timestamp,
  hash: z.string(),
});
export type EventResource = z.output<typeof EventResource>;

export const FilterEventsQuery = z.strictObject({
  tenant_id: TenantId.optional(),
  actor: Label.optional(),
  from: QueryTime.optional(),
  to: QueryTime.optional(),
  type: z.array(z.enum(APPROVAL_EVENT_TYPES)).optional(),
  request_id: Id.optional(),
});
export type FilterEventsQuery = z.output<typeof FilterEventsQuery>;

export const ListEventsQuery = FilterEventsQuery.extend({
  order: z.enum(['asc', 'desc']).default('asc'),
  limit: Limit,
  cursor: Cursor.optional(),
});
export type ListEventsQuery = z.output<typeof ListEventsQuery>;

export const listEvents = defineOperation({
  id: 'listEvents',
  method: 'GET',
  path: '/api/v1/events',
  access: 'events:read',
  tag: 'Events',
  summary: 'The history of all requests, in an order in which nothing appears late',
  description:
    'Oldest first, the answer always has a `next_cursor`: asking again with it returns what has come since, and nothing is ever missed, however late a ' +
    'transaction commits. `order=desc` pages backwards through what is there.',
  query: ListEventsQuery,
  response: pageOf(EventResource),
});

/** The `data` of a message of the stream; its `event` is the type, its `id` the cursor that `Last-Event-ID` resumes from. */
export const StreamedEvent = z.object({
  event_id: z.string(),
  type: z.enum(APPROVAL_EVENT_TYPES),
  request_id: z.string(),
  status: ApprovalStatusSchema,
  seq: z.int(),
  timestamp: Timestamp,
});
export type StreamedEvent = z.output<typeof StreamedEvent>;

export const streamEvents = defineOperation({
  id: 'streamEvents',
  method: 'GET',
  path: '/api/v1/events/stream',
  access: 'requests:read',
  tag: 'Events',
  summary: 'Server-sent events; `Last-Event-ID` resumes',
  query: z.strictObject({ tenant_id: TenantId.optional() }),
  response: z.string(),
  responseKind: 'event-stream',
});

export const ExportEventsQuery = FilterEventsQuery.extend({
  after: Id.optional().meta({ description: 'Go on behind this row, without the header' }),
});
export type ExportEventsQuery = z.output<typeof ExportEventsQuery>;

export const exportEventsCsv = defineOperation({
  id: 'exportEventsCsv',
  method: 'GET',
  path: '/api/v1/exports/events.csv',
  access: 'exports:read',
  tag: 'Exports',
  summary: 'Events as CSV, streamed; formulas neutralised',
  description: 'A download that broke off goes on with `after`, the `event_id` of its last whole row.',
  query: ExportEventsQuery,
  response: z.string(),
  responseKind: 'csv',
});

/**
 * One line of `events.jsonl`: the event, its link of the hash chain, and the cursor behind it. `hash` is the SHA-256 of `prev_hash` LF
 * `canonical` LF `timestamp`, so the file can be verified by whoever has it.
 */
export const ExportedEvent = EventResource.extend({
  prev_hash: z.string(),
  canonical: z.string().meta({ description: 'The text that was hashed: RFC 8785 JSON of every field but the time' }),
  cursor: Cursor,
});
export type ExportedEvent = z.output<typeof ExportedEvent>;

export const ExportLinesQuery = FilterEventsQuery.extend({ cursor: Cursor.optional() });
export type ExportLinesQuery = z.output<typeof ExportLinesQuery>;

export const exportEventsJsonl = defineOperation({
  id: 'exportEventsJsonl',
  method: 'GET',
  path: '/api/v1/exports/events.jsonl',
  access: 'exports:read',
  tag: 'Exports',
  summary: 'Events as JSON, a line each, with what verifies them; streamed',
  description:
    'Every line has the text that was hashed (`canonical`), `prev_hash` and `hash`: `countersign verify FILE` checks the file without the ' +
    'server. A download that broke off goes on behind the `cursor` of its last whole line.',
  query: ExportLinesQuery,
  response: z.string(),
  responseKind: 'jsonl',
});

export const AuditVerdict = z.object({
  ok: z.boolean(),
  tenant_id: z.string(),
  subjects: z.int(),
  events: z.int(),
  audit_entries: z.int(),
  problems: z.array(z.object({ subject_id: z.string(), seq: z.int(), problem: z.string() })),
});
export type AuditVerdict = z.output<typeof AuditVerdict>;

export const verifyAudit = defineOperation({
  id: 'verifyAudit',
  method: 'GET',
  path: '/api/v1/audit/verify',
  access: 'audit:read',
  tag: 'Events',
  summary: 'Check every hash chain of the tenant, and say where one is broken',
  query: z.strictObject({ tenant_id: TenantId.optional() }),
  response: AuditVerdict,
});
