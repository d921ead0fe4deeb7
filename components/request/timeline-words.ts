import type { TimelineTone } from '@/components/ui/timeline';
import type { ApprovalRequestResource, HistoryItem } from '@/lib/contracts';
import type { ApprovalEventType } from '@/lib/domain/approval';

/** An event, as a sentence of who and what, and what they said about it. */
export interface TimelineEntry {
  seq: number;
  at: string;
  tone: TimelineTone;
  who: string;
  did: string;
  /** What somebody wrote, in their words. */
  said: string | null;
  /** What the machine gives as its reason. */
  because: string | null;
}

type Words = Pick<TimelineEntry, 'tone' | 'did'> & { who?: string };

/** The vote an event recorded: the writer gives both the same time. */
function voteOf(request: ApprovalRequestResource, item: HistoryItem) {
  const atMs = Date.parse(item.timestamp);
  return request.approvers.find((vote) => Date.parse(vote.at) === atMs);
}

function signedAt(request: ApprovalRequestResource, item: HistoryItem): string {
  const vote = voteOf(request, item);
  if (!vote) return '';
  return `${vote.on_behalf ? ', through a bridge,' : ''} at level ${vote.level}`;
}

const WORDS = {
  'approval.created': (_, item) =>
    item.actor_type === 'api_key'
      ? { tone: 'plain', who: asker(item), did: `asked, with key “${item.actor_name}”` }
      : { tone: 'plain', did: 'asked' },
  'approval.review_recorded': (request, item) => ({ tone: 'yes', did: `signed${signedAt(request, item)}` }),
  'approval.commented': () => ({ tone: 'plain', did: 'commented' }),
  'approval.approved': (request, item) =>
    item.actor_type === 'policy'
      ? { tone: 'yes', did: 'allowed it' }
      : { tone: 'yes', did: `signed${signedAt(request, item)} and approved it` },
  'approval.rejected': (request, item) =>
    item.actor_type === 'policy'
      ? { tone: 'no', did: 'refused it' }
      : { tone: 'no', did: `rejected it${signedAt(request, item)}` },
  'approval.escalated': (_, item) => ({ tone: 'esc', did: escalated(item) }),
  'approval.expired': () => ({ tone: 'faded', who: 'Time', did: 'ran out' }),
  'approval.cancelled': (request, item) => ({
    tone: 'faded',
    did: item.actor === request.status_history[0]?.actor ? 'took it back' : 'cancelled it',
  }),
} as const satisfies Record<ApprovalEventType, (request: ApprovalRequestResource, item: HistoryItem) => Words>;

/** Each step names where it went and the level that it has needed since; the request itself says only what comes next. */
function escalated({ from_status: from, escalation }: HistoryItem): string {
  const again = from === 'escalated' ? ' again' : '';
  if (escalation === null) return `escalated it${again}`;
  return `escalated it${again}${escalation.to === null ? '' : ` to ${escalation.to}`} at level ${escalation.required_level}`;
}

/** Who is said to ask, rather than the credential's id. */
function asker(item: HistoryItem): string {
  return /^(key|usr)_/.test(item.actor) ? item.actor_name : item.actor;
}

/** The history of a request in words, newest first. */
export function toTimeline(request: ApprovalRequestResource): TimelineEntry[] {
  return request.status_history
    .map((item) => {
      const words: Words = WORDS[item.event](request, item);
      const bySomebody = item.actor_type === 'session' || item.actor_type === 'api_key';
      // Why it was asked stands at the top of the page already.
      const reason = item.event === 'approval.created' ? null : item.reason;
      return {
        seq: item.seq,
        at: item.timestamp,
        tone: words.tone,
        who: words.who ?? item.actor_name,
        did: words.did,
        said: bySomebody ? reason : null,
        because: bySomebody ? null : reason,
      };
    })
    .toReversed();
}
