import type { Actor } from '@/lib/domain/access';
import { budgetsFor, type CostBand, historyKey, NO_HISTORY, tightestLeftCents } from '@/lib/domain/policy';
import type { RuleInput } from '@/lib/platform/cel';
import type { PolicyConfig } from '@/lib/platform/db';
import type { CostEstimate } from './cost';
import type { Asked } from './evaluate';
import { flagsFor } from './flags';

/** The variables that conditions read, from what is asked, what it would cost, who asks, and when. No query. */
export function toRuleInput(
  asked: Asked,
  { band }: Pick<CostEstimate, 'band'>,
  who: Actor,
  config: Pick<PolicyConfig, 'flags' | 'budgets' | 'history'>,
  nowMs: number,
): RuleInput {
  const spender = { agentId: asked.agent_id ?? null, skillId: asked.skill_id };
  const budgetLeftCents = tightestLeftCents(budgetsFor(config.budgets, spender));
  const asker = { agentId: asked.agent_id ?? null, keyId: who.keyId, userId: who.userId };
  return {
    request: {
      policy_type: asked.policy_type,
      skill_id: asked.skill_id,
      agent_id: asked.agent_id ?? '',
      payload: asked.payload,
    },
    cost: { ...toRuleCost(band), ...(budgetLeftCents === null ? {} : { budget_left_cents: budgetLeftCents }) },
    actor: { id: who.userId ?? who.keyId ?? '', name: who.name, role: who.role ?? '', level: who.level, via: who.via },
    tenant: { id: who.tenantId },
    flags: flagsFor(config, asked, who),
    ...(config.history ? { history: config.history.get(historyKey(asked.skill_id, asker)) ?? NO_HISTORY } : {}),
    now: nowMs,
  };
}

/** The cost, as conditions see it. */
export function toRuleCost(band: CostBand | null): RuleInput['cost'] {
  if (band === null) return { known: false };
  return { known: true, estimate_cents: band.p50Cents, p95_cents: band.p95Cents, confidence: band.confidence };
}
