import type { FlagResource, FlagRow } from '@/lib/contracts';
import type { FlagState } from '@/lib/domain/policy';
import { Prisma, type Tx } from '@/lib/platform/db';

/** A flag as the database has it, with the change of it that waits. */
export interface StoredFlag extends FlagState {
  key: string;
  environment: string;
  owner: string | null;
  description: string | null;
  revision: bigint;
  updatedAt: Date;
  updatedByName: string;
  pendingRequestId: string | null;
  pendingChange: FlagResource['pending_change'];
}

/** Which flag it is: one key may be in several environments. */
export function nameOf({ environment, key }: Pick<FlagRow, 'environment' | 'key'>): string {
  return `${environment}/${key}`;
}

/**
 * The tenant's flags, by environment and key. A change waits while its request is there, nothing has become of it and the flag is still
 * the one it was asked about.
 */
export function listFlags(tx: Tx, tenantId: string): Promise<StoredFlag[]> {
  return tx.$queryRaw<StoredFlag[]>(Prisma.sql`
    SELECT f.key, f.environment, f.enabled, f.rollout_percentage::int AS "rolloutPercentage", f.requires_signoff AS "requiresSignoff",
      f.owner, f.description, f.revision, f.updated_at AS "updatedAt", f.updated_by_name AS "updatedByName",
      c.request_id AS "pendingRequestId", c.change AS "pendingChange"
    FROM feature_flags f LEFT JOIN LATERAL (
      SELECT c.request_id, jsonb_build_object('enabled', c.enabled, 'rollout_percentage', c.rollout_percentage,
        'requires_signoff', c.requires_signoff, 'removes', c.removes) AS change
      FROM feature_flag_changes c JOIN approval_requests r ON r.id = c.request_id AND r.tenant_id = c.tenant_id
      WHERE c.tenant_id = f.tenant_id AND c.environment = f.environment AND c.key = f.key AND c.status = 'waiting'
        AND c.base_revision = f.revision
      ORDER BY c.request_id LIMIT 1) c ON true
    WHERE f.tenant_id = ${tenantId} ORDER BY f.environment, f.key`);
}

/** The tenant's flags as they are written: without what waits. */
export async function readFlagRows(tx: Tx, tenantId: string): Promise<FlagRow[]> {
  return (await listFlags(tx, tenantId)).map(toFlagRow);
}

/** A flag as it is written. */
export function toFlagRow(flag: StoredFlag): Pick<FlagResource, keyof FlagRow> {
  return {
    key: flag.key,
    environment: flag.environment,
    enabled: flag.enabled,
    rollout_percentage: flag.rolloutPercentage,
    requires_signoff: flag.requiresSignoff,
    owner: flag.owner,
    description: flag.description,
  };
}

export function toFlagResource(flag: StoredFlag): FlagResource {
  return {
    ...toFlagRow(flag),
    updated_at: flag.updatedAt.toISOString(),
    updated_by_name: flag.updatedByName,
    pending_request_id: flag.pendingRequestId,
    pending_change: flag.pendingChange,
  };
}
