import type { PolicySetResource } from '@/lib/contracts';
import { type Actor, credentialId, mustSignInAgain } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { compileAhead } from '@/lib/platform/cel';
import {
  databaseNow,
  findRuleSet,
  inTenant,
  lockPeople,
  type Prisma,
  rememberIdempotency,
  type Tx,
} from '@/lib/platform/db';
import { forgetTenantConfig } from './config-cache';
import { readSetName, setName } from './set-name';
import { findSet, raiseConfigVersion, record, type SetRow, toResource } from './sets';

type Columns = Prisma.PolicySetUncheckedUpdateManyInput;

/** A step in a version's life. */
interface Move {
  /** What the audit log calls it. */
  action: string;
  /**
   * The new columns of the version, or null where it is there already; throws where it cannot take this step. Steps of one tenant never
   * run at once.
   */
  plan: (set: SetRow, by: { actor: Actor; reason: string; now: Date }) => Columns | null;
  /** What happens to the other versions. */
  others?: (tx: Tx, tenantId: string, now: Date) => Promise<unknown>;
}

const NO_SHADOW = { shadowSince: null, shadowBy: null, shadowByName: null, shadowReason: null } satisfies Columns;

const ACTIVATE: Move = {
  action: 'policy.set_activated',
  plan: (set, { actor, reason, now }) => {
    if (set.status === 'active') throw new AppError('policy-set/active');
    return {
      ...NO_SHADOW,
      status: 'active',
      activatedAt: now,
      activatedBy: credentialId(actor),
      activatedByName: actor.name,
      activationReason: reason,
      retiredAt: null,
    };
  },
  others: (tx, tenantId, now) =>
    tx.policySet.updateMany({
      where: { tenantId, status: 'active' },
      data: { status: 'retired', retiredAt: now },
    }),
};

const RETIRE: Move = {
  action: 'policy.set_retired',
  plan: (set, { now }) => {
    if (set.status === 'retired') throw new AppError('policy-set/retired');
    return { ...NO_SHADOW, status: 'retired', retiredAt: now };
  },
};

const SHADOW: Move = {
  action: 'policy.set_shadowed',
  plan: (set, { actor, reason, now }) => {
    if (set.status === 'active') throw new AppError('policy-set/active');
    if (set.shadowSince !== null) throw new AppError('policy-set/shadow');
    return { shadowSince: now, shadowBy: credentialId(actor), shadowByName: actor.name, shadowReason: reason };
  },
  others: (tx, tenantId) =>
    tx.policySet.updateMany({ where: { tenantId, shadowSince: { not: null } }, data: NO_SHADOW }),
};

const UNSHADOW: Move = {
  action: 'policy.set_unshadowed',
  plan: (set) => (set.shadowSince === null ? null : NO_SHADOW),
};

/** Somebody's wish to move a version: which one, why, and what travels with the call. */
type Wish = [actor: Actor, name: string, reason: string, call: Call];

/**
 * Lets a version decide from now on, a retired one as well as a draft, and retires the one that did until now. Every process follows within
 * a second, and no creation that ends in allow is decided by the earlier one any more.
 * @throws AppError `policy-set/not-found`; `policy-set/active` when it decides already; `auth/step-up-required` for a session whose sign-in
 * is older than five minutes.
 */
export async function activatePolicySet(...wish: Wish): Promise<PolicySetResource> {
  const [actor, name] = wish;
  await compileVersion(actor, name);
  return moveSet(ACTIVATE, ...wish);
}

/**
 * Takes a version out of use. When it was the active one, the level configuration decides from now on.
 * @throws AppError `policy-set/not-found`; `policy-set/retired` when it is already; `auth/step-up-required` as for activating.
 */
export function retirePolicySet(...wish: Wish): Promise<PolicySetResource> {
  return moveSet(RETIRE, ...wish);
}

/**
 * Has a version judged beside the active one from now on, instead of the one that was until now. It decides nothing; what it would have
 * answered stands in the records.
 * @throws AppError `policy-set/not-found`; `policy-set/active` when it decides; `policy-set/shadow` when it is the shadow already;
 * `auth/step-up-required` as for activating.
 */
export async function shadowPolicySet(...wish: Wish): Promise<PolicySetResource> {
  const [actor, name] = wish;
  await compileVersion(actor, name);
  return moveSet(SHADOW, ...wish);
}

/**
 * Sees to it that a version is not judged beside the active one any more. What was recorded stays.
 * @throws AppError `policy-set/not-found`; `auth/step-up-required` as for activating.
 */
export function unshadowPolicySet(...wish: Wish): Promise<PolicySetResource> {
  return moveSet(UNSHADOW, ...wish);
}

/** Compiles a version that is about to be asked, so that nobody has to wait for it once it is. What is not there, the step itself refuses. */
async function compileVersion({ tenantId }: Actor, name: string): Promise<void> {
  const version = readSetName(tenantId, name);
  const set = version === null ? null : await findRuleSet(tenantId, version);
  if (set !== null) await compileAhead(set.rules.map(({ when }) => when));
}

/** Raising the configuration's version first makes steps of one tenant wait for one another. */
async function moveSet(move: Move, ...wish: Wish): Promise<PolicySetResource> {
  const [actor, name, reason, call] = wish;
  const { tenantId } = actor;
  const moved = await inTenant(actor, async (tx) => {
    await lockPeople(tx, actor, null);
    await raiseConfigVersion(tx, tenantId);
    const { version } = await takeStep(tx, move, actor, name, reason);
    await rememberIdempotency(tx, actor, call, setName(tenantId, version));
    return findSet(tx, actor, name);
  });
  forgetTenantConfig(tenantId);
  return toResource(moved);
}

/** The step itself, in a transaction that holds the tenant's row and raises its version. */
async function takeStep(tx: Tx, { action, plan, others }: Move, actor: Actor, name: string, reason: string) {
  const { tenantId } = actor;
  const set = await findSet(tx, actor, name);
  const now = await databaseNow(tx);
  // What decides for a whole tenant is changed by somebody who is there.
  if (mustSignInAgain(actor, now)) throw new AppError('auth/step-up-required');
  const data = plan(set, { actor, reason, now });
  if (data !== null) {
    await others?.(tx, tenantId, now);
    await tx.policySet.updateMany({ where: { tenantId, version: set.version }, data });
    await record(tx, actor, action, set.version, { reason, before: set.status });
  }
  return set;
}

/** Lets a version decide, as a part of a larger change: in a transaction that holds the tenant's row and raises its version. */
export async function activateWithin(tx: Tx, actor: Actor, name: string, reason: string): Promise<void> {
  await takeStep(tx, ACTIVATE, actor, name, reason);
}

/** Takes a version out of use, as a part of a larger change: see `activateWithin`. */
export async function retireWithin(tx: Tx, actor: Actor, name: string, reason: string): Promise<void> {
  await takeStep(tx, RETIRE, actor, name, reason);
}
