/** What has been asked for of one skill by one asker, of the requests that were made in the last hour and day. */
export interface RequestHistory {
  requests_last_hour: number;
  requests_last_day: number;
  /** Of those of the last day, how many are approved or rejected by now. */
  approved_last_day: number;
  rejected_last_day: number;
  /** What the approved ones were expected to cost together, in cents; those of unknown cost add nothing. */
  spent_last_day_cents: number;
}

/** The histories of a tenant, by `historyKey`. Who is not in it has asked for nothing. */
export type Histories = ReadonlyMap<string, RequestHistory>;

export const NO_HISTORY: RequestHistory = {
  requests_last_hour: 0,
  requests_last_day: 0,
  approved_last_day: 0,
  rejected_last_day: 0,
  spent_last_day_cents: 0,
};

/** Who asks: the agent that is named, else the key, else the person. */
export interface Asker {
  agentId: string | null;
  keyId: string | null;
  userId: string | null;
}

/** Whose history it is, of which skill. An agent that calls itself as a key is called is still an agent. */
export function historyKey(skillId: string, { agentId, keyId, userId }: Asker): string {
  if (agentId !== null) return JSON.stringify([skillId, 'agent', agentId]);
  return JSON.stringify(keyId === null ? [skillId, 'user', userId] : [skillId, 'key', keyId]);
}

/** A history with one more request, which ended at once or not, and what it was expected to cost. */
export function withRequest(
  { requests_last_hour, requests_last_day, approved_last_day, rejected_last_day, spent_last_day_cents }: RequestHistory,
  { status, costCents }: { status: string; costCents: number | null },
): RequestHistory {
  const approved = status === 'approved' ? 1 : 0;
  return {
    requests_last_hour: requests_last_hour + 1,
    requests_last_day: requests_last_day + 1,
    approved_last_day: approved_last_day + approved,
    rejected_last_day: rejected_last_day + (status === 'rejected' ? 1 : 0),
    spent_last_day_cents: Math.min(spent_last_day_cents + approved * (costCents ?? 0), Number.MAX_SAFE_INTEGER),
  };
}
