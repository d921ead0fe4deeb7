import type { Tone } from '@/components/ui/badge';
import {
  type DeliveryResource,
  type DeliveryStatus,
  ENDPOINT_EVENT_TYPES,
  type EndpointEventType,
} from '@/lib/contracts';

/** What happened when a delivery of a type is made, as the form says it and as a list does. */
export const TYPE_WORDS = {
  'approval.created': { label: 'A request is made', short: 'made' },
  'approval.review_recorded': { label: 'Somebody signs', short: 'signed' },
  'approval.commented': { label: 'Somebody comments', short: 'commented on' },
  'approval.approved': { label: 'A request is approved', short: 'approved' },
  'approval.rejected': { label: 'A request is rejected', short: 'rejected' },
  'approval.escalated': { label: 'A request is escalated', short: 'escalated' },
  'approval.expired': { label: 'A request expires', short: 'expired' },
  'approval.cancelled': { label: 'A request is cancelled', short: 'cancelled' },
  'run.paused': { label: 'A run pauses for somebody', short: 'a paused run' },
  'run.resumed': { label: 'A run goes on', short: 'a resumed run' },
  'run.succeeded': { label: 'A run succeeds', short: 'a run that succeeded' },
  'run.failed': { label: 'A run fails', short: 'a run that failed' },
} as const satisfies Record<EndpointEventType, { label: string; short: string }>;

/** "Every event", or "Approved, rejected or expired". */
export function describeTypes(types: readonly EndpointEventType[]): string {
  if (types.length === 0) return 'Every event';
  const words = ENDPOINT_EVENT_TYPES.filter((type) => types.includes(type)).map((type) => TYPE_WORDS[type].short);
  const last = words.at(-1) ?? '';
  const list = words.length > 1 ? `${words.slice(0, -1).join(', ')} or ${last}` : last;
  return `${list.charAt(0).toUpperCase()}${list.slice(1)}`;
}

interface Look {
  word: string;
  tone: Tone;
  shape: string;
}

export const DELIVERY_LOOKS = {
  pending: { word: 'On its way', tone: 'open', shape: 'rounded-full border border-current' },
  failed: { word: 'Failed, trying again', tone: 'open', shape: 'rotate-45 border-b-2 border-current' },
  delivered: { word: 'Delivered', tone: 'yes', shape: 'rounded-full bg-current' },
  dead: { word: 'Given up', tone: 'no', shape: 'bg-current' },
} as const satisfies Record<DeliveryStatus, Look>;

/** Where a URL leads, without what it may carry besides: "acme.example/hooks". */
export function placeOf(url: string): string {
  if (!URL.canParse(url)) return url;
  const { host, pathname } = new URL(url);
  return pathname === '/' ? host : `${host}${pathname}`;
}

/** How soon to look again by itself, in milliseconds: while something is under way, of which no event tells. */
export function followMs(deliveries: readonly Pick<DeliveryResource, 'status'>[]): number | false {
  if (deliveries.some(({ status }) => status === 'pending')) return 2000;
  return deliveries.some(({ status }) => status === 'failed') ? 5000 : false;
}

/** A latency as people read it: "12 ms", "1.4 s". */
export function formatLatency(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}
