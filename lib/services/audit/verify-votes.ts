import type { EventFields } from '@/lib/services/requests';

/** A vote as it is stored beside the history. */
export interface StoredVote {
  user_id: string;
  version: number;
  decision: string;
  level: number;
  notes: string | null;
  at: string;
}

type DecidedEvent = Pick<EventFields, 'seq' | 'version' | 'actor' | 'reason' | 'data'> & { at: string };

/**
 * Where votes and history disagree: the chain covers the events, and a vote is what an event says: who, what, at which level, when and
 * with which words. Votes that policy never asked for belong to no event.
 */
export function voteProblems(
  votes: readonly StoredVote[],
  events: readonly DecidedEvent[],
): { seq: number; problem: string }[] {
  const left = new Map(votes.map((vote) => [describeVote(vote), vote]));
  const problems: { seq: number; problem: string }[] = [];
  for (const { seq, version, actor, reason, data, at } of events) {
    if (data.decision === undefined) continue;
    const vote = { user_id: actor, version, decision: data.decision, level: data.level, notes: reason, at };
    if (!left.delete(describeVote(vote))) problems.push({ seq, problem: 'the vote is not recorded as it was given' });
  }
  for (const { user_id: userId } of left.values()) {
    problems.push({ seq: events.at(-1)?.seq ?? 0, problem: `a vote of ${userId} is in no event` });
  }
  return problems;
}

function describeVote({ user_id, version, decision, level, notes, at }: Record<keyof StoredVote, unknown>): string {
  return JSON.stringify([user_id, version, decision, level, notes, at]);
}
