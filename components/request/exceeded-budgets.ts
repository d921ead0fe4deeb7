import type { ApprovalRequestResource } from '@/lib/contracts';

/** A budget that did not pay, as it was when the request was denied; in integer cents. */
export interface ExceededBudget {
  message: string;
  limit: number;
  spent: number;
  reserved: number;
  requested: number;
}

/** The budgets among what stood against a request. Whatever has not their figures is told by the reasons alone. */
export function exceededOf({ violations }: Pick<ApprovalRequestResource['policy'], 'violations'>): ExceededBudget[] {
  return violations.flatMap(({ type, message, details }) => {
    const { limit_cents: limit, spent_cents: spent, reserved_cents: reserved, requested_cents: requested } = details;
    const isWhole =
      typeof limit === 'number' &&
      typeof spent === 'number' &&
      typeof reserved === 'number' &&
      typeof requested === 'number';
    return type === 'BudgetExceeded' && isWhole ? [{ message, limit, spent, reserved, requested }] : [];
  });
}
