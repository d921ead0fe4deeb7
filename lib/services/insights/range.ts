import type { InsightQuery } from '@/lib/contracts';
import { AppError } from '@/lib/domain/errors';
import { Prisma, type Tx, toDatabaseFault } from '@/lib/platform/db';
import { toInstant } from '@/lib/services/paging';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
/** Five years and their leap days. */
const MOST_MS = 1827 * DAY_MS;
/** More would be thinner than a pixel each. */
const MOST_BUCKETS = 800;
const BUCKET_DAYS = { day: 1, week: 7, month: 28 } as const satisfies Record<InsightQuery['bucket'], number>;

/** What part of the past is looked at: requests that were made in it. `from` is included, `to` is not; both RFC 3339 in UTC. */
export interface InsightRange {
  from: string;
  to: string;
  tz: string;
  bucket: InsightQuery['bucket'];
}

/**
 * The range a query means, with its defaults, and the transaction's session in its time zone: from here on `date_trunc` and casts to
 * date are local, daylight saving included, while instants stay instants.
 * @throws AppError `input/invalid` for a range that is empty, longer than five years or cut too finely, and for a zone that the database
 * does not know.
 */
export async function openRange(tx: Tx, query: InsightQuery): Promise<InsightRange> {
  const [clock] = await tx.$queryRaw<[{ now: string }]>`SELECT rfc3339_ms(now_ms()) AS now`;
  const to = query.to === undefined ? clock.now : toInstant('to', query.to);
  const from = toInstant('from', query.from ?? new Date(Date.parse(to) - DEFAULT_DAYS * DAY_MS).toISOString());
  assertReasonable(Date.parse(to) - Date.parse(from), query.bucket);
  await enterTimeZone(tx, query.tz);
  return { from, to, tz: query.tz, bucket: query.bucket };
}

function assertReasonable(lengthMs: number, bucket: InsightQuery['bucket']): void {
  if (lengthMs <= 0) throw invalid('?from', '`from` must lie before `to`');
  if (lengthMs > MOST_MS) throw invalid('?from', 'At most five years');
  if (lengthMs / (BUCKET_DAYS[bucket] * DAY_MS) > MOST_BUCKETS) {
    throw invalid('?bucket', `More than ${MOST_BUCKETS} buckets; choose longer ones`);
  }
}

function invalid(pointer: string, detail: string): AppError {
  return new AppError('input/invalid', { errors: [{ pointer, detail }] });
}

/** As a setting and not with AT TIME ZONE, which takes "CET" for an abbreviation without daylight saving. */
async function enterTimeZone(tx: Tx, tz: string): Promise<void> {
  try {
    await tx.$executeRaw`SELECT set_config('TimeZone', ${tz}, true)`;
  } catch (error) {
    if (toDatabaseFault(error)?.sqlState === '22023') throw invalid('?tz', 'The database does not know this time zone');
    throw error;
  }
}

/** The requests a query looks at: `approval_requests r`, made in the range. */
export function requestsIn(tenantId: string, range: InsightRange, query: InsightQuery): Prisma.Sql {
  const conditions = [
    Prisma.sql`r.tenant_id = ${tenantId}`,
    Prisma.sql`r.created_at >= ${range.from}::timestamptz AND r.created_at < ${range.to}::timestamptz`,
  ];
  if (query.policy_type !== undefined) conditions.push(Prisma.sql`r.policy_type = ${query.policy_type}`);
  if (query.skill_id !== undefined) conditions.push(Prisma.sql`r.skill_id = ${query.skill_id}`);
  return Prisma.join(conditions, ' AND ');
}

/** The local day on which a request's bucket starts. */
export function bucketOf({ bucket }: InsightRange): Prisma.Sql {
  return Prisma.sql`date_trunc(${bucket}, r.created_at)::date`;
}

/** The first days of all buckets of the range, empty ones too, as ISO dates in order. */
export async function listBucketStarts(tx: Tx, { from, to, bucket }: InsightRange): Promise<string[]> {
  const rows = await tx.$queryRaw<{ start: string }[]>`
    SELECT to_char(day, 'YYYY-MM-DD') AS start
    FROM generate_series(date_trunc(${bucket}, ${from}::timestamptz)::timestamp,
      (${to}::timestamptz - interval '1 millisecond')::timestamp, ('1 ' || ${bucket})::interval) AS day ORDER BY day`;
  return rows.map(({ start }) => start);
}
