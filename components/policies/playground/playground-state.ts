import { POLICY_TYPES } from '@/lib/domain/policy';
import { type TryDraft, toTryDraft } from '../try-draft';
import { type Choice, EVERY_VERSION } from './choice';

/** How much of a payload, and of the versions' names, an address carries: browsers, mail programs and proxies cut longer ones. */
const MAX_SHARED = 4000;

export interface PlaygroundState {
  draft: TryDraft;
  choice: Choice;
}

interface Params {
  get: (name: string) => string | null;
  getAll: (name: string) => string[];
}

/** What an address says; what it does not say is as in an empty form, and every version is asked. */
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
    choice: readChoice(params),
  };
}

/** `v` names the only versions that are asked, and is empty where none is; `without` names those that are left out of every version. */
function readChoice(params: Params): Choice {
  const only = params.getAll('v');
  if (only.length > 0) return { every: false, named: namesIn(only) };
  return { ...EVERY_VERSION, named: namesIn(params.getAll('without')) };
}

function namesIn(given: readonly string[]): string[] {
  return [...new Set(given)].filter((name) => name !== '');
}

/** The address of a question, for somebody else to open; null where the payload or the versions are too long for one. */
export function playgroundHref({ draft, choice }: PlaygroundState): string | null {
  const payload = compact(draft.payload);
  if (payload.length > MAX_SHARED || choice.named.join().length > MAX_SHARED) return null;
  const search = new URLSearchParams({ skill: draft.skillId, type: draft.policyType });
  if (draft.agentId.trim() !== '') search.set('agent', draft.agentId);
  if (payload !== '{}') search.set('payload', payload);
  for (const version of choice.named) search.append(choice.every ? 'without' : 'v', version);
  if (!choice.every && choice.named.length === 0) search.set('v', '');
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
