import { CURRENT_BUDGETS } from '../budgets';
import { prismaAs } from '../client';
import { Prisma } from '../generated/client';

/** What a budget holds in its current period, in cents. */
export interface BudgetUsage {
  tenantId: string;
  budgetId: string;
  spentCents: number;
  reservedCents: number;
}

/** What the budgets of some tenants hold at this moment; those that hold nothing are not there. */
export async function listBudgetUsage(tenantIds: readonly string[]): Promise<BudgetUsage[]> {
  const rows = await prismaAs('countersign_hot').$queryRaw<{ usage: BudgetUsage }[]>`
    SELECT jsonb_build_object('tenantId', b.tenant_id, 'budgetId', b.budget_id, 'spentCents', p.spent_cents,
      'reservedCents', p.reserved_cents) AS usage
    FROM ${CURRENT_BUDGETS} WHERE b.tenant_id = ANY (${[...tenantIds]}) AND b.retired_at IS NULL AND p.budget_id IS NOT NULL`;
  return rows.map(({ usage }) => usage);
}

/**
 * Holds the budgets that speak for the rows of `approving` (tenant_id, skill_id, agent_id) before anything looks at the clock: one row,
 * always. Locks come in the order of the budgets' ids, after those of requests.
 */
export function holdBudgets(approving: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`SELECT count(lock_budgets(a.tenants, a.skills, a.agents)) AS n
    FROM (SELECT array_agg(tenant_id) AS tenants, array_agg(skill_id) AS skills, array_agg(agent_id) AS agents
      FROM ${approving} HAVING count(*) > 0) a`;
}
