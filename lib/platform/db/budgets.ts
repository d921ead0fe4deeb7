import { type OutcomeResult, settledCents } from '@/lib/domain/policy';
import type { Tx } from './tenant';

/**
 * Turns what a request has reserved into what was spent, or gives it back, in the periods in which it was reserved. Holds the budgets, in
 * the order of their ids, until the transaction ends. What is settled is not settled again.
 */
export async function settleReservations(
  tx: Tx,
  tenantId: string,
  requestId: string,
  outcome: { result: OutcomeResult; actualCents: number | null },
): Promise<void> {
  const held = await tx.$queryRaw<{ budgetId: string; amountCents: bigint }[]>`
    SELECT s.budget_id AS "budgetId", s.amount_cents AS "amountCents"
    FROM budget_reservations s JOIN budgets b ON b.budget_id = s.budget_id AND b.tenant_id = s.tenant_id
    WHERE s.request_id = ${requestId} AND s.tenant_id = ${tenantId} AND s.state = 'reserved'
    ORDER BY b.budget_id FOR NO KEY UPDATE OF b`;
  if (held.length === 0) return;
  const settled = held.map(({ budgetId, amountCents }) => ({
    budget_id: budgetId,
    settled_cents: settledCents(outcome.result, Number(amountCents), outcome.actualCents),
  }));
  await tx.$executeRaw`
    WITH settled AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(settled)}::jsonb) AS s (budget_id text, settled_cents bigint)
    ), reservation AS (
      UPDATE budget_reservations r SET state = ${outcome.result === 'used' ? 'spent' : 'released'}, settled_cents = s.settled_cents,
        settled_at = now_ms()
      FROM settled s WHERE r.request_id = ${requestId} AND r.tenant_id = ${tenantId} AND r.budget_id = s.budget_id
      RETURNING r.budget_id, r.period_start, r.amount_cents, r.settled_cents
    )
    UPDATE budget_periods p SET reserved_cents = p.reserved_cents - r.amount_cents, spent_cents = p.spent_cents + r.settled_cents
    FROM reservation r WHERE p.budget_id = r.budget_id AND p.period_start = r.period_start AND p.tenant_id = ${tenantId}`;
}
