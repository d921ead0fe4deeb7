import type { PolicyViolation } from '@/lib/contracts';
import { BREACH_TYPES, type Budget, describeExceeded, describeStop, exceededBudgets } from '@/lib/domain/policy';
import type { PolicyConfig } from '@/lib/platform/db';

/**
 * What stands against something whatever the rules say; each of these denies it. `budgets` are those that speak for it, `costCents` is null
 * where nobody knows. No query.
 */
export function violationsOf(
  config: PolicyConfig,
  budgets: readonly Budget[],
  costCents: number | null,
): PolicyViolation[] {
  return [
    ...stopViolations(config),
    ...exceededBudgets(budgets, costCents).map((budget) => toViolation(budget, costCents ?? 0)),
  ];
}

function stopViolations({ emergencyStop }: PolicyConfig): PolicyViolation[] {
  if (!emergencyStop.active) return [];
  const message = describeStop(emergencyStop.reason);
  return [{ type: 'EmergencyStop', policy: 'emergency_stop', message, details: {} }];
}

function toViolation(budget: Budget, requestedCents: number): PolicyViolation {
  return {
    type: 'BudgetExceeded',
    policy: 'budget',
    message: describeExceeded(budget, requestedCents),
    details: exceededDetails(budget, requestedCents),
  };
}

/** Which budget does not pay for something, and how far it is: the same in a violation and in the problem of a vote. */
export function exceededDetails(budget: Budget, requestedCents: number) {
  return {
    breach_type: BREACH_TYPES[budget.period],
    limit_cents: budget.limitCents,
    spent_cents: budget.spentCents,
    reserved_cents: budget.reservedCents,
    requested_cents: requestedCents,
    scope: { budget_id: budget.budgetId, agent_id: budget.agentId, skill_id: budget.skillId },
  };
}
