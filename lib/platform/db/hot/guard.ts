import { prismaAs } from '../client';
import type { ActorGuard } from './write-decisions';

/**
 * Whether the credentials of a guard hold at this moment, without locks: tells a decision that did not land because its author lost
 * their authority from one that lost a race.
 */
export async function guardHolds(guard: ActorGuard): Promise<boolean> {
  const people = [guard.user, guard.onBehalfOf].filter((person) => person !== null);
  for (const person of people) {
    const sessionVersion = 'sessionVersion' in person ? person.sessionVersion : null;
    const rows = await prismaAs('countersign_hot').$queryRaw<unknown[]>`
      SELECT 1 FROM memberships m JOIN users u ON u.user_id = m.user_id
      WHERE m.member_id = ${person.memberId} AND m.tenant_id = ${guard.tenantId} AND u.user_id = ${person.userId}
        AND m.removed_at IS NULL AND u.disabled_at IS NULL AND m.level >= ${person.minLevel}::int
        AND (${sessionVersion}::int IS NULL OR u.session_version = ${sessionVersion}::int)`;
    if (rows.length === 0) return false;
  }
  if (guard.keyId === null) return true;
  const keys = await prismaAs('countersign_hot').$queryRaw<unknown[]>`
    SELECT 1 FROM api_keys WHERE key_id = ${guard.keyId} AND (tenant_id = ${guard.tenantId} OR all_tenants)
      AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())`;
  return keys.length > 0;
}
