import { type Budget, type OutcomeResult, settledCents } from '@/lib/domain/policy';
import { Prisma } from './generated/client';
import type { Tx } from './tenant';

/** A budget as it is stored and shown, with what its current period holds. */
export interface StoredBudget extends Budget {
  description: string | null;
  /** When the current period ends (RFC 3339); null for a budget of each request. */
  resetsAt: string | null;
}

/** What a budget `b` is, with what it holds in its current period `p`, as one value. */
export const BUDGET = Prisma.sql`jsonb_build_object('budgetId', b.budget_id, 'agentId', b.agent_id, 'skillId', b.skill_id,
  'period', b.period, 'limitCents', b.limit_cents, 'spentCents', coalesce(p.spent_cents, 0),
  'reservedCents', coalesce(p.reserved_cents, 0))`;

/** The budgets in use, each with its current period by the database's clock. */
export const CURRENT_BUDGETS = Prisma.sql`budgets b LEFT JOIN budget_periods p
  ON p.budget_id = b.budget_id AND p.tenant_id = b.tenant_id AND p.period_start = budget_period_start(b.period, now_ms())`;

/** The budgets of a tenant that are in use, the oldest first. */
export async function findBudgets(tx: Tx, tenantId: string): Promise<StoredBudget[]> {
  const [row] = await tx.$queryRaw<[{ budgets: StoredBudget[] }]>`
    SELECT coalesce(
      jsonb_agg(${BUDGET} || jsonb_build_object('description', b.description, 'resetsAt', rfc3339_ms(
        (budget_period_start(b.period, now_ms()) + CASE b.period WHEN 'day' THEN interval '1 day' ELSE interval '1 month' END)
          AT TIME ZONE 'UTC')) ORDER BY b.budget_id), '[]'::jsonb) AS budgets
    FROM ${CURRENT_BUDGETS} WHERE b.tenant_id = ${tenantId} AND b.retired_at IS NULL`;
  return row.budgets;
}

/**
 * Holds every budget of a tenant, retired ones included, until the transaction ends, in the order in which reservations hold them: what was
 * taken before this under the old limits is there, and what comes after it meets the new ones.
 */
export async function lockBudgets(tx: Tx, tenantId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM budgets WHERE tenant_id = ${tenantId} ORDER BY budget_id FOR NO KEY UPDATE`;
}

/** What a request costs, and the budgets that speak for it now. */
export interface Funding {
  /** Null where nobody knows. */
  costCents: number | null;
  budgets: Budget[];
}

/** What would have to pay for a request at this moment; null when there is no such request in the tenant. */
export async function findFunding(tx: Tx, tenantId: string, requestId: string): Promise<Funding | null> {
  const rows = await tx.$queryRaw<{ costCents: bigint | null; budgets: Budget[] }[]>`
    SELECT r.simulated_cost_cents AS "costCents", coalesce((
      SELECT jsonb_agg(${BUDGET} ORDER BY b.budget_id) FROM ${CURRENT_BUDGETS}
      WHERE b.tenant_id = r.tenant_id AND b.retired_at IS NULL AND (b.skill_id IS NULL OR b.skill_id = r.skill_id)
        AND (b.agent_id IS NULL OR b.agent_id = r.agent_id)), '[]'::jsonb) AS budgets
    FROM approval_requests r WHERE r.id = ${requestId} AND r.tenant_id = ${tenantId}`;
  const [row] = rows;
  return row === undefined ? null : { ...row, costCents: row.costCents === null ? null : Number(row.costCents) };
}

/** What an approval took from a budget, and what became of that. */
export interface DrawRow extends Pick<Budget, 'budgetId' | 'agentId' | 'skillId' | 'period' | 'limitCents'> {
  state: 'reserved' | 'spent' | 'released';
  amountCents: number;
  settledCents: number | null;
  /** What the period held before it. */
  beforeCents: number;
}

/** What the approval of a request took from budgets, the oldest budget first. */
export async function findDraws(tx: Tx, tenantId: string, requestId: string): Promise<DrawRow[]> {
  const rows = await tx.$queryRaw<{ draw: DrawRow }[]>`
    SELECT jsonb_build_object('budgetId', b.budget_id, 'agentId', b.agent_id, 'skillId', b.skill_id, 'period', b.period,
      'limitCents', s.limit_cents, 'state', s.state, 'amountCents', s.amount_cents, 'settledCents', s.settled_cents,
      'beforeCents', s.before_cents) AS draw
    FROM budget_reservations s JOIN budgets b ON b.budget_id = s.budget_id AND b.tenant_id = s.tenant_id
    WHERE s.request_id = ${requestId} AND s.tenant_id = ${tenantId} ORDER BY b.budget_id`;
  return rows.map(({ draw }) => draw);
}

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
