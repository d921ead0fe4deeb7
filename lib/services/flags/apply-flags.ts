import type { FlagRow } from '@/lib/contracts';
import { type Actor, credentialId } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { type FlagPlan, type FlagState, type FlagTarget, isSameState, planFlagChange } from '@/lib/domain/policy';
import { newId } from '@/lib/platform/crypto';
import { appendAudit, databaseNow, type Tx } from '@/lib/platform/db';
import { listFlags, nameOf, type StoredFlag } from './flag-resource';

/** A change that waits: the request that decides it is to be made once the transaction has committed. */
export interface AskedChange {
  requestId: string;
  key: string;
  environment: string;
  from: FlagState;
  to: FlagTarget;
}

export interface AppliedFlags {
  /** Whether anything was written: the configuration's version must rise then. */
  changed: boolean;
  asked: AskedChange[];
  /** What is wanted and waits for somebody else: what is asked for now, and what had been asked for before. */
  waits: Pick<AskedChange, 'requestId' | 'key' | 'environment'>[];
}

const NOTHING: AppliedFlags = { changed: false, asked: [], waits: [] };

interface Writer {
  tx: Tx;
  actor: Actor;
  /** What the configuration's version rises to if anything changes. */
  revision: bigint;
  at: Date;
  reason: string | null;
}

/**
 * Makes the tenant's flags what is wanted, as far as that needs nobody else, in a transaction that holds the tenant's row. What is said
 * already is left as it is, with the change of it that waits.
 * @throws AppError `input/invalid` when a flag is there twice; `flag/change-pending` when something else is wanted of a flag than what
 * waits for approval.
 */
export async function applyFlags(
  { tx, actor, version, reason }: { tx: Tx; actor: Actor; version: bigint; reason: string | null },
  wanted: readonly FlagRow[],
): Promise<AppliedFlags> {
  assertDistinctFlags(wanted);
  const writer: Writer = { tx, actor, revision: version + 1n, at: await databaseNow(tx), reason };
  const applied: AppliedFlags = { changed: false, asked: [], waits: [] };
  for (const wish of pairWishes(await listFlags(tx, actor.tenantId), wanted)) {
    const one = await applyFlag(writer, wish);
    applied.changed ||= one.changed;
    applied.asked.push(...one.asked);
    applied.waits.push(...one.waits);
  }
  return applied;
}

/**
 * Refuses what `applyFlags` would refuse of the same flags because of what waits, and writes nothing.
 * @throws AppError `flag/change-pending`.
 */
export async function assertFlagsApplicable(tx: Tx, tenantId: string, wanted: readonly FlagRow[]): Promise<void> {
  for (const wish of pairWishes(await listFlags(tx, tenantId), wanted)) planWish(wish);
}

/** What is wanted of one flag: how it is now, null for a new one, and what it shall be, null where it shall go. */
interface FlagWish {
  which: StoredFlag | FlagRow;
  before: StoredFlag | null;
  row: FlagRow | null;
}

/** Every flag that is there or wanted, in the order of their names. */
function pairWishes(stored: readonly StoredFlag[], wanted: readonly FlagRow[]): FlagWish[] {
  const before = new Map(stored.map((flag) => [nameOf(flag), flag]));
  const rows = new Map(wanted.map((row) => [nameOf(row), row]));
  const flags = new Map<string, StoredFlag | FlagRow>([...rows, ...before]);
  return [...flags.keys()].sort().flatMap((name) => {
    const which = flags.get(name);
    return which === undefined ? [] : [{ which, before: before.get(name) ?? null, row: rows.get(name) ?? null }];
  });
}

type WishPlan =
  | { does: 'nothing' }
  /** The same is asked for already. */
  | { does: 'wait'; before: StoredFlag }
  | ({ does: 'switch' | 'ask' } & FlagPlan);

/** @throws AppError `flag/change-pending` when something else waits for approval. */
function planWish({ which, before, row }: FlagWish): WishPlan {
  const wanted = row === null ? null : toState(row);
  if (before !== null && wanted !== null && isSameState(before, wanted)) return { does: 'nothing' };
  const { now, waits } = planFlagChange(before, wanted);
  if (now === null || before === null || !isSameState(before, now)) return { does: 'switch', now, waits };
  if (before.pendingChange === null) return { does: 'ask', now, waits };
  if (isPending(before, waits)) return { does: 'wait', before };
  throw new AppError('flag/change-pending', {
    detail: `A change of ${nameOf(which)} waits for approval already.`,
    extra: { flag: which.key, pending_request_id: before.pendingRequestId },
  });
}

async function applyFlag(writer: Writer, wish: FlagWish): Promise<AppliedFlags> {
  const { which, before, row } = wish;
  const plan = planWish(wish);
  if (plan.does === 'nothing') return { ...NOTHING, changed: await writeWords(writer, before, row) };
  if (plan.does === 'wait') {
    return { ...NOTHING, changed: await writeWords(writer, before, row), waits: toWaiting(plan.before) };
  }
  const { now, waits } = plan;
  const switched = plan.does === 'switch';
  if (switched) await writeState(writer, wish, now);
  else await writeWords(writer, before, row);
  if (waits === null || now === null) return { ...NOTHING, changed: true };
  const revision = switched ? writer.revision : (before?.revision ?? writer.revision);
  const asked = await writeChange(writer, which, revision, now, waits);
  return { changed: true, asked: [asked], waits: [asked] };
}

function toWaiting({ key, environment, pendingRequestId: requestId }: StoredFlag): AppliedFlags['waits'] {
  return requestId === null ? [] : [{ key, environment, requestId }];
}

/** Owner and description say nothing to rules: they change without anybody's leave, and what waits goes on waiting. */
async function writeWords(
  { tx, actor, at, reason }: Writer,
  before: StoredFlag | null,
  row: FlagRow | null,
): Promise<boolean> {
  if (before === null || row === null) return false;
  const words = { owner: row.owner ?? null, description: row.description ?? null };
  if (words.owner === before.owner && words.description === before.description) return false;
  await tx.featureFlag.update({ where: keyOf(actor, before), data: { ...words, ...stamp(actor, at) } });
  await record(tx, actor, before, 'policy.flag_changed', { before: toWords(before), after: words, reason });
  return true;
}

async function writeState(
  { tx, actor, at, revision, reason }: Writer,
  { which, before, row }: FlagWish,
  now: FlagState | null,
): Promise<void> {
  const words = row === null ? toWords(which) : toWords(row);
  const data = { ...now, ...words, revision, ...stamp(actor, at) };
  const { tenantId } = actor;
  const { environment, key } = which;
  if (now === null) await tx.featureFlag.delete({ where: keyOf(actor, which) });
  else if (before === null) await tx.featureFlag.create({ data: { tenantId, environment, key, ...data, ...now } });
  else await tx.featureFlag.update({ where: keyOf(actor, which), data });
  await record(tx, actor, which, now === null ? 'policy.flag_removed' : 'policy.flag_changed', {
    before: before === null ? null : { ...toRecord(before), ...toWords(before) },
    after: now === null ? null : { ...toRecord(now), ...words },
    reason,
  });
}

async function writeChange(
  { tx, actor, at, reason }: Writer,
  { key, environment }: { key: string; environment: string },
  baseRevision: bigint,
  from: FlagState,
  to: FlagTarget,
): Promise<AskedChange> {
  const requestId = newId('request');
  await tx.featureFlagChange.create({
    data: {
      requestId,
      tenantId: actor.tenantId,
      environment,
      key,
      baseRevision,
      ...to,
      askedAt: at,
      askedBy: credentialId(actor),
      askedByName: actor.name,
    },
  });
  const data = { request_id: requestId, from: toRecord(from), to: { ...toRecord(to), removes: to.removes }, reason };
  await record(tx, actor, { key, environment }, 'policy.flag_signoff_requested', data);
  return { requestId, key, environment, from, to };
}

function record(
  tx: Tx,
  actor: Actor,
  flag: { key: string; environment: string },
  action: string,
  data: Record<string, unknown>,
): Promise<void> {
  return appendAudit(tx, actor, actor.tenantId, { action, targetKind: 'flag', targetId: nameOf(flag), data });
}

/** @throws AppError `input/invalid` when a flag is there twice. */
export function assertDistinctFlags(flags: readonly FlagRow[]): void {
  const seen = new Map<string, number>();
  for (const [index, flag] of flags.entries()) {
    const earlier = seen.get(nameOf(flag));
    if (earlier !== undefined) {
      const detail = `Flag ${earlier} has this key in this environment already`;
      throw new AppError('input/invalid', { errors: [{ pointer: `/flags/${index}/key`, detail }] });
    }
    seen.set(nameOf(flag), index);
  }
}

function isPending({ pendingChange: pending }: StoredFlag, waits: FlagTarget | null): boolean {
  if (pending === null || waits === null || pending.removes !== waits.removes) return false;
  // What is to go is gone, however it stood before.
  return waits.removes || isSameState(toState(pending), waits);
}

function keyOf({ tenantId }: Actor, { environment, key }: { environment: string; key: string }) {
  return { tenantId_environment_key: { tenantId, environment, key } };
}

function stamp(actor: Actor, at: Date) {
  return { updatedAt: at, updatedBy: credentialId(actor), updatedByName: actor.name };
}

function toState(row: Pick<FlagRow, 'enabled' | 'rollout_percentage' | 'requires_signoff'>): FlagState {
  return {
    enabled: row.enabled,
    rolloutPercentage: row.rollout_percentage,
    requiresSignoff: row.requires_signoff,
  };
}

function toWords({ owner, description }: Pick<FlagRow, 'owner' | 'description'>) {
  return { owner: owner ?? null, description: description ?? null };
}

/** A flag's state as the audit log and a request's payload write it. */
export function toRecord({ enabled, rolloutPercentage, requiresSignoff }: FlagState) {
  return { enabled, rollout_percentage: rolloutPercentage, requires_signoff: requiresSignoff };
}
