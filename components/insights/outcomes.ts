import type { Volume } from '@/lib/contracts';

type Outcome = Exclude<keyof Volume['buckets'][number], 'start'>;

interface Look {
  word: string;
  hue: string;
  opacity: number;
  /** Its name, in the hue that can be read as text. */
  ink: string;
}

/** How each outcome is drawn, from the ground up; one hue per status, the same as everywhere else. */
export const OUTCOMES = {
  approved: { word: 'approved', hue: 'var(--yes)', opacity: 0.8, ink: 'text-yes' },
  approved_by_policy: { word: 'allowed by policy', hue: 'var(--yes)', opacity: 0.36, ink: 'text-yes' },
  rejected: { word: 'rejected', hue: 'var(--no)', opacity: 1, ink: 'text-no' },
  expired: { word: 'expired', hue: 'var(--edge)', opacity: 1, ink: 'text-ink-3' },
  cancelled: { word: 'cancelled', hue: 'var(--line-strong)', opacity: 1, ink: 'text-ink-3' },
  open: { word: 'open', hue: 'var(--open)', opacity: 0.85, ink: 'text-open' },
} as const satisfies Record<Outcome, Look>;

export const OUTCOME_NAMES = Object.keys(OUTCOMES) as Outcome[];

/** How many requests these are together. */
export function countAll(outcomes: Record<Outcome, number>): number {
  return OUTCOME_NAMES.reduce((sum, name) => sum + outcomes[name], 0);
}

/** The share of what has ended that was approved, by people or policy; null while nothing has. */
export function approvedShare({
  approved,
  approved_by_policy,
  rejected,
  expired,
  cancelled,
}: Volume['total']): number | null {
  const ended = approved + approved_by_policy + rejected + expired + cancelled;
  return ended === 0 ? null : (approved + approved_by_policy) / ended;
}

/** The share of all requests that were escalated at some time; null where there are none. */
export function escalatedShare(total: Volume['total']): number | null {
  const all = countAll(total);
  return all === 0 ? null : total.escalated / all;
}
