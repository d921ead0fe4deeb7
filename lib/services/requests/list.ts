import { z } from 'zod';
import type { ApprovalRequestResource, FilterRequestsQuery, ListRequestsQuery } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { inTenant, listResourceRows, listReviewers, Prisma, type ResourceRow } from '@/lib/platform/db';
import { CursorInstant, cursorId, decodeCursor, encodeCursor, toInstant } from '../paging';
import { toRequestResource } from './resource';

const Position = z.strictObject({ at: CursorInstant, id: cursorId('request') });
type Position = z.output<typeof Position>;

type Sort = ListRequestsQuery['sort'];

const SORTS = {
  '-created_at': { column: Prisma.sql`r.created_at`, descending: true, of: (row) => row.created_at },
  created_at: { column: Prisma.sql`r.created_at`, descending: false, of: (row) => row.created_at },
  expires_at: { column: Prisma.sql`r.expires_at`, descending: false, of: (row) => row.expires_at },
  '-resolved_at': {
    column: Prisma.sql`r.resolved_at`,
    descending: true,
    of: (row) => row.resolved_at ?? row.created_at,
  },
} as const satisfies Record<Sort, { column: Prisma.Sql; descending: boolean; of: (row: ResourceRow) => Date }>;

/** A page of the tenant's requests, keyset-paged: rows that arrive meanwhile shift nothing. */
export async function listRequests(
  actor: Actor,
  query: ListRequestsQuery,
): Promise<{ data: ApprovalRequestResource[]; next_cursor: string | null }> {
  const sort = SORTS[query.sort];
  const after = decodeCursor(Position, query.cursor);
  const conditions = [...filterConditions(actor, query), ...afterCondition(query.sort, after)];
  const direction = sort.descending ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const rows = await inTenant(actor, (tx) =>
    listResourceRows(
      tx,
      Prisma.join(conditions, ' AND '),
      Prisma.sql`${sort.column} ${direction}, r.id ${direction}`,
      query.limit + 1,
    ),
  );
  const people = await listReviewers(actor.tenantId);
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  const more = rows.length > query.limit && last !== undefined;
  return {
    data: page.map((row) => toRequestResource(row, people)),
    next_cursor: more ? encodeCursor({ at: sort.of(last).toISOString(), id: last.id } satisfies Position) : null,
  };
}

function afterCondition(sortName: Sort, after: Position | null): Prisma.Sql[] {
  const sort = SORTS[sortName];
  const only = sortName === '-resolved_at' ? [Prisma.sql`r.resolved_at IS NOT NULL`] : [];
  if (after === null) return only;
  const beyond = sort.descending ? Prisma.sql`<` : Prisma.sql`>`;
  return [...only, Prisma.sql`(${sort.column}, r.id) ${beyond} (${new Date(after.at)}::timestamptz, ${after.id})`];
}

/** The conditions of a filter, each carrying the tenant; shared by the list and the export. */
export function filterConditions(actor: Actor, query: FilterRequestsQuery): Prisma.Sql[] {
  const conditions = [Prisma.sql`r.tenant_id = ${actor.tenantId}`];
  if (query.status !== undefined) {
    const statuses = [...new Set(query.status.flatMap((s) => (s === 'open' ? ['pending', 'escalated'] : [s])))];
    const openOnly = statuses.every((s) => s === 'pending' || s === 'escalated');
    // Said in the words of the partial index, so that the planner may use it.
    if (openOnly) conditions.push(Prisma.sql`r.status IN ('pending', 'escalated')`);
    if (!openOnly || statuses.length === 1) conditions.push(Prisma.sql`r.status = ANY (${statuses})`);
  }
  if (query.policy_type !== undefined) conditions.push(Prisma.sql`r.policy_type = ${query.policy_type}`);
  if (query.skill_id !== undefined) conditions.push(Prisma.sql`r.skill_id = ${query.skill_id}`);
  if (query.agent_id !== undefined) conditions.push(Prisma.sql`r.agent_id = ${query.agent_id}`);
  if (query.requested_by !== undefined) conditions.push(Prisma.sql`r.requested_by = ${query.requested_by}`);
  if (query.level !== undefined) conditions.push(Prisma.sql`r.required_level = ${query.level}`);
  if (query.kind !== undefined) conditions.push(Prisma.sql`r.kind = ${query.kind}`);
  if (query.created_after !== undefined)
    conditions.push(Prisma.sql`r.created_at >= ${toInstant('created_after', query.created_after)}::timestamptz`);
  if (query.created_before !== undefined)
    conditions.push(Prisma.sql`r.created_at < ${toInstant('created_before', query.created_before)}::timestamptz`);
  if (query.q !== undefined) conditions.push(searchCondition(query.q));
  if (query.assigned_to_me === true) conditions.push(assignedCondition(actor));
  if (query.assigned_to_me === false) conditions.push(Prisma.sql`NOT (${assignedCondition(actor)})`);
  return conditions;
}

/** Text anywhere in what a person reads of a request; an id finds its request. */
function searchCondition(text: string): Prisma.Sql {
  const pattern = `%${text.replace(/[\\%_]/g, (c) => `\\${c}`)}%`;
  return Prisma.sql`(r.title ILIKE ${pattern} OR r.skill_id ILIKE ${pattern} OR r.agent_id ILIKE ${pattern}
    OR r.requested_by ILIKE ${pattern} OR r.justification ILIKE ${pattern} OR r.id = ${text} OR r.correlation_id = ${text})`;
}

/** What waits for this person: open, theirs to decide, and not yet voted on in this version. */
function assignedCondition(actor: Actor): Prisma.Sql {
  if (actor.userId === null || actor.level < 1) return Prisma.sql`false`;
  const names = [actor.userId, actor.memberId, actor.email?.toLowerCase()].filter((name) => name != null);
  return Prisma.sql`(r.status IN ('pending', 'escalated') AND r.expires_at > clock_timestamp()
    AND r.requester_user_id IS DISTINCT FROM ${actor.userId} AND r.requester_key_issuer_id IS DISTINCT FROM ${actor.userId}
    AND coalesce(lower(r.requested_by), '') <> ALL (SELECT lower(n) FROM unnest(${names}::text[]) n)
    AND coalesce(lower(r.agent_id), '') <> ALL (SELECT lower(n) FROM unnest(${names}::text[]) n)
    AND NOT EXISTS (SELECT FROM approval_reviews v WHERE v.request_id = r.id AND v.tenant_id = r.tenant_id
      AND v.user_id = ${actor.userId} AND v.version = r.version))`;
}
