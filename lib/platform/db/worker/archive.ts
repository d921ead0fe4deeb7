import { Prisma } from '../generated/client';
import { asWorker } from '../tenant';

/** What is archived: requests that are resolved, and runs that have ended. */
export const ARCHIVE_KINDS = ['requests', 'runs'] as const;
export type ArchiveKind = (typeof ARCHIVE_KINDS)[number];

/** A place in the order in which things ended. */
export interface ArchivePlace {
  at: string;
  id: string;
}

/** An event with its link of the hash chain. */
export interface ArchivedEvent {
  seq: number;
  timestamp: string;
  canonical: string;
  prev_hash: string;
  hash: string;
}

/** Everything that is known of one request or run: its row, what belongs to it, and its proven history. */
export interface ArchivedLine {
  archived: ArchiveKind;
  row: { seq: number; last_hash: string };
  events: ArchivedEvent[];
}

export function listTenantIds(): Promise<{ tenant_id: string }[]> {
  return asWorker().$queryRaw<{ tenant_id: string }[]>`SELECT tenant_id FROM tenants ORDER BY tenant_id`;
}

/** What of one tenant ended longer ago than so many days, behind a place, in the order in which it ended. */
export function listArchivable(
  kind: ArchiveKind,
  tenantId: string,
  { after, olderThanDays, limit }: { after: ArchivePlace | null; olderThanDays: number; limit: number },
): Promise<(ArchivePlace & { line: ArchivedLine })[]> {
  const { at, id, table, beside } = PARTS[kind];
  return asWorker().$queryRaw<(ArchivePlace & { line: ArchivedLine })[]>`
    SELECT rfc3339_ms(${at}) AS at, ${id} AS id, jsonb_build_object('archived', ${kind}::text, 'row', to_jsonb(r), ${beside}, 'events', (
      SELECT coalesce(jsonb_agg(jsonb_build_object('event_id', e.event_id, 'tenant_id', e.tenant_id, 'subject_id', e.subject_id,
        'subject_kind', e.subject_kind, 'seq', e.seq, 'type', e.type, 'version', e.version, 'from_status', e.from_status,
        'to_status', e.to_status, 'actor', e.actor, 'actor_type', e.actor_type, 'actor_id', e.actor_id, 'actor_name', e.actor_name,
        'reason', e.reason, 'data', e.data, 'trace_id', e.trace_id, 'timestamp', rfc3339_ms(e.timestamp), 'canonical', e.canonical,
        'prev_hash', e.prev_hash, 'hash', e.hash) ORDER BY e.seq), '[]')
      FROM events e WHERE e.subject_id = ${id} AND e.tenant_id = r.tenant_id)) AS line
    FROM ${table} r
    WHERE r.tenant_id = ${tenantId} AND ${at} < now_ms() - make_interval(days => ${olderThanDays}::int)
      AND (${at}, ${id}) > (${after?.at ?? '-infinity'}::timestamptz, ${after?.id ?? ''}::text)
    ORDER BY ${at}, ${id} LIMIT ${limit}`;
}

const PARTS = {
  requests: {
    table: Prisma.raw('approval_requests'),
    at: Prisma.raw('r.resolved_at'),
    id: Prisma.raw('r.id'),
    beside: Prisma.sql`'reviews', (SELECT coalesce(jsonb_agg(to_jsonb(v) ORDER BY v.at), '[]') FROM approval_reviews v
      WHERE v.request_id = r.id AND v.tenant_id = r.tenant_id)`,
  },
  runs: {
    table: Prisma.raw('dag_runs'),
    at: Prisma.raw('r.finished_at'),
    id: Prisma.raw('r.run_id'),
    beside: Prisma.sql`'tasks', (SELECT coalesce(jsonb_agg(to_jsonb(s) ORDER BY s.started_at, s.task_id), '[]') FROM dag_steps s
      WHERE s.run_id = r.run_id AND s.tenant_id = r.tenant_id)`,
  },
} as const;
