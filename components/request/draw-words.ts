import { formatMoney } from '@/components/ui/money-format';
import type { BudgetDraw } from '@/lib/contracts';
import type { BudgetPeriod } from '@/lib/domain/policy';

export const PERIOD_NAMES = {
  request: 'each request',
  day: 'a day',
  month: 'a month',
} as const satisfies Record<BudgetPeriod, string>;

/** Whether an approval would be refused because this budget has not enough left. What costs nothing takes nothing. */
export function isShort({ state, amount_cents: amount, left_cents: left }: BudgetDraw): boolean {
  return state === 'open' && amount !== null && amount > 0 && amount > left;
}

/** What it would take, or took, and what that means. */
export function drawWords(draw: BudgetDraw, currency: string | null): string {
  const { state, period, amount_cents: amount, left_cents: left } = draw;
  const money = (cents: number) => formatMoney(cents, currency);
  if (amount === null) return state === 'open' ? 'The cost is unknown: nothing is reserved' : 'Nothing reserved';
  if (state === 'spent') return `${money(amount)} spent`;
  if (state === 'released') return `${money(amount)} given back`;
  if (state === 'reserved') return `${money(amount)} reserved`;
  if (isShort(draw)) {
    return period === 'request' ? `${money(amount)} is above it` : `Only ${money(left)} left: approving is refused`;
  }
  return period === 'request' ? `${money(amount)} is within it` : `${money(amount)} of ${money(left)} left`;
}
