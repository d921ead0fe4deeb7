import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { isId } from '@/lib/domain/ids';
import { forgetCredentials } from '@/lib/platform/auth';
import { appendAudit, bumpPeopleVersion, countOtherOwners, inTenant, lockPeople } from '@/lib/platform/db';
import { forgetTenantConfig } from '@/lib/services/policy';
import { assertMayManage, assertNotSelf } from './member-authority';

/**
 * Ends a membership. The keys bound to it are revoked in the same transaction; the person's sessions in this tenant end, because every
 * request looks at the membership. Their account, their votes and what they do in other tenants stay.
 * @throws AppError `member/not-found`, `access/self-change`, `access/forbidden`, `member/last-owner`.
 */
export async function removeMember(actor: Actor, memberId: string): Promise<void> {
  if (!isId('member', memberId)) throw new AppError('member/not-found');
  const { tenantId } = actor;
  await inTenant(actor, async (tx) => {
    const { member } = await lockPeople(tx, actor, memberId);
    if (member === null) throw new AppError('member/not-found');
    assertNotSelf(actor, member.userId);
    assertMayManage(actor, member);
    if (member.role === 'owner' && (await countOtherOwners(tx, tenantId, memberId)) === 0) {
      throw new AppError('member/last-owner');
    }
    await tx.$executeRaw`
      UPDATE memberships SET removed_at = now_ms(), updated_at = now_ms()
      WHERE member_id = ${memberId} AND tenant_id = ${tenantId}`;
    const keys = await tx.$queryRaw<{ keyId: string }[]>`
      WITH bound AS MATERIALIZED (
        SELECT key_id FROM api_keys WHERE member_id = ${memberId} AND tenant_id = ${tenantId} AND revoked_at IS NULL
        ORDER BY key_id FOR NO KEY UPDATE
      )
      UPDATE api_keys k SET revoked_at = now_ms() FROM bound WHERE k.key_id = bound.key_id RETURNING k.key_id AS "keyId"`;
    await bumpPeopleVersion(tx, tenantId);
    await appendAudit(tx, actor, tenantId, {
      action: 'member.removed',
      targetKind: 'member',
      targetId: memberId,
      data: {
        user_id: member.userId,
        role: member.role,
        level: member.level,
        revoked_keys: keys.map(({ keyId }) => keyId).sort(),
      },
    });
  });
  forgetCredentials();
  forgetTenantConfig(tenantId);
}
