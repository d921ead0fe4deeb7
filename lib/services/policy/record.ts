import { isInShare } from '@/lib/domain/ids';
import { bufferEvaluation, type EvaluationInsert, type PolicyConfig } from '@/lib/platform/db';
import { metrics } from '@/lib/platform/metrics';
import type { Evaluated } from './evaluate';
import { judgeShadow } from './shadow';

/**
 * Keeps what was only asked, if it is in the tenant's sample: in a bounded buffer of this process, which is written in batches. Never
 * waits, never fails: what there is no room for is counted as dropped.
 */
export function recordAsked(evaluationId: string, evaluated: Evaluated, config: PolicyConfig): void {
  if (!isInShare(evaluationId, config.recording.sampleRate)) {
    metrics().evaluations.inc({ outcome: 'sampled_out' });
    return;
  }
  const { judged, answer, cost, violations, explanation, errors } = evaluated;
  const { question, facts } = judged;
  bufferEvaluation({
    evaluation_id: evaluationId,
    tenant_id: config.tenantId,
    policy_type: question.policyType,
    skill_id: question.skillId,
    agent_id: question.agentId,
    question,
    facts,
    ...explanation,
    level: levelOf(answer),
    min_approvals: answer.minApprovals,
    errors,
    violations,
    cost_cents: cost.estimateCents,
    shadow: judgeShadow(judged, config),
  });
}

/**
 * What a request keeps of its evaluation beside its own columns. The worker makes the record of it, so that no end of this process can
 * lose it; it is kept whatever the sample is.
 */
export function toKeptEvaluation(evaluated: Evaluated, config: PolicyConfig): string {
  const { judged, answer, violations, errors } = evaluated;
  const { request: _, ...facts } = judged.facts;
  return JSON.stringify({
    question: judged.question,
    facts,
    level: levelOf(answer),
    min_approvals: answer.minApprovals,
    errors,
    violations,
    shadow: judgeShadow(judged, config),
  } satisfies Omit<Partial<EvaluationInsert>, 'facts'> & { facts: object });
}

function levelOf({ decision, level }: Evaluated['answer']): number | null {
  return decision === 'requires_approval' ? level : null;
}
