import { missingFields } from '@/components/settings/form-problem';
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
  const payload = readPayload(draft.payload);
  if (typeof payload === 'string') return { faults: { ...faults, payload } };
  if (Object.keys(faults).length > 0) return { faults };
  const agentId = draft.agentId.trim();
  return {
    question: {
      skill_id: draft.skillId,
      agent_id: agentId === '' ? null : agentId,
      policy_type: draft.policyType,
      payload,
    },
  };
}

/** The payload, or what is wrong with it. An empty one is an empty object. */
function readPayload(text: string): TryQuestion['payload'] | string {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as TryQuestion['payload'];
    return 'A payload is an object: {"amount_cents": 250000}.';
  } catch (error) {
    if (error instanceof SyntaxError) return `This is not JSON: ${error.message}.`;
    throw error;
  }
}
