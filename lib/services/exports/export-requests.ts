import type { ExportRequestsQuery } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { inTenant, Prisma, type Tx } from '@/lib/platform/db';
import { filterConditions } from '@/lib/services/requests';
import { type CsvValue, toCsvRow } from './csv';

/** Payloads can be 256 KiB each, so a batch stays small. */
const BATCH = 100;

/** What is exported, and the expression that reads it from `approval_requests r`. Times are RFC 3339 in UTC. */
const COLUMNS = {
  request_id: Prisma.sql`r.id`,
  created_at: Prisma.sql`rfc3339_ms(r.created_at)`,
  status: Prisma.sql`r.status`,
  title: Prisma.sql`r.title`,
  skill_id: Prisma.sql`r.skill_id`,
  policy_type: Prisma.sql`r.policy_type`,
  kind: Prisma.sql`r.kind`,
  agent_id: Prisma.sql`r.agent_id`,
  requested_by: Prisma.sql`r.requested_by`,
  justification: Prisma.sql`r.justification`,
  simulated_cost_cents: Prisma.sql`r.simulated_cost_cents`,
  required_level: Prisma.sql`r.required_level`,
  current_level: Prisma.sql`r.current_level`,
  min_approvals: Prisma.sql`r.min_approvals`,
  approvals_count: Prisma.sql`r.approvals_count`,
  expires_at: Prisma.sql`rfc3339_ms(r.expires_at)`,
  resolved_at: Prisma.sql`rfc3339_ms(r.resolved_at)`,
  resolved_by: Prisma.sql`r.resolved_by`,
  payload: Prisma.sql`r.payload`,
  payload_digest: Prisma.sql`r.payload_digest`,
  approval_data: Prisma.sql`r.approval_data`,
  correlation_id: Prisma.sql`r.correlation_id`,
  version: Prisma.sql`r.version`,
  seq: Prisma.sql`r.seq`,
  tenant_id: Prisma.sql`r.tenant_id`,
} as const satisfies Record<string, Prisma.Sql>;

type Name = keyof typeof COLUMNS;
const NAMES = Object.keys(COLUMNS) as Name[];
const SELECTED = Prisma.join(NAMES.map((name) => Prisma.sql`${COLUMNS[name]} AS ${Prisma.raw(name)}`));

/** A row's place in the order. */
interface Place {
  request_id: string;
  created_at: string;
}
type Row = Record<Name, CsvValue> & Place;

/**
 * Requests as CSV, oldest first under a header row, a piece for every batch: of any size in constant memory. Requests that are made
 * after it began are not in it. `after` goes on behind a row of an earlier one, without the header.
 * @throws AppError `input/invalid` where `after` names no request of the tenant.
 */
export async function* exportRequests(
  actor: Actor,
  { after, ...filter }: ExportRequestsQuery,
): AsyncGenerator<string, void> {
  const matching = Prisma.join(filterConditions(actor, filter), ' AND ');
  const start = after === undefined ? null : await inTenant(actor, (tx) => readPlace(tx, actor.tenantId, after));
  const until = await inTenant(actor, databaseInstant);
  let header = start === null ? toCsvRow(NAMES) : '';
  for (let last: Place | null | undefined = start; last !== undefined; ) {
    const behind: Place | null = last;
    const rows: Row[] = await inTenant(actor, (tx) => readBatch(tx, matching, until, behind));
    if (rows.length > 0 || header !== '') yield header + rows.map(toRow).join('');
    header = '';
    last = rows.length === BATCH ? rows.at(-1) : undefined;
  }
}

const toRow = (row: Row): string => toCsvRow(NAMES.map((name) => row[name]));

async function readPlace(tx: Tx, tenantId: string, id: string): Promise<Place> {
  const [row] = await tx.$queryRaw<Place[]>`
    SELECT r.id AS request_id, rfc3339_ms(r.created_at) AS created_at FROM approval_requests r
    WHERE r.id = ${id} AND r.tenant_id = ${tenantId}`;
  if (row === undefined) {
    throw new AppError('input/invalid', { errors: [{ pointer: '?after', detail: 'There is no such request' }] });
  }
  return row;
}

async function databaseInstant(tx: Tx): Promise<string> {
  const [row] = await tx.$queryRaw<[{ at: string }]>`SELECT rfc3339_ms(now_ms()) AS at`;
  return row.at;
}

function readBatch(tx: Tx, matching: Prisma.Sql, until: string, last: Place | null): Promise<Row[]> {
  const behind =
    last === null
      ? Prisma.empty
      : Prisma.sql`AND (r.created_at, r.id) > (${last.created_at}::timestamptz, ${last.request_id}::text)`;
  return tx.$queryRaw<Row[]>`
    SELECT ${SELECTED} FROM approval_requests r
    WHERE ${matching} AND r.created_at <= ${until}::timestamptz ${behind}
    ORDER BY r.created_at, r.id LIMIT ${BATCH}`;
}
