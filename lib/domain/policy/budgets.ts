import { formatCents } from './format-cents';

/** `request`: each request by itself; `day` and `month`: all that is approved in one, by the calendar in UTC. */
export const BUDGET_PERIODS = ['request', 'day', 'month'] as const;
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

/** How a violation names the period whose limit would be passed. */
export const BREACH_TYPES = {
  request: 'per_request',
  day: 'daily',
  month: 'monthly',
} as const satisfies Record<BudgetPeriod, string>;

/** How much may be approved for a scope, and how much of it the current period holds, as of when it was read. Money is integer cents. */
export interface Budget {
  budgetId: string;
  /** For whom and what it speaks; null for every agent, every skill. */
  agentId: string | null;
  skillId: string | null;
  period: BudgetPeriod;
  limitCents: number;
  /** What was reported as used. May be above the limit: things cost more than they were thought to. */
  spentCents: number;
  /** What is approved and not reported yet. */
  reservedCents: number;
}

export interface Spender {
  agentId: string | null;
  skillId: string;
}

/** The budgets that speak for something. All of them must have enough left for it. */
export function budgetsFor(budgets: readonly Budget[], { agentId, skillId }: Spender): Budget[] {
  return budgets.filter(
    (budget) =>
      (budget.agentId === null || budget.agentId === agentId) &&
      (budget.skillId === null || budget.skillId === skillId),
  );
}

/** What a budget has left in its current period, in cents; never below 0. */
export function leftCents({ limitCents, spentCents, reservedCents }: Budget): number {
  return Math.max(0, limitCents - spentCents - reservedCents);
}

/** The least that one of the budgets has left; null where there is none. */
export function tightestLeftCents(budgets: readonly Budget[]): number | null {
  return budgets.length === 0 ? null : Math.min(...budgets.map(leftCents));
}

/**
 * The budgets that have not enough left for a cost, in the order given. What costs nothing takes nothing and passes even where a limit is
 * exceeded; an unknown cost (null) cannot be measured, so no limit is exceeded by it: see `evaluatePolicy` for what it may do.
 */
export function exceededBudgets(budgets: readonly Budget[], costCents: number | null): Budget[] {
  if (costCents === null || costCents === 0) return [];
  return budgets.filter((budget) => costCents > leftCents(budget));
}

/** Why a budget does not pay for this, in a sentence. */
export function describeExceeded(budget: Budget, costCents: number): string {
  const { period, limitCents } = budget;
  const cost = formatCents(costCents);
  if (period === 'request') {
    return `This costs ${cost}, and the budget for ${describeScope(budget)} allows ${formatCents(limitCents)} for each`;
  }
  const left = formatCents(leftCents(budget));
  const name = `The ${BREACH_TYPES[period]} budget of ${formatCents(limitCents)} for ${describeScope(budget)}`;
  return `${name} has ${left} left, and this costs ${cost}`;
}

/** For whom and what a budget speaks, in the middle of a sentence. */
export function describeScope({ agentId, skillId }: Pick<Budget, 'agentId' | 'skillId'>): string {
  const what = skillId ?? 'every request';
  return agentId === null ? what : `${what} asked by ${agentId}`;
}
