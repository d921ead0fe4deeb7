import type { Actor, Role, Scope } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { Prisma } from './generated/client';
import { guardHolds } from './hot/guard';
import type { Tx } from './tenant';

/** A member as they are while the lock is held. */
export interface LockedMember {
  memberId: string;
  userId: string;
  role: Role;
  level: number;
}

export interface LockedPeople {
  /** The member that was asked for; null when there is none, or none any more, in this tenant. */
  member: LockedMember | null;
  /** The key that acts, as it is now; null for sessions and for the bootstrap key. */
  ownKey: { scopes: Scope[]; expiresAt: Date | null } | null;
}

/**
 * Holds everything that a change of people, keys, policy or endpoints depends on until the transaction ends, and only then says what is so: the tenant's
 * row, which lets one such change through at a time (two owners who demote each other wait here), then user, memberships and key, in
 * the order in which everything locks.
 *
 * @throws AppError `tenant/not-found`; `access/forbidden` when the actor's membership or key has ended or lost authority meanwhile.
 */
export async function lockPeople(tx: Tx, actor: Actor, memberId: string | null): Promise<LockedPeople> {
  await lockTenant(tx, actor.tenantId);
  await lockUser(tx, actor);
  const members = await lockMembers(tx, actor, memberId);
  const self = members.find((member) => member.memberId === actor.memberId);
  if (actor.userId !== null && (self === undefined || self.userId !== actor.userId || self.level < actor.level)) {
    throw membershipChanged();
  }
  const ownKey = await lockKey(tx, actor);
  return { member: members.find((member) => member.memberId === memberId) ?? null, ownKey };
}

/**
 * Holds the credential that acts, in the order in which everything locks, so that it neither ends nor loses authority before the transaction
 * does. Unlike `lockPeople` it lets others of the tenant through.
 * @throws AppError `access/forbidden` when it has ended or lost authority meanwhile.
 */
export async function holdCredential(tx: Tx, actor: Actor): Promise<void> {
  await lockUser(tx, actor);
  if (actor.userId !== null) {
    const members = await tx.$queryRaw<unknown[]>`
      SELECT 1 FROM memberships WHERE tenant_id = ${actor.tenantId} AND member_id = ${actor.memberId} AND user_id = ${actor.userId}
        AND level >= ${actor.level}::int AND removed_at IS NULL FOR SHARE`;
    if (members.length === 0) throw membershipChanged();
  }
  await lockKey(tx, actor);
}

function membershipChanged(): AppError {
  return new AppError('access/forbidden', { detail: 'Your membership has changed; sign in again.' });
}

/**
 * Holds the tenant's row, which lets one change of its people or configuration through at a time.
 * @throws AppError `tenant/not-found`.
 */
export async function lockTenant(tx: Tx, tenantId: string): Promise<void> {
  const tenants = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM tenants WHERE tenant_id = ${tenantId} FOR NO KEY UPDATE`;
  if (tenants.length === 0) throw new AppError('tenant/not-found');
}

async function lockUser(tx: Tx, actor: Actor): Promise<void> {
  if (actor.userId === null) return;
  const users = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM users WHERE user_id = ${actor.userId} AND disabled_at IS NULL
      AND (${actor.sessionVersion}::int IS NULL OR session_version = ${actor.sessionVersion}::int) FOR SHARE`;
  if (users.length === 0) throw new AppError('access/forbidden', { detail: 'Your session has ended; sign in again.' });
}

function lockMembers(tx: Tx, actor: Actor, memberId: string | null): Promise<LockedMember[]> {
  const ids = [actor.memberId, memberId].filter((id) => id !== null);
  if (ids.length === 0) return Promise.resolve([]);
  return tx.$queryRaw<LockedMember[]>`
    SELECT member_id AS "memberId", user_id AS "userId", role, level::int AS level FROM memberships
    WHERE tenant_id = ${actor.tenantId} AND member_id IN (${Prisma.join(ids)}) AND removed_at IS NULL
    ORDER BY member_id FOR NO KEY UPDATE`;
}

/** The bootstrap key lives in a tenant of its own and is not seen from here: it is looked at, not locked. */
async function lockKey(tx: Tx, actor: Actor): Promise<LockedPeople['ownKey']> {
  if (actor.keyId === null) return null;
  if (actor.allTenants) {
    const { tenantId, keyId } = actor;
    const holds = await guardHolds({ tenantId, user: null, keyId, onBehalfOf: null, voters: [] });
    if (!holds) throw new AppError('access/forbidden', { detail: 'This API key has ended.' });
    return null;
  }
  const keys = await tx.$queryRaw<{ scopes: Scope[]; expiresAt: Date | null }[]>`
    SELECT scopes, expires_at AS "expiresAt" FROM api_keys
    WHERE key_id = ${actor.keyId} AND tenant_id = ${actor.tenantId} AND revoked_at IS NULL
      AND (expires_at IS NULL OR expires_at > clock_timestamp()) FOR SHARE`;
  const [key] = keys;
  if (key === undefined) throw new AppError('access/forbidden', { detail: 'This API key has ended.' });
  return key;
}

/** Says that people changed, in the transaction in which they do: caches and the check of what can still be finished follow it. */
export async function bumpPeopleVersion(tx: Tx, tenantId: string): Promise<void> {
  await tx.$executeRaw`UPDATE tenants SET people_version = people_version + 1 WHERE tenant_id = ${tenantId}`;
}

/** How many owners a tenant has who could still sign in, apart from one. */
export async function countOtherOwners(tx: Tx, tenantId: string, memberId: string): Promise<number> {
  const [row] = await tx.$queryRaw<[{ n: number }]>`
    SELECT count(*)::int AS n FROM memberships m JOIN users u ON u.user_id = m.user_id
    WHERE m.tenant_id = ${tenantId} AND m.role = 'owner' AND m.removed_at IS NULL AND u.disabled_at IS NULL
      AND m.member_id <> ${memberId}`;
  return row.n;
}
