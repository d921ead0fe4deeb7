import type { TenantResource } from '@/lib/contracts';

/** A tenant as the API shows it. */
export function toTenantResource(row: { tenantId: string; name: string; createdAt: Date }): TenantResource {
  return { tenant_id: row.tenantId, name: row.name, created_at: row.createdAt.toISOString() };
}
