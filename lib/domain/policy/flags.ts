/** What switches a flag: everything about it that an answer of policy, or a sign-off, can depend on. */
export interface FlagState {
  enabled: boolean;
  /** Percent of those who ask, 0 to 100. */
  rolloutPercentage: number;
  /** Whether somebody else must agree before it lets more through. */
  requiresSignoff: boolean;
}

/** A flag as evaluation reads it. */
export interface FlagConfig {
  key: string;
  enabled: boolean;
  rolloutPercentage: number;
}

/** What a flag is to become. */
export interface FlagTarget extends FlagState {
  removes: boolean;
}

export interface FlagPlan {
  /** What holds from now on; null: there is no such flag any more. */
  now: FlagState | null;
  /** What somebody else must agree to first; null: nothing waits. */
  waits: FlagTarget | null;
}

/**
 * What of a change holds at once, and what waits for somebody else. Where a flag needs sign-off, before or after the change, it is neither
 * switched on nor rolled out further, nor is the need for sign-off taken away or the flag removed (it could be made anew without one), by
 * who asks for it. Whatever only takes back (switching off, a smaller rollout, a new need for sign-off) holds at once, also where the rest
 * of the same change waits. `before` is null for a new flag, `wanted` for one that is to go.
 */
export function planFlagChange(before: FlagState | null, wanted: FlagState | null): FlagPlan {
  if (wanted === null) {
    if (before?.requiresSignoff !== true) return { now: null, waits: null };
    const off = { enabled: false, rolloutPercentage: before.rolloutPercentage, requiresSignoff: true };
    return { now: off, waits: { ...off, removes: true } };
  }
  const from = before ?? { ...wanted, enabled: false };
  if (!from.requiresSignoff && !wanted.requiresSignoff) return { now: wanted, waits: null };
  const now = {
    enabled: from.enabled && wanted.enabled,
    rolloutPercentage: Math.min(from.rolloutPercentage, wanted.rolloutPercentage),
    requiresSignoff: true,
  };
  return { now, waits: isSameState(now, wanted) ? null : { ...wanted, removes: false } };
}

export function isSameState(a: FlagState, b: FlagState): boolean {
  return (
    a.enabled === b.enabled && a.rolloutPercentage === b.rolloutPercentage && a.requiresSignoff === b.requiresSignoff
  );
}

/** In whose name a question is asked, among all who ask: 0 to 99.99, from a digest in hexadecimal of at least 12 digits. */
export function bucketOf(digest: string): number {
  return Math.floor((Number.parseInt(digest.slice(0, 12), 16) / 2 ** 48) * 10_000) / 100;
}

/** Whether a flag is on for a bucket. Raising the rollout only adds: who was in stays in. */
export function isFlagOn(flag: FlagConfig, bucket: () => number): boolean {
  if (!flag.enabled || flag.rolloutPercentage === 0) return false;
  return flag.rolloutPercentage === 100 || bucket() < flag.rolloutPercentage;
}
