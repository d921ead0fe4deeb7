import type { Actor } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { env } from '@/lib/platform/env';
import { createRequest } from '../requests';
import { type AskedChange, toRecord } from './apply-flags';

/** What a change of a flag is called in the queue. Nothing listens to the name: only requests that were written down before count. */
export const SIGNOFF_SKILL = 'countersign.flags.change';
/** Who agrees is an admin or an owner, and never who asks. */
const SIGNOFF_LEVEL = 4;

/**
 * Makes the requests that decide what waits, each under the id that its change was written down with. Policy may deny or tighten them like
 * any other; it cannot let them pass, for they ask for a level. Called after the commit: until a request is there, its change does not count.
 * @throws AppError as `createRequest`; what was asked before it is in the queue.
 */
export async function askForSignoff(
  actor: Actor,
  asked: readonly AskedChange[],
  reason: string | null,
  { traceId }: Pick<Call, 'traceId'>,
): Promise<void> {
  for (const change of asked) {
    const { key, environment, from, to } = change;
    await createRequest(
      actor,
      {
        policy_type: 'capability',
        skill_id: SIGNOFF_SKILL,
        tenant_id: actor.tenantId,
        payload: { flag: key, environment, from: toRecord(from), to: to.removes ? 'removed' : toRecord(to) },
        justification: reason ?? 'This flag changes only when somebody else agrees.',
        required_level: SIGNOFF_LEVEL,
        title: titleOf(change),
        links: [{ title: 'Flags', url: new URL('/settings/flags', env().NEXTAUTH_URL).href }],
      },
      { traceId, idempotency: null, ifMatch: null },
      { id: change.requestId },
    );
  }
}

/** The change in words; the most that it does comes first. */
function titleOf({ key, environment, from, to }: AskedChange): string {
  const flag = `the flag ${key} in ${environment}`;
  if (to.removes) return `Remove ${flag}`;
  if (to.enabled && !from.enabled)
    return `Switch on ${flag}${to.rolloutPercentage < 100 ? ` for ${to.rolloutPercentage}%` : ''}`;
  if (to.rolloutPercentage > from.rolloutPercentage) {
    return `Roll out ${flag} from ${from.rolloutPercentage}% to ${to.rolloutPercentage}%`;
  }
  return `Let ${flag} change without sign-off`;
}
