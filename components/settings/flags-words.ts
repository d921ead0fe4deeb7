import type { FlagResource } from '@/lib/contracts';
import { type FlagState, isSameState, planFlagChange } from '@/lib/domain/policy';

/** A flag as somebody is about to make it. */
export type FlagDraft = Pick<
  FlagResource,
  'key' | 'environment' | 'enabled' | 'rollout_percentage' | 'requires_signoff' | 'owner' | 'description'
>;

/** The rules of the domain decide what waits: the server's own. */
export function toState(flag: Pick<FlagDraft, 'enabled' | 'rollout_percentage' | 'requires_signoff'>): FlagState {
  return {
    enabled: flag.enabled,
    rolloutPercentage: flag.rollout_percentage,
    requiresSignoff: flag.requires_signoff,
  };
}

/** What a flag is now, in a word or two. */
export function describeState({ enabled, rollout_percentage: share }: FlagDraft): string {
  if (!enabled) return 'Off';
  return share === 100 ? 'On' : `On for ${share}%`;
}

/** What of a flag can be changed, and how each is said. */
const PARTS = {
  state: {
    label: 'it',
    say: (flag) =>
      flag.enabled || flag.rollout_percentage === 100 ? describeState(flag) : `Off, at ${flag.rollout_percentage}%`,
  },
  signoff: { label: 'sign-off', say: ({ requires_signoff: needed }) => (needed ? 'needed' : 'not needed') },
  owner: { label: 'owner', say: ({ owner }) => owner ?? 'nobody' },
  description: { label: 'description', say: ({ description }) => (description === null ? 'none' : `“${description}”`) },
} as const satisfies Record<string, { label: string; say: (flag: FlagDraft) => string }>;

/** Who did what to a flag while somebody else was editing it; `before` is what they saw of it, undefined where it was not there. */
export function describeOvertaken(before: FlagDraft | undefined, now: FlagResource | undefined): string {
  if (now === undefined) return 'Somebody has removed this flag.';
  if (before === undefined) return `${now.updated_by_name} has added this flag: ${describeState(now)}.`;
  const changed = Object.values(PARTS)
    .filter(({ say }) => say(before) !== say(now))
    .map(({ label, say }) => `${label} was ${say(before)} and is ${say(now)}`);
  return `${now.updated_by_name} has changed this flag: ${changed.join('; ')}.`;
}

/** What a change that waits makes of a flag. */
export function describePending(change: NonNullable<FlagResource['pending_change']>): string {
  if (change.removes) return 'To be removed';
  const state = change.enabled ? `on for ${change.rollout_percentage}%` : `off, at ${change.rollout_percentage}%`;
  return `To be ${state}${change.requires_signoff ? '' : ', without sign-off'}`;
}

/**
 * The request that stands in the way: one waits already, and all of this would have to wait too. What takes something back at once is done
 * whatever waits. `after` is null where the flag is to go.
 */
export function waitingInstead(flag: FlagResource | null, after: FlagDraft | null): string | null {
  if (flag === null) return null;
  const before = toState(flag);
  const { now, waits } = planFlagChange(before, after === null ? null : toState(after));
  return waits !== null && now !== null && isSameState(now, before) ? flag.pending_request_id : null;
}

export interface Foreseen {
  /** Whether somebody else has to approve. */
  asks: boolean;
  /** What happens, said before it does. */
  text: string;
}

/** What happens when this is saved; `after` is null where the flag is to go. */
export function foreseeFlag(before: FlagDraft | null, after: FlagDraft | null): Foreseen {
  const { now, waits } = planFlagChange(
    before === null ? null : toState(before),
    after === null ? null : toState(after),
  );
  if (waits === null) return { asks: false, text: describeNow(before, after) };
  const switchedOff = before?.enabled === true && now?.enabled === false;
  const takenBack = before?.enabled === true && now !== null && now.rolloutPercentage < before.rollout_percentage;
  const meanwhile = switchedOff
    ? 'It is switched off at once; the rest waits until they do.'
    : takenBack
      ? `It is on for ${now.rolloutPercentage}% only at once; the rest waits until they do.`
      : before === null
        ? 'It is made switched off, and stays off until they do.'
        : 'Until they do it stays as it is.';
  return { asks: true, text: `This asks for approval: an admin or owner other than you has to agree. ${meanwhile}` };
}

function describeNow(before: FlagDraft | null, after: FlagDraft | null): string {
  if (after === null) {
    return 'It is gone at once. Rules that ask about it fail from then on: those that deny or ask count as matched, those that allow do not.';
  }
  if (before?.enabled && !after.enabled) return 'Rules see it off from now on, for everybody.';
  if (!after.enabled) return 'It stays off.';
  const whom = after.rollout_percentage === 100 ? 'everybody' : `${after.rollout_percentage}% of those who ask`;
  return `Rules see it on from now on, for ${whom}.`;
}

/** The flags of each environment, the deployment's own first. */
export function byEnvironment(
  flags: readonly FlagResource[],
  own: string,
): { environment: string; flags: FlagResource[] }[] {
  const names = [...new Set(flags.map(({ environment }) => environment))];
  names.sort((a, b) => Number(b === own) - Number(a === own) || a.localeCompare(b));
  return names.map((environment) => ({
    environment,
    flags: flags.filter((flag) => flag.environment === environment),
  }));
}

export const isSameFlag = (a: Pick<FlagDraft, 'key' | 'environment'>, b: Pick<FlagDraft, 'key' | 'environment'>) =>
  a.key === b.key && a.environment === b.environment;
