import type { EvaluationResource } from '@/lib/contracts';
import type { TryDraft } from '../try-draft';
import type { Heard, Question, Reply } from './ask-versions';
import { differencesOf } from './differences';

/** A question that was asked, and what has been heard. */
export interface Asking {
  question: Question;
  /** What the form said, and which version decided, when it was asked. */
  draft: TryDraft;
  active: string | null;
  now: EvaluationResource | null;
  replies: ReadonlyMap<string, Reply>;
  /** Once what decides now has changed, what was heard does not belong to what would be heard. */
  phase: 'asking' | 'resting' | 'overtaken';
  /** Why it went no further, if something failed. */
  error: unknown;
}

export function beginAsking(asked: Pick<Asking, 'question' | 'draft' | 'active'>): Asking {
  return { ...asked, now: null, replies: new Map(), phase: 'asking', error: null };
}

/** What is known after another call; nothing of it, where what decides now answers otherwise than it did in the first call. */
export function hear(asking: Asking, { now, replies }: Heard): Asking {
  if (asking.now !== null && now !== null && isOther(now, asking.now)) return { ...asking, phase: 'overtaken' };
  return { ...asking, now: asking.now ?? now, replies: new Map([...asking.replies, ...replies]) };
}

function isOther(now: EvaluationResource, before: EvaluationResource): boolean {
  return now.policy_version !== before.policy_version || differencesOf(now, before).size > 0;
}
