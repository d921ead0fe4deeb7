import type { PolicyDecision } from './evaluate';

/** What an answer means to whoever asked: whether they may, and who must say so. Level and people are those of a required approval. */
export interface Standing {
  decision: PolicyDecision;
  level: number | null;
  minApprovals: number | null;
}

/** The standing of an answer; what an allow or a deny says of levels and people means nothing. */
export function standingOf({ decision, level, minApprovals }: Standing): Standing {
  return decision === 'requires_approval'
    ? { decision, level, minApprovals }
    : { decision, level: null, minApprovals: null };
}

/** A text that is the same for the same standing. */
export function standingKey({ decision, level, minApprovals }: Standing): string {
  return `${decision}/${level ?? ''}/${minApprovals ?? ''}`;
}

/** Whether two answers mean the same. */
export function isSameStanding(a: Standing, b: Standing): boolean {
  return standingKey(standingOf(a)) === standingKey(standingOf(b));
}
