import { prismaAs } from '../client';
import type { Tx } from '../tenant';

/** What of an instance is there already. */
export interface InstanceState {
  /** Who is named as the owner: in the tenant that was asked about if it has one, else anywhere; whoever came first there and still is one. */
  owner: { tenantId: string; email: string } | null;
  /** Whether a key with this hash has ever been made; a revoked one counts, so that a restart does not bring it back. */
  knowsKey: boolean;
}

/**
 * Looks over all tenants: is there an owner anywhere, and is this key (SHA-256 of the whole text) known? Only for the first start.
 * `tenantId` is the instance's own tenant; another one may have been seeded with people who are said to have come earlier.
 */
export async function findInstanceState(tenantId: string, keyHash: string | null): Promise<InstanceState> {
  const [row] = await prismaAs('countersign_hot').$queryRaw<[InstanceState]>`
    SELECT (
        SELECT jsonb_build_object('tenantId', m.tenant_id, 'email', u.email)
        FROM memberships m JOIN users u ON u.user_id = m.user_id
        WHERE m.role = 'owner' AND m.removed_at IS NULL
        ORDER BY m.tenant_id = ${tenantId} DESC, m.created_at, m.member_id LIMIT 1) AS owner,
      EXISTS (SELECT FROM api_keys k WHERE k.secret_hash = ${keyHash}) AS "knowsKey"`;
  return row;
}

/** Lets one first start through at a time, until the transaction ends. */
export async function lockFirstStart(tx: Tx): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(7203, 0)`;
}
