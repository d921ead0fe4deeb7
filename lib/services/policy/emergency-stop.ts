import type { EmergencyStopResource } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { appendAudit, findEmergencyStop, inTenant, lockPeople } from '@/lib/platform/db';
import { forgetTenantConfig } from './config-cache';

/**
 * Whether the tenant's emergency stop is on.
 * @throws AppError `tenant/not-found`.
 */
export async function getEmergencyStop(actor: Actor): Promise<EmergencyStopResource> {
  const stop = await findEmergencyStop(actor.tenantId);
  if (stop === null) throw new AppError('tenant/not-found');
  return { tenant_id: actor.tenantId, ...stop };
}

/**
 * Switches the emergency stop. While it is on, creations are recorded as rejected and nothing is approved: every process sees it within
 * a second, and the writer looks at it inside every approval, so no vote slips through in between.
 * @throws AppError `tenant/not-found`, `access/forbidden` when the credential has ended.
 */
export async function putEmergencyStop(
  actor: Actor,
  stop: { active: boolean; reason: string },
): Promise<EmergencyStopResource> {
  await inTenant(actor, async (tx) => {
    await lockPeople(tx, actor, null);
    await tx.$executeRaw`
      UPDATE tenants SET emergency_stop = ${stop.active}, emergency_stop_reason = ${stop.active ? stop.reason : null},
        config_version = config_version + 1
      WHERE tenant_id = ${actor.tenantId}`;
    await appendAudit(tx, actor, actor.tenantId, {
      action: stop.active ? 'policy.emergency_stop_on' : 'policy.emergency_stop_off',
      targetKind: 'tenant',
      targetId: actor.tenantId,
      data: { reason: stop.reason },
    });
  });
  forgetTenantConfig(actor.tenantId);
  return getEmergencyStop(actor);
}
