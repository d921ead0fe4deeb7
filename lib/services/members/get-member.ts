import type { MemberResource } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { isId } from '@/lib/domain/ids';
import { inTenant, type Tx } from '@/lib/platform/db';
import { MEMBER_FIELDS, toMemberResource } from './member-resource';

/**
 * A membership of the actor's tenant, one that has ended included: a repeated creation answers with what it made.
 * @throws AppError `member/not-found`, also for another tenant's.
 */
export function getMember(actor: Actor, memberId: string): Promise<MemberResource> {
  return inTenant(actor, (tx) => readMember(tx, actor.tenantId, memberId));
}

/** The same, inside a transaction. */
export async function readMember(tx: Tx, tenantId: string, memberId: string): Promise<MemberResource> {
  if (!isId('member', memberId)) throw new AppError('member/not-found');
  const row = await tx.membership.findFirst({ where: { memberId, tenantId }, select: MEMBER_FIELDS });
  if (row === null) throw new AppError('member/not-found');
  return toMemberResource(row);
}
