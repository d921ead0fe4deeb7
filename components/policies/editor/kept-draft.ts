import type { SetDraft } from './set-draft';

/** Where somebody's unsaved changes are kept in this browser: by tenant, by person, and by what they began with. */
export interface DraftPlace {
  tenantId: string;
  userId: string;
  /** The version they began with, `starter`, or nothing. */
  from: string;
}

export interface KeptDraft {
  draft: SetDraft;
  /** RFC 3339. */
  at: string;
}

/** Raised when a draft has another shape: an older one is then forgotten. */
const SHAPE = 1;

function keyOf({ tenantId, userId, from }: DraftPlace): string {
  return `countersign.policy-draft.${tenantId}.${userId}.${from}`;
}

/** What was kept, or null where there is nothing that can be gone on with. */
export function findKeptDraft(place: DraftPlace): KeptDraft | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(place)) ?? 'null');
    return isKept(kept) ? { draft: kept.draft, at: kept.at } : null;
  } catch {
    // Storage may be blocked altogether, or hold what somebody else wrote there: the editor begins as if nothing was kept.
    return null;
  }
}

function isKept(value: unknown): value is KeptDraft & { shape: number } {
  return typeof value === 'object' && value !== null && 'shape' in value && value.shape === SHAPE && 'draft' in value;
}

/** Keeps a draft; answers whether the browser could. */
export function keepDraft(place: DraftPlace, draft: SetDraft, nowMs: number): boolean {
  try {
    localStorage.setItem(keyOf(place), JSON.stringify({ shape: SHAPE, draft, at: new Date(nowMs).toISOString() }));
    return true;
  } catch {
    // Blocked or full: the page then says that nothing is kept.
    return false;
  }
}

export function forgetDraft(place: DraftPlace): void {
  try {
    localStorage.removeItem(keyOf(place));
  } catch {
    // As above: nothing was kept.
  }
}
