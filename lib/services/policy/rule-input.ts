import type { Actor } from '@/lib/domain/access';
import type { RuleInput } from '@/lib/platform/cel';
import type { CostEstimate } from './cost';
import type { Asked } from './evaluate';

/** What something would cost, and what the tightest budget has left for it; null where none applies. */
export type BudgetedCost = CostEstimate & { budgetLeftCents: number | null };

/** The variables that conditions read, from what is asked, what it would cost, who asks, and when. No query. */
export function toRuleInput(asked: Asked, cost: BudgetedCost, who: Actor, nowMs: number): RuleInput {
  const { estimateCents, budgetLeftCents } = cost;
  return {
    request: {
      policy_type: asked.policy_type,
      skill_id: asked.skill_id,
      agent_id: asked.agent_id ?? '',
      payload: asked.payload,
    },
    cost: {
      ...(estimateCents === null ? { known: false } : { known: true, estimate_cents: estimateCents }),
      ...(budgetLeftCents === null ? {} : { budget_left_cents: budgetLeftCents }),
    },
    actor: { id: who.userId ?? who.keyId ?? '', name: who.name, role: who.role ?? '', level: who.level, via: who.via },
    tenant: { id: who.tenantId },
    now: nowMs,
  };
}
