import type { TenantResource } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import {
  appendAudit,
  enterTenant,
  inTenant,
  lockPeople,
  rememberIdempotency,
  toDatabaseFault,
} from '@/lib/platform/db';
import { toTenantResource } from './tenant-resource';

/**
 * Makes a tenant, empty of people: its first owner is added by the bootstrap key. Its audit log begins with who made it.
 * @throws AppError `tenant/exists`.
 */
export async function createTenant(
  actor: Actor,
  input: { tenant_id: string; name: string },
  call: Call,
): Promise<TenantResource> {
  const { tenant_id: tenantId, name } = input;
  try {
    return await inTenant(actor, async (tx) => {
      await lockPeople(tx, actor, null);
      await rememberIdempotency(tx, actor, call, tenantId);
      // From here on the transaction sees the new tenant and nothing else.
      await enterTenant(tx, tenantId);
      const row = await tx.tenant.create({ data: { tenantId, name } });
      await appendAudit(tx, actor, tenantId, {
        action: 'tenant.created',
        targetKind: 'tenant',
        targetId: tenantId,
        data: { name, from_tenant: actor.tenantId },
      });
      return toTenantResource(row);
    });
  } catch (error) {
    if (toDatabaseFault(error)?.constraint === 'tenants_pkey') throw new AppError('tenant/exists', { cause: error });
    throw error;
  }
}
