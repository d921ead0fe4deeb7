import type { PolicySetBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import type { Tx } from '@/lib/platform/db';
import { activateWithin, retireWithin } from './move-set';
import { setName } from './set-name';
import { insertSet, toRule } from './sets';

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
  if (rules === null) {
    const active = await tx.policySet.findFirst({ where: { tenantId: actor.tenantId, status: 'active' } });
    if (active !== null) await retireWithin(tx, actor, setName(actor.tenantId, active.version), reason);
    return null;
  }
  const name = setName(actor.tenantId, version);
  await insertSet(tx, actor, version, rules);
  await activateWithin(tx, actor, name, reason);
  return name;
}
