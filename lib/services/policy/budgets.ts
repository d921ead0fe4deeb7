import type { BudgetDraws, BudgetResource, BudgetRow, BudgetsResource } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { isId } from '@/lib/domain/ids';
import { type Budget, leftCents } from '@/lib/domain/policy';
import { newId } from '@/lib/platform/crypto';
import {
  appendAudit,
  type DrawRow,
  databaseNow,
  findBudgets,
  findDraws,
  findFunding,
  inTenant,
  lockBudgets,
  lockPeople,
  type StoredBudget,
  type Tx,
} from '@/lib/platform/db';
import { forgetTenantConfig } from './config-cache';
import { assertUnchanged, entityTagOf } from './entity-tag';

export interface VersionedBudgets {
  resource: BudgetsResource;
  /** Of the budgets as they are set: neither spending nor another change of the configuration is one of these. */
  etag: string;
}

type ScopedRow = Pick<BudgetRow, 'agent_id' | 'skill_id' | 'period'>;

/** The budgets of the actor's tenant that are in use, with what their current periods hold. */
export function getBudgets(actor: Actor): Promise<VersionedBudgets> {
  return inTenant(actor, (tx) => readVersioned(tx, actor.tenantId));
}

/**
 * Replaces the budgets, if nobody changed them since `call.ifMatch` was read. A budget is its scope and period: one that is
 * there goes on with what was spent, one that is left out is retired with its periods, and one that was retired goes on where it was.
 * @throws AppError `config/changed` (412), `input/invalid` when two rows have the same scope and period or a `budget_id` names another one,
 * `access/forbidden` when the credential has ended, `tenant/not-found`.
 */
export async function putBudgets(actor: Actor, rows: readonly BudgetRow[], call: Call): Promise<VersionedBudgets> {
  assertDistinctBudgets(rows);
  const versioned = await inTenant(actor, async (tx) => {
    await lockPeople(tx, actor, null);
    assertUnchanged(call, (await readVersioned(tx, actor.tenantId)).etag);
    await replaceBudgets(tx, actor, rows);
    await tx.$executeRaw`UPDATE tenants SET config_version = config_version + 1 WHERE tenant_id = ${actor.tenantId}`;
    return readVersioned(tx, actor.tenantId);
  });
  forgetTenantConfig(actor.tenantId);
  return versioned;
}

/** The budgets that are in use, as they are set: without their ids, and without what was spent. */
export async function readBudgetRows(tx: Tx, tenantId: string): Promise<BudgetRow[]> {
  return (await findBudgets(tx, tenantId)).map((budget) => ({ ...toRow(budget), budget_id: null }));
}

/** Sets these budgets in place of those there are, and into the audit log who did. Whoever calls it holds the tenant's row and raises its version. */
export async function replaceBudgets(tx: Tx, actor: Actor, rows: readonly BudgetRow[]): Promise<void> {
  const { tenantId } = actor;
  const before = await findBudgets(tx, tenantId);
  await lockBudgets(tx, tenantId);
  await writeBudgets(tx, tenantId, rows);
  await appendAudit(tx, actor, tenantId, {
    action: 'policy.budgets_replaced',
    targetKind: 'tenant',
    targetId: tenantId,
    data: { before: before.map(toRow), budgets: rows },
  });
}

/**
 * Which budgets approving a request would draw from, with what they have left, or what its approval has drawn.
 * @throws AppError `request/not-found`.
 */
export async function getBudgetDraws(actor: Actor, requestId: string): Promise<BudgetDraws> {
  if (!isId('request', requestId)) throw new AppError('request/not-found');
  return inTenant(actor, async (tx) => {
    const request = await tx.approvalRequest.findFirst({
      where: { id: requestId, tenantId: actor.tenantId },
      select: { status: true },
    });
    const funding = await findFunding(tx, actor.tenantId, requestId);
    if (request === null || funding === null) throw new AppError('request/not-found');
    if (request.status === 'pending' || request.status === 'escalated') {
      return { budgets: funding.budgets.map((budget) => toOpenDraw(budget, funding.costCents)) };
    }
    const draws = await findDraws(tx, actor.tenantId, requestId);
    return { budgets: draws.map((draw) => toDraw(draw, funding.costCents)) };
  });
}

async function writeBudgets(tx: Tx, tenantId: string, rows: readonly BudgetRow[]): Promise<void> {
  const known = await tx.budget.findMany({ where: { tenantId } });
  const byScope = new Map(known.map((budget) => [budgetScopeOf(toScopedRow(budget)), budget]));
  const at = await databaseNow(tx);
  const kept = new Set<string>();
  // Budgets are told in the order of their ids: those that are new follow one another as they were given.
  const ids = rows.map(() => newId('budget')).sort();
  for (const [index, row] of rows.entries()) {
    const found = byScope.get(budgetScopeOf(row));
    assertNamed(row, index, found?.budgetId);
    const data = { limitCents: row.limit_cents, description: row.description ?? null };
    if (found === undefined) {
      const scope = { agentId: row.agent_id ?? null, skillId: row.skill_id ?? null, period: row.period };
      await tx.budget.create({ data: { budgetId: ids[index] ?? newId('budget'), tenantId, ...scope, ...data } });
      continue;
    }
    kept.add(found.budgetId);
    const same =
      found.retiredAt === null &&
      Number(found.limitCents) === row.limit_cents &&
      found.description === data.description;
    if (same) continue;
    await tx.budget.update({
      where: { budgetId: found.budgetId, tenantId },
      data: { ...data, updatedAt: at, retiredAt: null },
    });
  }
  const gone = known.filter((budget) => budget.retiredAt === null && !kept.has(budget.budgetId));
  await tx.budget.updateMany({
    where: { tenantId, budgetId: { in: gone.map(({ budgetId }) => budgetId) } },
    data: { retiredAt: at, updatedAt: at },
  });
}

/** Whoever names a budget means that one: its scope and period do not change. */
function assertNamed(row: BudgetRow, index: number, budgetId: string | undefined): void {
  if (row.budget_id == null || row.budget_id === budgetId) return;
  const detail = 'No budget of this scope and period has this id; leave it out to set one';
  throw new AppError('input/invalid', { errors: [{ pointer: `/budgets/${index}/budget_id`, detail }] });
}

/** @throws AppError `input/invalid` when two rows have the same scope and period. */
export function assertDistinctBudgets(rows: readonly BudgetRow[]): void {
  const seen = new Map<string, number>();
  for (const [index, row] of rows.entries()) {
    const earlier = seen.get(budgetScopeOf(row));
    if (earlier !== undefined) {
      const detail = `Budget ${earlier} has the same scope and period`;
      throw new AppError('input/invalid', { errors: [{ pointer: `/budgets/${index}`, detail }] });
    }
    seen.set(budgetScopeOf(row), index);
  }
}

/** Which budget it is: no two have the same scope and period. */
export function budgetScopeOf(row: ScopedRow): string {
  return JSON.stringify([row.agent_id ?? null, row.skill_id ?? null, row.period]);
}

function toScopedRow(budget: { agentId: string | null; skillId: string | null; period: string }): ScopedRow {
  return { agent_id: budget.agentId, skill_id: budget.skillId, period: budget.period as ScopedRow['period'] };
}

async function readVersioned(tx: Tx, tenantId: string): Promise<VersionedBudgets> {
  const budgets = await findBudgets(tx, tenantId);
  return {
    resource: { tenant_id: tenantId, budgets: budgets.map(toResource) },
    etag: entityTagOf(budgets.map(toRow)),
  };
}

function toRow({ budgetId, agentId, skillId, period, limitCents, description }: StoredBudget): BudgetRow {
  return { budget_id: budgetId, agent_id: agentId, skill_id: skillId, period, limit_cents: limitCents, description };
}

function toResource(budget: StoredBudget): BudgetResource {
  return {
    budget_id: budget.budgetId,
    agent_id: budget.agentId,
    skill_id: budget.skillId,
    period: budget.period,
    limit_cents: budget.limitCents,
    description: budget.description,
    spent_cents: shown(budget.spentCents),
    reserved_cents: shown(budget.reservedCents),
    left_cents: leftCents(budget),
    resets_at: budget.resetsAt,
  };
}

/** What is reported may add up to more than a number of JSON carries exactly. */
function shown(cents: number): number {
  return Math.min(cents, Number.MAX_SAFE_INTEGER);
}

function toOpenDraw(budget: Budget, costCents: number | null): BudgetDraws['budgets'][number] {
  return {
    budget_id: budget.budgetId,
    agent_id: budget.agentId,
    skill_id: budget.skillId,
    period: budget.period,
    state: 'open',
    amount_cents: costCents,
    limit_cents: budget.limitCents,
    left_cents: leftCents(budget),
  };
}

function toDraw(draw: DrawRow, costCents: number | null): BudgetDraws['budgets'][number] {
  return {
    budget_id: draw.budgetId,
    agent_id: draw.agentId,
    skill_id: draw.skillId,
    period: draw.period,
    state: draw.state,
    amount_cents: draw.state === 'spent' ? draw.settledCents : costCents === null ? null : draw.amountCents,
    limit_cents: draw.limitCents,
    left_cents: Math.max(0, draw.limitCents - draw.beforeCents),
  };
}
