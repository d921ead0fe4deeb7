import { asWorker } from '../tenant';

/** Tenants whose people have changed since open requests were last checked against them. */
export function listTenantsToCheck(): Promise<{ tenantId: string; peopleVersion: bigint }[]> {
  return asWorker().$queryRaw<{ tenantId: string; peopleVersion: bigint }[]>`
    SELECT tenant_id AS "tenantId", people_version AS "peopleVersion" FROM tenants WHERE people_version > people_checked_version`;
}

/** Remembers up to which version a tenant's people were checked; never moves back. */
export async function markChecked(tenantId: string, peopleVersion: bigint): Promise<void> {
  await asWorker().$executeRaw`
    UPDATE tenants SET people_checked_version = greatest(people_checked_version, ${peopleVersion}::bigint) WHERE tenant_id = ${tenantId}`;
}

/** Ids of a tenant's pending requests, oldest first, after the one given. */
export async function listPendingIds(tenantId: string, after: string | null, limit: number): Promise<string[]> {
  const rows = await asWorker().$queryRaw<{ id: string }[]>`
    SELECT r.id FROM approval_requests r
    WHERE r.tenant_id = ${tenantId} AND r.status IN ('pending', 'escalated') AND r.status = 'pending' AND r.id > ${after ?? ''}
    ORDER BY r.id LIMIT ${limit}`;
  return rows.map(({ id }) => id);
}
