/** What became of something that was approved: it was done, it failed, or it was undone. */
export const OUTCOME_RESULTS = ['used', 'failed', 'rolled_back'] as const;
export type OutcomeResult = (typeof OUTCOME_RESULTS)[number];

/**
 * What counts as spent, in cents, of what an approval reserved. What was done cost what it really cost, and the reserved amount where
 * nobody says; what failed or was undone cost nothing, whatever it is said to have cost: an attempt that cost something was used.
 */
export function settledCents(result: OutcomeResult, reservedCents: number, actualCents: number | null): number {
  return result === 'used' ? (actualCents ?? reservedCents) : 0;
}
