export const POLICY_TYPES = ['cost', 'capability', 'resource', 'rate_limit'] as const;
export type PolicyType = (typeof POLICY_TYPES)[number];

/** A further step of an escalation, counted from the one before it. */
export interface EscalationStep {
  afterSeconds: number;
  to: string | null;
  /** The level that the step raises the request to; null leaves it. */
  level: number | null;
}

/** One row of the approval level configuration: for what it speaks, who must approve and how long they have. */
export interface LevelConfig {
  policyType: PolicyType | null;
  agentId: string | null;
  skillId: string | null;
  level: number;
  minApprovals: number;
  autoApproveMaxCostCents: number | null;
  autoApproveMaxTokens: number | null;
  escalateAfterSeconds: number | null;
  escalateTo: string | null;
  escalateLevel: number | null;
  /** What follows the first step, each after its own time without a decision. */
  escalateThen: readonly EscalationStep[];
  expiresInSeconds: number | null;
  minRejectLevel: number | null;
}

export interface LevelQuestion {
  policyType: PolicyType;
  skillId: string;
  agentId: string | null;
}

/**
 * The row that speaks for a question: all its dimensions match, most dimensions set wins, a tie goes to skill, then agent, then policy
 * type. Null when no row matches.
 */
export function mostSpecific(rows: readonly LevelConfig[], question: LevelQuestion): LevelConfig | null {
  let best: LevelConfig | null = null;
  let bestRank = -1;
  for (const row of rows) {
    if (row.policyType !== null && row.policyType !== question.policyType) continue;
    if (row.skillId !== null && row.skillId !== question.skillId) continue;
    if (row.agentId !== null && row.agentId !== question.agentId) continue;
    const rank = specificity(row);
    if (rank > bestRank) {
      best = row;
      bestRank = rank;
    }
  }
  return best;
}

/** Dimensions set, then which: skill outweighs agent, agent outweighs policy type. */
function specificity(row: LevelConfig): number {
  const skill = row.skillId === null ? 0 : 1;
  const agent = row.agentId === null ? 0 : 1;
  const type = row.policyType === null ? 0 : 1;
  return (skill + agent + type) * 8 + skill * 4 + agent * 2 + type;
}
