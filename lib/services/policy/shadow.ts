import type { ShadowAnswer } from '@/lib/contracts';
import type { PolicyConfig } from '@/lib/platform/db';
import { type Judged, judgeFacts, toExplanation } from './judge';
import { setName } from './set-name';

/**
 * What the shadow set would have answered; null where there is none. It changes nothing about the real answer: what goes wrong here is
 * part of what it answers.
 */
export function judgeShadow(judged: Judged, config: PolicyConfig): ShadowAnswer | null {
  const { shadow } = config;
  if (shadow === null) return null;
  try {
    const { answer, verdict } = judgeFacts(judged, config, shadow);
    const { explanation, errors } = toExplanation(answer, verdict, config, shadow);
    const needsPerson = answer.decision === 'requires_approval';
    return {
      ...explanation,
      policy_version: setName(config.tenantId, shadow.version),
      approval_level_required: needsPerson ? answer.level : null,
      min_approvals: answer.minApprovals,
      errors,
      failure: null,
    };
  } catch (error) {
    return {
      policy_version: setName(config.tenantId, shadow.version),
      decision: null,
      reasons: [],
      matched_rules: [],
      approval_level_required: null,
      min_approvals: null,
      errors: [],
      failure: error instanceof Error ? error.message : String(error),
    };
  }
}
