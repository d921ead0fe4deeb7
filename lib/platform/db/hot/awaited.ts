import { runHot } from '../client';
import { Prisma } from '../generated/client';

/** A request that somebody waits for. */
export interface Awaited {
  tenantId: string;
  requestId: string;
}

/** Which of these requests nobody needs to wait for any more: resolved, or gone. One statement for all of them, each with its tenant. */
export function findSettled(awaited: readonly Awaited[]): Promise<Awaited[]> {
  const tenants = awaited.map(({ tenantId }) => tenantId);
  const ids = awaited.map(({ requestId }) => requestId);
  return runHot<Awaited>(
    'countersign_hot',
    Prisma.sql`
    SELECT w.tenant_id AS "tenantId", w.id AS "requestId"
    FROM unnest(${tenants}::text[], ${ids}::text[]) AS w(tenant_id, id)
    LEFT JOIN approval_requests r ON r.id = w.id AND r.tenant_id = w.tenant_id
    WHERE r.id IS NULL OR r.status NOT IN ('pending', 'escalated')`,
  );
}
