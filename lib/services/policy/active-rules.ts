import type { PolicySetBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { databaseNow, type Tx } from '@/lib/platform/db';
import { setName } from './set-name';
import { assertFreshSignIn, insertSet, moveToActive, recordSet, retireActive, toRule } from './set-rows';

/** What the rules that decide say, whatever version it is. */
export type ActiveRules = Omit<PolicySetBody, 'tenant_id'>;

/** The rules that decide; null where none do. */
export async function readActiveRules(tx: Tx, tenantId: string): Promise<ActiveRules | null> {
  const set = await tx.policySet.findFirst({
    where: { tenantId, status: 'active' },
    include: { rules: { orderBy: { position: 'asc' } } },
  });
  if (set === null) return null;
  return {
    description: set.description,
    default: { effect: set.defaultEffect as ActiveRules['default']['effect'], level: set.defaultLevel },
    rules: set.rules.map(toRule),
  };
}

/**
 * Makes these the rules that decide, as a new version of this number, in a transaction that holds the tenant's row and raises its version to
 * it; null retires those that do. The rules have been checked.
 * @returns the version's name; null where no rules decide any more.
 * @throws AppError `input/invalid` without a reason; `auth/step-up-required` for a session whose sign-in is older than five minutes.
 */
export async function replaceActiveRules(
  tx: Tx,
  actor: Actor,
  version: bigint,
  rules: ActiveRules | null,
  reason: string | null,
): Promise<string | null> {
  if (reason === null) {
    const detail = 'Rules that differ become active: say why';
    throw new AppError('input/invalid', { errors: [{ pointer: '?reason', detail }] });
  }
  const now = await databaseNow(tx);
  assertFreshSignIn(actor, now);
  if (rules === null) {
    const active = await tx.policySet.findFirst({ where: { tenantId: actor.tenantId, status: 'active' } });
    if (active === null) return null;
    await retireActive(tx, actor.tenantId, now);
    await recordSet(tx, actor, 'policy.set_retired', active.version, { reason, before: 'active' });
    return null;
  }
  await insertSet(tx, actor, version, rules);
  await moveToActive(tx, actor, version, reason, now);
  await recordSet(tx, actor, 'policy.set_activated', version, { reason, before: 'draft' });
  return setName(actor.tenantId, version);
}
