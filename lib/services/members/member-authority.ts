import { type Actor, grantableLevel, isInBand, ROLE_BANDS, type Role } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';

/**
 * Nobody changes themself: not with a session or a key that acts as them, nor with a service key that they made.
 * @throws AppError `access/self-change`.
 */
export function assertNotSelf(actor: Actor, userId: string): void {
  if (actor.userId === userId || actor.keyOwnerUserId === userId) throw new AppError('access/self-change');
}

/**
 * Whether the actor's hand reaches a member who has this level.
 * @throws AppError `access/forbidden`.
 */
export function assertMayManage(actor: Actor, member: { role: Role; level: number }): void {
  if (member.level <= grantableLevel(actor)) return;
  const who =
    member.role === 'owner' ? 'Only an owner manages owners.' : 'This credential manages nobody above operator.';
  throw new AppError('access/forbidden', { detail: who });
}

/**
 * Whether the actor may give this role and level.
 * @throws AppError `access/exceeds-own`, then `member/wrong-band`.
 */
export function assertMayGrant(actor: Actor, role: Role, level: number): void {
  if (ROLE_BANDS[role].min > grantableLevel(actor)) {
    const detail =
      role === 'owner' ? 'Only an owner makes owners.' : 'A service key makes viewers and operators, nobody above.';
    throw new AppError('access/exceeds-own', { detail });
  }
  if (isInBand(role, level)) return;
  const { min, max } = ROLE_BANDS[role];
  const band = min === max ? `${min}` : `${min} to ${max}`;
  throw new AppError('member/wrong-band', {
    errors: [{ pointer: '/level', detail: `The role ${role} has level ${band}` }],
  });
}
