import { z } from 'zod';
import { BUDGET_PERIODS } from '@/lib/domain/policy';
import { defineOperation, RULES_BODY_LIMITS } from './operation';
import { OneRequestQuery, RequestParams } from './requests';
import { Cents, Id, Label, NullableTimestamp, TenantId } from './scalars';

export const BudgetPeriodSchema = z
  .enum(BUDGET_PERIODS)
  .meta({ description: 'Each request by itself, or all that is approved in a day or month of the calendar in UTC' });

/** One budget as it is set. Left-out dimensions match everything. */
export const BudgetRow = z.strictObject({
  budget_id: Id.nullish().meta({ description: 'As it was read; left out, the budget of this scope and period' }),
  agent_id: Label.nullish(),
  skill_id: Label.nullish(),
  period: BudgetPeriodSchema,
  limit_cents: Cents,
  description: z.string().trim().min(1).max(500).nullish(),
});
export type BudgetRow = z.output<typeof BudgetRow>;

export const BudgetsBody = z.strictObject({
  tenant_id: TenantId.optional(),
  budgets: z.array(BudgetRow).max(200),
});
export type BudgetsBody = z.output<typeof BudgetsBody>;

/** A budget with what its current period holds: used, approved and not reported yet, and left. */
export const BudgetResource = z.object({
  budget_id: z.string(),
  agent_id: z.string().nullable(),
  skill_id: z.string().nullable(),
  period: BudgetPeriodSchema,
  limit_cents: Cents,
  description: z.string().nullable(),
  spent_cents: Cents,
  reserved_cents: Cents,
  left_cents: Cents,
  resets_at: NullableTimestamp,
});
export type BudgetResource = z.output<typeof BudgetResource>;

export const BudgetsResource = z.object({ tenant_id: TenantId, budgets: z.array(BudgetResource) });
export type BudgetsResource = z.output<typeof BudgetsResource>;

/** Where a request stands with a budget: an approval would draw from it, or has. */
export const DRAW_STATES = ['open', 'reserved', 'spent', 'released'] as const;
export const BudgetDraw = z.object({
  budget_id: z.string(),
  agent_id: z.string().nullable(),
  skill_id: z.string().nullable(),
  period: BudgetPeriodSchema,
  state: z.enum(DRAW_STATES),
  amount_cents: Cents.nullable().meta({ description: 'What it would take, or took; null where nobody knows the cost' }),
  limit_cents: Cents,
  left_cents: Cents.meta({ description: 'In the current period while the request is open, else when it was approved' }),
});
export type BudgetDraw = z.output<typeof BudgetDraw>;
export const BudgetDraws = z.object({ budgets: z.array(BudgetDraw) });
export type BudgetDraws = z.output<typeof BudgetDraws>;

const TenantQuery = z.strictObject({ tenant_id: TenantId.optional() });

export const getBudgets = defineOperation({
  id: 'getBudgets',
  method: 'GET',
  path: '/api/v1/policy/budgets',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Read the budgets, and what their current periods hold',
  description:
    'The ETag is what `If-Match` of the PUT wants; it changes with the budgets alone, and not with what is spent.',
  query: TenantQuery,
  response: BudgetsResource,
});

export const putBudgets = defineOperation({
  id: 'putBudgets',
  method: 'PUT',
  path: '/api/v1/policy/budgets',
  access: 'policy:manage',
  tag: 'Policy',
  summary: 'Replace the budgets',
  description:
    'A budget is its scope and period: when its limit changes it goes on with what was spent, and when it is left out it is retired, not ' +
    'erased. One that is set again goes on where it was.',
  query: TenantQuery,
  body: BudgetsBody,
  bodyLimits: RULES_BODY_LIMITS,
  response: BudgetsResource,
  ifMatch: 'required',
  example: {
    budgets: [
      { period: 'month', limit_cents: 5_000_000 },
      { skill_id: 'payments.transfer', agent_id: 'billing-bot', period: 'day', limit_cents: 500_000 },
    ],
  },
});

export const getBudgetDraws = defineOperation({
  id: 'getBudgetDraws',
  method: 'GET',
  path: '/api/v1/policy/requests/{id}/budget-draws',
  access: 'requests:read',
  tag: 'Requests',
  summary: 'Which budgets approving a request would draw from, or has drawn from',
  params: RequestParams,
  query: OneRequestQuery,
  response: BudgetDraws,
});
