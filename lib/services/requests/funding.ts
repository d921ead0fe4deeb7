import type { PolicyViolation } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { BREACH_TYPES, describeExceeded, exceededBudgets } from '@/lib/domain/policy';
import { findFunding, inTenant } from '@/lib/platform/db';
import { metrics } from '@/lib/platform/metrics';
import { exceededDetails } from '../policy';

/**
 * Says so when a budget has not enough left for a request at this moment: the reason for which a deciding vote wrote nothing.
 * @throws AppError `budget/exhausted` with the first budget that does not pay, its limit and what it holds.
 */
export async function assertFunded(actor: Actor, requestId: string): Promise<void> {
  const funding = await inTenant(actor, (tx) => findFunding(tx, actor.tenantId, requestId));
  if (funding === null || funding.costCents === null) return;
  const [budget] = exceededBudgets(funding.budgets, funding.costCents);
  if (budget === undefined) return;
  metrics().budgetDenials.inc({ breach: BREACH_TYPES[budget.period], at: 'vote' });
  throw new AppError('budget/exhausted', {
    detail: describeExceeded(budget, funding.costCents),
    extra: exceededDetails(budget, funding.costCents),
  });
}

/** Counts the budgets that kept a request from being created as anything but denied. */
export function countDenials(violations: readonly PolicyViolation[]): void {
  for (const { type, details } of violations) {
    if (type === 'BudgetExceeded') metrics().budgetDenials.inc({ breach: String(details.breach_type), at: 'creation' });
  }
}
