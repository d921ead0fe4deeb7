import { type Asker, historyKey, NO_HISTORY, type RequestHistory, withRequest } from '@/lib/domain/policy';
import { readsHistory } from '@/lib/platform/cel';
import { nowMs } from '@/lib/platform/clock';
import { findHistories, type PolicyConfig } from '@/lib/platform/db';

/** A tenant's history, as this process knows it. */
export interface KeptHistory {
  /** Null: there is too much of it to be counted. */
  counts: Map<string, RequestHistory> | null;
  /** When reading it began. */
  readMs: number;
  /** When a rule last could have looked at it. */
  askedMs: number;
  /** What this process has created since: it may not be in what was read. */
  own: OwnRequest[];
}

interface OwnRequest {
  atMs: number;
  key: string;
  status: string;
  costCents: number | null;
}

/** A request that this process has just created. */
export interface NewRequest extends Asker {
  tenantId: string;
  skillId: string;
  status: string;
  costCents: number | null;
}

/** Whether a rule that decides, or is judged beside, looks at the history. */
export function looksAtHistory({ active, shadow }: Pick<PolicyConfig, 'active' | 'shadow'>): boolean {
  return [active, shadow].some((set) => set !== null && readsHistory(set));
}

/**
 * Counts a tenant's requests of the last day. What this process created while it was counted counts again, if it was counted already: for a
 * moment too much, never too little.
 */
export async function readHistory(tenantId: string, known: () => KeptHistory | null): Promise<KeptHistory> {
  const readMs = nowMs();
  const counts = await findHistories(tenantId);
  const before = known();
  const kept: KeptHistory = { counts, readMs, askedMs: before?.askedMs ?? readMs, own: [] };
  for (const request of before?.own ?? []) if (request.atMs >= readMs) count(kept, request);
  return kept;
}

/** Counts a request that this process has just created, before the database is asked again. */
export function addToHistory(kept: KeptHistory, { skillId, status, costCents, ...asker }: NewRequest): void {
  count(kept, { atMs: nowMs(), key: historyKey(skillId, asker), status, costCents });
}

function count({ counts, own }: KeptHistory, request: OwnRequest): void {
  own.push(request);
  counts?.set(request.key, withRequest(counts.get(request.key) ?? NO_HISTORY, request));
}
