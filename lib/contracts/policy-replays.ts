import { z } from 'zod';
import { defineOperation } from './operation';
import { Flip } from './policy-shadow';
import { Cents, Cursor, Id, Level, Limit, NullableTimestamp, pageOf, TenantId, Timestamp } from './scalars';

export const REPLAY_STATUSES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;
/** Further ones wait until some are finished or cancelled. */
export const MAX_OPEN_REPLAYS = 100;

const Spend = z.object({
  requests: z.int(),
  cost_cents: Cents,
  unknown_costs: z.int().meta({ description: 'Of how many nobody knows the cost' }),
});

const Wait = z
  .object({ p50_seconds: z.number(), p90_seconds: z.number() })
  .nullable()
  .meta({ description: 'Null where nothing waits, or nobody has decided anything yet' });

const HOURS =
  'Decisions times the median time from opening to decision measured at their level: hours for which requests wait for people, not hours of work';

export const ReplayReport = z.object({
  evaluated: z.int(),
  requests: z.int().meta({ description: 'How many of them led to a request; spend and effort are of these only' }),
  agreed: z.int(),
  overridden: z.int().meta({ description: 'Denied by an emergency stop or a budget, whatever rules say; they agree' }),
  erred: z.int().meta({ description: 'On which a condition of this version failed' }),
  flips: z.array(Flip),
  flips_omitted: z.int(),
  spend: z.object({ newly_allowed: Spend, newly_waiting: Spend, newly_denied: Spend }),
  effort: z.object({
    decisions_before: z.int(),
    decisions_after: z.int(),
    waiting_hours_before: z.number().nullable().meta({ description: HOURS }),
    waiting_hours_after: z.number().nullable().meta({ description: HOURS }),
    levels: z.array(
      z.object({
        level: Level,
        requests_before: z.int(),
        requests_after: z.int(),
        decisions_before: z.int(),
        decisions_after: z.int(),
        median_seconds: z.number().nullable(),
        measured_requests: z.int(),
      }),
    ),
    approvers: z
      .array(
        z.object({ user_id: z.string(), name: z.string(), decisions_before: z.number(), decisions_after: z.number() }),
      )
      .meta({ description: 'By the share of each level’s decisions that they made in the 90 days before the end' }),
    approvers_omitted: z.int(),
    unassigned_before: z.int().meta({ description: 'Decisions at levels where nobody has decided yet' }),
    unassigned_after: z.int(),
  }),
  wait: z.object({ before: Wait, after: Wait, measured_requests: z.int() }),
});
export type ReplayReport = z.output<typeof ReplayReport>;

export const ReplaySummary = z.object({
  replay_id: z.string(),
  tenant_id: TenantId,
  policy_version: z.string(),
  from: Timestamp,
  to: Timestamp,
  status: z.enum(REPLAY_STATUSES),
  total: z
    .int()
    .nullable()
    .meta({ description: 'How many there are to judge; null until it runs, and beyond a million' }),
  evaluated: z.int(),
  error: z.string().nullable(),
  created_at: Timestamp,
  created_by: z.string(),
  created_by_name: z.string(),
  started_at: NullableTimestamp,
  finished_at: NullableTimestamp,
});
export type ReplaySummary = z.output<typeof ReplaySummary>;

export const ReplayResource = ReplaySummary.extend({ report: ReplayReport.nullable() });
export type ReplayResource = z.output<typeof ReplayResource>;

const TenantQuery = z.strictObject({ tenant_id: TenantId.optional() });
const IdParams = z.object({ id: Id });

export const createReplay = defineOperation({
  id: 'createReplay',
  method: 'POST',
  path: '/api/v1/policy/sets/{version}/replay',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Try a version on everything that was recorded in a period',
  description:
    'Runs in the background; the address in `Location` shows how far it is, and the report. A tenant has one running at a time, others wait their turn. `from` is included, `to` is not and means now at the latest.',
  params: z.strictObject({ version: z.string().min(1).max(128) }),
  query: TenantQuery,
  body: z.strictObject({
    tenant_id: TenantId.optional(),
    from: z.iso.datetime({ offset: true }),
    to: z.iso.datetime({ offset: true }),
  }),
  response: ReplayResource,
  status: 202,
  location: '/api/v1/policy/replays/{replay_id}',
  idempotent: true,
  example: { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
});

export const listReplays = defineOperation({
  id: 'listReplays',
  method: 'GET',
  path: '/api/v1/policy/replays',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'List the replays, newest first',
  query: z.strictObject({
    tenant_id: TenantId.optional(),
    policy_version: z.string().min(1).max(128).optional(),
    limit: Limit,
    cursor: Cursor.optional(),
  }),
  response: pageOf(ReplaySummary),
});

export const getReplay = defineOperation({
  id: 'getReplay',
  method: 'GET',
  path: '/api/v1/policy/replays/{id}',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Read a replay: how far it is, and its report',
  params: IdParams,
  query: TenantQuery,
  response: ReplayResource,
});

export const cancelReplay = defineOperation({
  id: 'cancelReplay',
  method: 'POST',
  path: '/api/v1/policy/replays/{id}/cancel',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'End a replay before it is done',
  params: IdParams,
  query: TenantQuery,
  response: ReplayResource,
  idempotent: true,
});
