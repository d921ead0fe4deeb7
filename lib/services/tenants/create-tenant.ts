import type { TenantResource } from '@/lib/contracts';
import { type Actor, ROLE_BANDS } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { newId } from '@/lib/platform/crypto';
import {
  appendAudit,
  bumpPeopleVersion,
  enterTenant,
  inTenant,
  lockPeople,
  rememberIdempotency,
  type Tx,
  toDatabaseFault,
} from '@/lib/platform/db';
import { toTenantResource } from './tenant-resource';

/**
 * Makes a tenant. A person who does becomes its first owner; one that a service makes is empty until the bootstrap key adds an owner. Its
 * audit log begins with who made it.
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
      if (actor.userId !== null) await addFirstOwner(tx, actor, tenantId, actor.userId);
      return toTenantResource(row);
    });
  } catch (error) {
    if (toDatabaseFault(error)?.constraint === 'tenants_pkey') throw new AppError('tenant/exists', { cause: error });
    throw error;
  }
}

async function addFirstOwner(tx: Tx, actor: Actor, tenantId: string, userId: string): Promise<void> {
  const memberId = newId('member');
  const { default: level } = ROLE_BANDS.owner;
  await tx.$executeRaw`
    INSERT INTO memberships (member_id, tenant_id, user_id, role, level)
    VALUES (${memberId}, ${tenantId}, ${userId}, 'owner', ${level}::smallint)`;
  await bumpPeopleVersion(tx, tenantId);
  await appendAudit(tx, actor, tenantId, {
    action: 'member.added',
    targetKind: 'member',
    targetId: memberId,
    data: { user_id: userId, role: 'owner', level },
  });
}
