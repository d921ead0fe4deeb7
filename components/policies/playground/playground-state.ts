import { POLICY_TYPES } from '@/lib/domain/policy';
import { type TryDraft, toTryDraft } from '../try-draft';

/** How much of a payload an address carries: browsers, mail programs and proxies cut longer ones. */
const MAX_SHARED_PAYLOAD = 4000;
/** So many answers can still be told apart beside each other. */
export const MAX_CHOSEN = 5;

export interface PlaygroundState {
  draft: TryDraft;
  /** The versions that are asked besides what decides now. */
  versions: string[];
}

interface Params {
  get: (name: string) => string | null;
  getAll: (name: string) => string[];
}

/** What an address says; what it does not say is as in an empty form. */
export function readPlayground(params: Params): PlaygroundState {
  const empty = toTryDraft(undefined);
  const type = params.get('type');
  const payload = params.get('payload');
  return {
    draft: {
      skillId: params.get('skill') ?? empty.skillId,
      agentId: params.get('agent') ?? empty.agentId,
      policyType: POLICY_TYPES.find((known) => known === type) ?? empty.policyType,
      payload: payload === null ? empty.payload : spread(payload),
    },
    versions: [...new Set(params.getAll('v'))].slice(0, MAX_CHOSEN),
  };
}

/** The address of a question, for somebody else to open; null where the payload is too long for one. */
export function playgroundHref({ draft, versions }: PlaygroundState): string | null {
  const payload = compact(draft.payload);
  if (payload.length > MAX_SHARED_PAYLOAD) return null;
  const search = new URLSearchParams({ skill: draft.skillId, type: draft.policyType });
  if (draft.agentId.trim() !== '') search.set('agent', draft.agentId);
  if (payload !== '{}') search.set('payload', payload);
  for (const version of versions) search.append('v', version);
  return `/policies/playground?${search}`;
}

/** JSON without its spaces; what is none stays as it is. */
function compact(text: string): string {
  return rewrite(text, (value) => JSON.stringify(value));
}

function spread(text: string): string {
  return rewrite(text, (value) => JSON.stringify(value, null, 2));
}

function rewrite(text: string, write: (value: unknown) => string): string {
  try {
    return write(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
