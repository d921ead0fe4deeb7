import type { MemberResource, UpdateMemberBody } from '@/lib/contracts';
import { type Actor, ROLE_BANDS } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { isId } from '@/lib/domain/ids';
import { forgetCredentials } from '@/lib/platform/auth';
import {
  appendAudit,
  bumpPeopleVersion,
  countOtherOwners,
  inTenant,
  type LockedMember,
  lockPeople,
} from '@/lib/platform/db';
import { forgetTenantConfig } from '@/lib/services/policy';
import { readMember } from './get-member';
import { assertMayGrant, assertMayManage, assertNotSelf } from './member-authority';

/**
 * Changes a member's role, level or both. A role without a level takes the role's default level, unless it is the one they have. It
 * counts for decisions that have not taken their locks yet, and for every key bound to the member.
 * @throws AppError `member/not-found`, `access/self-change`, `access/forbidden`, `access/exceeds-own`, `member/wrong-band`,
 * `member/last-owner`.
 */
export async function updateMember(actor: Actor, memberId: string, input: UpdateMemberBody): Promise<MemberResource> {
  if (!isId('member', memberId)) throw new AppError('member/not-found');
  const { tenantId } = actor;
  const resource = await inTenant(actor, async (tx) => {
    const { member } = await lockPeople(tx, actor, memberId);
    if (member === null) throw new AppError('member/not-found');
    assertNotSelf(actor, member.userId);
    assertMayManage(actor, member);
    const { role, level } = wantedOf(member, input);
    assertMayGrant(actor, role, level);
    if (role === member.role && level === member.level) return readMember(tx, tenantId, memberId);
    if (member.role === 'owner' && role !== 'owner' && (await countOtherOwners(tx, tenantId, memberId)) === 0) {
      throw new AppError('member/last-owner');
    }
    await tx.$executeRaw`
      UPDATE memberships SET role = ${role}, level = ${level}::smallint, updated_at = now_ms()
      WHERE member_id = ${memberId} AND tenant_id = ${tenantId}`;
    await bumpPeopleVersion(tx, tenantId);
    await appendAudit(tx, actor, tenantId, {
      action: 'member.changed',
      targetKind: 'member',
      targetId: memberId,
      data: { user_id: member.userId, from: { role: member.role, level: member.level }, to: { role, level } },
    });
    return readMember(tx, tenantId, memberId);
  });
  forgetCredentials();
  forgetTenantConfig(tenantId);
  return resource;
}

function wantedOf(member: LockedMember, input: UpdateMemberBody): Pick<LockedMember, 'role' | 'level'> {
  const role = input.role ?? member.role;
  const kept = role === member.role ? member.level : ROLE_BANDS[role].default;
  return { role, level: input.level ?? kept };
}
