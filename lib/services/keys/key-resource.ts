import type { KeyResource } from '@/lib/contracts';
import type { Scope } from '@/lib/domain/access';

/** What is read of a key to show it; its hash is not. */
export const KEY_FIELDS = {
  keyId: true,
  tenantId: true,
  name: true,
  scopes: true,
  memberId: true,
  createdAt: true,
  expiresAt: true,
  revokedAt: true,
  lastUsedAt: true,
} as const;

export interface KeyRow {
  keyId: string;
  tenantId: string;
  name: string;
  scopes: string[];
  memberId: string | null;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
}

/** A key as the API shows it, without its secret. */
export function toKeyResource(row: KeyRow): KeyResource {
  return {
    key_id: row.keyId,
    tenant_id: row.tenantId,
    name: row.name,
    // Only what the contract lists is ever stored.
    scopes: row.scopes as Scope[],
    member_id: row.memberId,
    created_at: row.createdAt.toISOString(),
    expires_at: row.expiresAt?.toISOString() ?? null,
    revoked_at: row.revokedAt?.toISOString() ?? null,
    last_used_at: row.lastUsedAt?.toISOString() ?? null,
  };
}
