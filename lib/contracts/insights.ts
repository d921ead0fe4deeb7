import { z } from 'zod';
import { POLICY_TYPES } from '@/lib/domain/policy';
import { defineOperation } from './operation';
import { Label, QueryTime, TenantId, Timestamp } from './scalars';

export const INSIGHT_BUCKETS = ['day', 'week', 'month'] as const;

/** An IANA time zone that this runtime knows. Offsets are none: PostgreSQL reads their sign the other way round. */
const TimeZone = z.string().max(64).refine(isTimeZone, 'not an IANA time zone');

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const InsightQuery = z.strictObject({
  tenant_id: TenantId.optional(),
  from: QueryTime.optional().meta({ description: 'Default: 30 days before `to`' }),
  to: QueryTime.optional().meta({ description: 'Default: now' }),
  tz: TimeZone.default('UTC'),
  bucket: z.enum(INSIGHT_BUCKETS).default('day'),
  policy_type: z.enum(POLICY_TYPES).optional(),
  skill_id: Label.optional(),
});
export type InsightQuery = z.output<typeof InsightQuery>;

const Seconds = z.number().min(0);
const range = { from: Timestamp, to: Timestamp, tz: z.string(), bucket: z.enum(INSIGHT_BUCKETS) };

export const TimeToApprove = z.object({
  ...range,
  overall: z.object({
    approved: z.int(),
    p50_seconds: Seconds.nullable(),
    p90_seconds: Seconds.nullable(),
    p95_seconds: Seconds.nullable(),
  }),
  /** By the day (week, month) in which the request was made, in `tz`. Requests that policy approved itself do not count. */
  buckets: z.array(
    z.object({
      start: z.iso.date(),
      approved: z.int(),
      p50_seconds: Seconds.nullable(),
      p95_seconds: Seconds.nullable(),
    }),
  ),
  distribution: z.array(z.object({ up_to_seconds: z.int().nullable(), approved: z.int() })),
  by_level: z.array(
    z.object({ level: z.int(), approved: z.int(), p50_seconds: Seconds.nullable(), p95_seconds: Seconds.nullable() }),
  ),
});
export type TimeToApprove = z.output<typeof TimeToApprove>;

/** What became of requests until now. Disjoint, so they add up. */
const Outcomes = z.object({
  approved: z.int().meta({ description: 'Approved by people' }),
  approved_by_policy: z.int().meta({ description: 'Approved by policy at once, without people' }),
  rejected: z.int(),
  expired: z.int(),
  cancelled: z.int(),
  open: z.int(),
});
export const Volume = z.object({
  ...range,
  total: Outcomes.extend({ escalated: z.int().meta({ description: 'Requests that were escalated at some time' }) }),
  buckets: z.array(Outcomes.extend({ start: z.iso.date() })),
});
export type Volume = z.output<typeof Volume>;

export const Backlog = z.object({
  at: Timestamp,
  open: z.int(),
  escalated: z.int(),
  runs_waiting: z.int().meta({ description: 'Runs that go on when something of it is decided' }),
  oldest_created_at: Timestamp.nullable(),
  ages: z.array(z.object({ up_to_seconds: z.int().nullable(), open: z.int() })),
  by_level: z.array(z.object({ level: z.int(), open: z.int(), oldest_created_at: Timestamp })),
});
export type Backlog = z.output<typeof Backlog>;

const base = { method: 'GET', access: 'requests:read', tag: 'Insights' } as const;

export const getTimeToApprove = defineOperation({
  ...base,
  id: 'getTimeToApprove',
  path: '/api/v1/insights/time-to-approve',
  summary: 'How long approvals take',
  query: InsightQuery,
  response: TimeToApprove,
});

export const getVolume = defineOperation({
  ...base,
  id: 'getVolume',
  path: '/api/v1/insights/volume',
  summary: 'How many requests, and how they ended',
  query: InsightQuery,
  response: Volume,
});

export const getBacklog = defineOperation({
  ...base,
  id: 'getBacklog',
  path: '/api/v1/insights/backlog',
  summary: 'What is open now, and how old it is',
  query: z.strictObject({ tenant_id: TenantId.optional() }),
  response: Backlog,
});
