import { newId } from '@/lib/platform/crypto';
import type { DispatchTarget, NewDelivery, OutboxEvent } from '@/lib/platform/db/worker';
import { toWebhookPayload } from '../webhooks';

/** The deliveries that events become: one for each endpoint that wants to hear of them. */
export function planDeliveries(events: readonly OutboxEvent[], consoleUrl: string): NewDelivery[] {
  return events.flatMap((event) => {
    const body = JSON.stringify(toWebhookPayload(event, consoleUrl));
    return event.targets.map((target) => ({
      delivery_id: newId('delivery'),
      event_id: event.event_id,
      endpoint_id: target.endpoint_id,
      lane: laneOf(event.tenant_id, target),
      body,
    }));
  });
}

/**
 * What shares a limit on attempts at once: an endpoint; for the endpoints of single requests, which are as many as the requests, the
 * receiver's origin.
 */
export function laneOf(tenantId: string, target: DispatchTarget): string {
  return target.kind === 'registered' ? target.endpoint_id : `${tenantId} ${new URL(target.url).origin}`;
}
