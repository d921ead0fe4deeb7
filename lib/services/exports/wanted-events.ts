import { Prisma } from '@/lib/platform/db';
import { behind, upTo } from '@/lib/services/audit';
import type { Wanted } from './surfaces';

/** The condition that an event `e` is of this tenant, of these types, and in the wanted part of the feed. */
export function wantedEvents(wanted: Wanted, kind: 'request' | 'run', types: readonly string[]): Prisma.Sql {
  const conditions = [
    Prisma.sql`e.tenant_id = ${wanted.tenantId}`,
    Prisma.sql`e.subject_kind = ${kind}`,
    Prisma.sql`e.type = ANY(${[...types]}::text[])`,
    behind(wanted.behind),
    upTo(wanted.upTo),
  ];
  if (wanted.fromTime !== undefined) conditions.push(Prisma.sql`e.timestamp >= ${wanted.fromTime}::timestamptz`);
  if (wanted.toTime !== undefined) conditions.push(Prisma.sql`e.timestamp < ${wanted.toTime}::timestamptz`);
  return Prisma.join(conditions, ' AND ');
}
