import { readJsonObject } from '@/components/code/json-text';
import { missingFields } from '@/components/ui/form-problem';
import type { RuleBody } from '@/lib/contracts';
import type { PolicyType } from '@/lib/domain/policy';

type RuleExample = RuleBody['examples'][number];

/** What is typed into the form that tries a version. */
export interface TryDraft {
  skillId: string;
  agentId: string;
  policyType: PolicyType;
  /** JSON, as it is typed. */
  payload: string;
}

/** What is asked of policy, without saying which version is. */
export interface TryQuestion {
  skill_id: string;
  agent_id: string | null;
  policy_type: PolicyType;
  payload: RuleExample['request']['payload'];
}

const EMPTY: TryDraft = { skillId: '', agentId: '', policyType: 'cost', payload: '{}' };

/** The form as an example of a rule fills it; empty without one. */
export function toTryDraft(example: RuleExample | undefined): TryDraft {
  if (example === undefined) return EMPTY;
  const { skill_id: skillId, agent_id: agentId, policy_type: policyType, payload } = example.request;
  return { skillId, agentId: agentId ?? '', policyType, payload: JSON.stringify(payload, null, 2) };
}

/** What the form asks, or what is wrong with it, by field. */
export function readTryDraft(draft: TryDraft): { question: TryQuestion } | { faults: Record<string, string> } {
  const faults = missingFields({ skill_id: draft.skillId });
  const payload = readJsonObject(draft.payload);
  if ('fault' in payload) return { faults: { ...faults, payload: payload.fault.message } };
  if (Object.keys(faults).length > 0) return { faults };
  const agentId = draft.agentId.trim();
  return {
    question: {
      skill_id: draft.skillId,
      agent_id: agentId === '' ? null : agentId,
      policy_type: draft.policyType,
      // What JSON.parse answers is JSON.
      payload: payload.value as TryQuestion['payload'],
    },
  };
}
