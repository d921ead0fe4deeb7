import type { Asked } from './evaluate';

/** What something would cost. */
export interface CostEstimate {
  /** Integer cents; null when nobody knows, which never approves anything by itself. */
  estimateCents: number | null;
}

/** What a question would cost: what its payload says in `amount_cents`. No query. */
export function estimateCost(asked: Asked): CostEstimate {
  return { estimateCents: countIn(asked.payload, 'amount_cents') };
}

/** A non-negative safe integer of the payload; anything else is unknown, and the unknown approves nothing. */
export function countIn(payload: Record<string, unknown>, name: string): number | null {
  const value = Object.hasOwn(payload, name) ? payload[name] : null;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}
