import { prismaAs } from '../client';

/**
 * Whose account an e-mail is, whatever the case of its letters; null when it is nobody's. Accounts are global, so no tenant's
 * transaction can see this; say nothing about the answer to the caller.
 */
export async function findUserIdByEmail(email: string): Promise<string | null> {
  const rows = await prismaAs('countersign_hot').$queryRaw<{ userId: string }[]>`
    SELECT user_id AS "userId" FROM users WHERE lower(email) = lower(${email})`;
  return rows[0]?.userId ?? null;
}

export interface TenantRow {
  tenantId: string;
  name: string;
  createdAt: Date;
}

/** Tenants by id, after the one named. Crosses tenants: only for who has all of them. */
export function listAllTenants(after: string | null, limit: number): Promise<TenantRow[]> {
  return prismaAs('countersign_hot').$queryRaw<TenantRow[]>`
    SELECT tenant_id AS "tenantId", name, created_at AS "createdAt" FROM tenants
    WHERE ${after}::text IS NULL OR tenant_id > ${after}::text ORDER BY tenant_id LIMIT ${limit}::int`;
}
