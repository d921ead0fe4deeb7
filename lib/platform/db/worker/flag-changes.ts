import type { ApprovalStatus } from '@/lib/domain/approval';
import { asWorker } from '../tenant';

/** A change of a flag that needs to be looked at. */
export interface FlagChangeDue {
  requestId: string;
  tenantId: string;
  /** Null where the request was never made. */
  requestStatus: ApprovalStatus | null;
  /** Whether the flag is not any more what the change was asked about. */
  outdated: boolean;
}

/** A change whose request was not made within this time never gets one: what was to make it is gone. */
const ABANDONED_SECONDS = 60;

/**
 * The changes of flags that wait and need not wait any more: their request has ended, or the flag moved on without them. Read from how
 * things stand, so that no event needs to be seen for it.
 */
export function listFlagChangesDue(limit: number): Promise<FlagChangeDue[]> {
  return asWorker().$queryRaw<FlagChangeDue[]>`
    SELECT c.request_id AS "requestId", c.tenant_id AS "tenantId", r.status AS "requestStatus",
      f.revision IS DISTINCT FROM c.base_revision AS outdated
    FROM feature_flag_changes c
      LEFT JOIN approval_requests r ON r.id = c.request_id AND r.tenant_id = c.tenant_id
      LEFT JOIN feature_flags f ON f.tenant_id = c.tenant_id AND f.environment = c.environment AND f.key = c.key
    WHERE c.status = 'waiting' AND (r.status NOT IN ('pending', 'escalated')
      OR (r.id IS NULL AND c.asked_at < now_ms() - make_interval(secs => ${ABANDONED_SECONDS}::int))
      OR (r.id IS NOT NULL AND f.revision IS DISTINCT FROM c.base_revision))
    ORDER BY c.request_id LIMIT ${limit}`;
}
