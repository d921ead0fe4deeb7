import type { Actor } from '@/lib/domain/access';
import { isOpen } from '@/lib/domain/approval';
import { NO_CALL } from '@/lib/domain/call';
import { isAppError } from '@/lib/domain/errors';
import { appendAudit, databaseNow, inTenant, lockTenant, type Tx } from '@/lib/platform/db';
import { type FlagChangeDue, listFlagChangesDue } from '@/lib/platform/db/worker';
import { logger } from '@/lib/platform/logger';
import { forgetTenantConfig } from '../policy';
import { commandRequest, jobActor } from '../requests';
import { nameOf } from './flag-resource';

const BATCH = 100;
const WHO = 'flags';
const MOVED_ON = 'The flag was changed meanwhile, so this changes nothing any more';

type Outcome = 'applied' | 'refused' | 'outdated';

/**
 * Ends every change of a flag whose request has been decided, exactly once however often and wherever this runs: approved, it is applied,
 * if the flag is still what was looked at; else it is over. A request about a flag that moved on is withdrawn. One that fails leaves
 * the others alone, and is tried again.
 * @returns how many ended.
 */
export async function settleFlagChanges(): Promise<number> {
  let settled = 0;
  for (const due of await listFlagChangesDue(BATCH)) {
    try {
      if (due.requestStatus !== null && isOpen(due.requestStatus)) await withdraw(due);
      const outcome = await endChange(due);
      if (outcome === null) continue;
      settled += 1;
      forgetTenantConfig(due.tenantId);
      logger().info({ request_id: due.requestId, outcome }, 'a change of a flag ended');
      if (outcome === 'outdated' && due.requestStatus === 'approved') await sayOutdated(due);
    } catch (error) {
      logger().error({ err: error, request_id: due.requestId }, 'a change of a flag could not be ended; trying again');
    }
  }
  return settled;
}

/** Takes the request out of the queue. When somebody decided it meanwhile, that is how it ended. */
async function withdraw({ tenantId, requestId }: FlagChangeDue): Promise<void> {
  try {
    await commandRequest(worker(tenantId), requestId, { type: 'cancel', reason: MOVED_ON }, NO_CALL);
  } catch (error) {
    if (!isAppError(error) || !['request/already-resolved', 'request/expired'].includes(error.code)) throw error;
  }
}

/** Under the history of what was approved, for whoever approved it. */
async function sayOutdated({ tenantId, requestId }: FlagChangeDue): Promise<void> {
  await commandRequest(worker(tenantId), requestId, { type: 'comment', text: `${MOVED_ON}.` }, NO_CALL);
}

function worker(tenantId: string): Actor {
  return jobActor(tenantId, WHO);
}

/** What becomes of a change, in one transaction; null when it has ended already, or is not to end yet. */
function endChange({ tenantId, requestId }: FlagChangeDue): Promise<Outcome | null> {
  return inTenant({ tenantId }, async (tx) => {
    await lockTenant(tx, tenantId);
    const change = await tx.featureFlagChange.findFirst({ where: { requestId, tenantId, status: 'waiting' } });
    if (change === null) return null;
    const { environment, key } = change;
    const [request, flag] = [
      await tx.approvalRequest.findFirst({ where: { id: requestId, tenantId }, select: { status: true } }),
      await tx.featureFlag.findUnique({ where: { tenantId_environment_key: { tenantId, environment, key } } }),
    ];
    const isCurrent = flag !== null && flag.revision === change.baseRevision;
    if (request !== null && isOpen(request.status as 'pending')) return null;
    const outcome =
      request?.status !== 'approved' ? (isCurrent ? 'refused' : 'outdated') : isCurrent ? 'applied' : 'outdated';
    const at = await databaseNow(tx);
    if (outcome === 'applied') await apply(tx, change, at);
    await tx.featureFlagChange.update({ where: { requestId }, data: { status: outcome, endedAt: at } });
    await appendAudit(tx, 'system', tenantId, {
      action: ACTIONS[outcome],
      targetKind: 'flag',
      targetId: nameOf(change),
      data: {
        request_id: requestId,
        request_status: request?.status ?? null,
        asked_by: change.askedBy,
        enabled: change.enabled,
        rollout_percentage: change.rolloutPercentage,
        requires_signoff: change.requiresSignoff,
        removes: change.removes,
      },
    });
    return outcome;
  });
}

const ACTIONS = {
  applied: 'policy.flag_change_applied',
  refused: 'policy.flag_change_refused',
  outdated: 'policy.flag_change_outdated',
} as const satisfies Record<Outcome, string>;

type Change = NonNullable<Awaited<ReturnType<Tx['featureFlagChange']['findFirst']>>>;

async function apply(tx: Tx, change: Change, at: Date): Promise<void> {
  const { tenantId, environment, key, enabled, rolloutPercentage, requiresSignoff } = change;
  const [tenant] = await tx.$queryRaw<{ version: bigint }[]>`
    UPDATE tenants SET config_version = config_version + 1 WHERE tenant_id = ${tenantId} RETURNING config_version AS version`;
  const where = { tenantId_environment_key: { tenantId, environment, key } };
  if (change.removes) {
    await tx.featureFlag.delete({ where });
    return;
  }
  const revision = tenant?.version ?? change.baseRevision + 1n;
  const who = { updatedAt: at, updatedBy: change.askedBy, updatedByName: change.askedByName };
  await tx.featureFlag.update({ where, data: { enabled, rolloutPercentage, requiresSignoff, revision, ...who } });
}
