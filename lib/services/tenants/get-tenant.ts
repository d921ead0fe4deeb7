import type { TenantResource } from '@/lib/contracts';
import { AppError } from '@/lib/domain/errors';
import { inTenant } from '@/lib/platform/db';
import { toTenantResource } from './tenant-resource';

/**
 * One tenant. Whoever calls this has made sure that the caller may see it: it is their own, or they have just made it.
 * @throws AppError `tenant/not-found`.
 */
export async function getTenant(tenantId: string): Promise<TenantResource> {
  const row = await inTenant({ tenantId }, (tx) => tx.tenant.findUnique({ where: { tenantId } }));
  if (row === null) throw new AppError('tenant/not-found');
  return toTenantResource(row);
}
