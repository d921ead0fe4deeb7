import type { EventResource } from '@/lib/contracts';
import type { ApprovalEventType, ApprovalStatus } from '@/lib/domain/approval';

/** What a type of event is called where one chooses among them. */
export const TYPE_LABELS = {
  'approval.created': 'Asked',
  'approval.review_recorded': 'Signed',
  'approval.commented': 'Commented',
  'approval.approved': 'Approved',
  'approval.rejected': 'Rejected',
  'approval.escalated': 'Escalated',
  'approval.expired': 'Expired',
  'approval.cancelled': 'Cancelled',
} as const satisfies Record<ApprovalEventType, string>;

export interface EventWords {
  who: string;
  /** The credential, where it is another name than who acted. */
  through: string | null;
  did: string;
  /** The state it led to; null where it changed none. */
  became: ApprovalStatus | null;
}

/** An event as a sentence: who, and what they did. */
export function describeEvent(event: EventResource): EventWords {
  const who = nameOf(event);
  const through = event.actor_type === 'api_key' && who !== event.actor_name ? event.actor_name : null;
  const became = event.from_status === event.to_status ? null : event.to_status;
  return { who, through, did: DEEDS[event.type](event), became };
}

/** Who is said to act: a name that the caller gave, rather than the id of a credential. */
function nameOf({ actor, actor_name: name, type }: EventResource): string {
  if (type === 'approval.expired') return 'Time';
  return /^(key|usr)_/.test(actor) || actor === '' ? name : knownAs(actor, name);
}

/** What acts by itself has a proper name; agents are called what they call themselves. */
function knownAs(actor: string, name: string): string {
  return ['policy', 'escalation_worker', 'expiry'].includes(actor) ? name : actor;
}

const DEEDS = {
  'approval.created': () => 'asked',
  'approval.review_recorded': (event) => `signed${atLevel(event)}`,
  'approval.commented': () => 'commented',
  'approval.approved': (event) => (event.actor_type === 'policy' ? 'allowed it' : `approved it${atLevel(event)}`),
  'approval.rejected': (event) => (event.actor_type === 'policy' ? 'refused it' : `rejected it${atLevel(event)}`),
  'approval.escalated': ({ data }) =>
    typeof data.escalate_to === 'string' ? `escalated it to ${data.escalate_to}` : 'escalated it',
  'approval.expired': () => 'ran out',
  'approval.cancelled': () => 'cancelled it',
} as const satisfies Record<ApprovalEventType, (event: EventResource) => string>;

function atLevel({ data }: EventResource): string {
  return typeof data.level === 'number' ? ` at level ${data.level}` : '';
}
