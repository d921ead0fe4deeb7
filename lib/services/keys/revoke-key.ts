import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { isId } from '@/lib/domain/ids';
import { forgetCredentials } from '@/lib/platform/auth';
import { appendAudit, inTenant, lockPeople } from '@/lib/platform/db';
import { assertMayRevoke } from './key-authority';

/**
 * Ends a key at once: decisions that have not taken their locks yet are refused. Revoking it again changes nothing; a key may end itself.
 * Keys that it has made are keys of their own and stay.
 * @throws AppError `key/not-found`, also for another tenant's; `access/forbidden` for the key that has every tenant.
 */
export async function revokeKey(actor: Actor, keyId: string): Promise<void> {
  if (!isId('key', keyId)) throw new AppError('key/not-found');
  await inTenant(actor, async (tx) => {
    const key = await tx.apiKey.findFirst({
      where: { keyId, tenantId: actor.tenantId },
      select: { name: true, allTenants: true },
    });
    if (key === null) throw new AppError('key/not-found');
    assertMayRevoke(actor, key);
    await lockPeople(tx, actor, null);
    const revoked = await tx.$executeRaw`
      UPDATE api_keys SET revoked_at = now_ms()
      WHERE key_id = ${keyId} AND tenant_id = ${actor.tenantId} AND revoked_at IS NULL`;
    if (revoked === 0) return;
    await appendAudit(tx, actor, actor.tenantId, {
      action: 'key.revoked',
      targetKind: 'key',
      targetId: keyId,
      data: { name: key.name },
    });
  });
  forgetCredentials();
}
