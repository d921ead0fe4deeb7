import { formatMoney } from '@/components/ui/money-format';
import type { BudgetResource, BudgetRow } from '@/lib/contracts';
import type { BudgetPeriod } from '@/lib/domain/policy';

export const PERIOD_WORDS = {
  request: { label: 'Each request', each: 'for each request', hint: 'None may cost more' },
  day: { label: 'Day', each: 'a day', hint: 'From midnight to midnight, UTC' },
  month: { label: 'Month', each: 'a month', hint: 'From the first of the month, UTC' },
} as const satisfies Record<BudgetPeriod, { label: string; each: string; hint: string }>;

/** For what a budget speaks, as a title: its skill, its agent, both, or everything. */
export function scopeTitle({
  agent_id: agent,
  skill_id: skill,
}: Pick<BudgetResource, 'agent_id' | 'skill_id'>): string {
  if (skill !== null) return agent === null ? skill : `${skill} by ${agent}`;
  return agent === null ? 'Everything' : `Everything by ${agent}`;
}

/** A limit with its period: "5,000.00 a day". */
export function limitWords({ limit_cents, period }: Pick<BudgetResource, 'limit_cents' | 'period'>): string {
  return `${formatMoney(limit_cents)} ${PERIOD_WORDS[period].each}`;
}

/** What is left, or by how much it is exceeded: things may cost more than they were thought to. */
export function leftWords(budget: Pick<BudgetResource, 'limit_cents' | 'spent_cents' | 'reserved_cents'>): string {
  const left = budget.limit_cents - budget.spent_cents - budget.reserved_cents;
  if (left < 0) return `${formatMoney(-left)} over`;
  return left === 0 ? 'Nothing left' : `${formatMoney(left)} left`;
}

/** Typed money as integer cents: "5,000.00", "5000", "12.5"; null for anything else, and for more than a number holds exactly. */
export function toCents(typed: string): number | null {
  const text = typed.trim();
  const match = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?$/.exec(text);
  if (match === null) return null;
  const cents = Number(`${match[1]?.replaceAll(',', '')}${(match[2] ?? '').padEnd(2, '0')}`);
  return Number.isSafeInteger(cents) ? cents : null;
}

/** A budget as it is written: what the server says of it, and is not to be told, is left out. */
export function toRow(budget: BudgetResource): BudgetRow {
  const { budget_id, agent_id, skill_id, period, limit_cents, description } = budget;
  return { budget_id, agent_id, skill_id, period, limit_cents, description };
}

type Scope = Pick<BudgetRow, 'skill_id' | 'agent_id' | 'period'>;

/** Whether two are one budget: a scope and a period have one. */
export function isSameBudget(one: Scope, other: Scope): boolean {
  const partsOf = ({ skill_id: skill, agent_id: agent, period }: Scope) => [skill ?? null, agent ?? null, period];
  return JSON.stringify(partsOf(one)) === JSON.stringify(partsOf(other));
}
