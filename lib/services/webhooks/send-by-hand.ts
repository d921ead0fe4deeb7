import type { DeliveryResource } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { newId } from '@/lib/platform/crypto';
import { appendAudit, databaseNow, inTenant, lockPeople, rememberIdempotency } from '@/lib/platform/db';
import { wakeDispatcher } from '@/lib/platform/notify';
import { readDelivery } from './delivery-resource';
import { lockEndpoint } from './endpoint-resource';

/**
 * Sends an endpoint a `webhook.test`, signed and retried like any other delivery.
 * @throws AppError `endpoint/not-found`, `endpoint/disabled`, `access/forbidden` when the credential has ended.
 */
export async function testEndpoint(actor: Actor, endpointId: string, call: Call): Promise<DeliveryResource> {
  const deliveryId = newId('delivery');
  const resource = await inTenant(actor, async (tx) => {
    await lockPeople(tx, actor, null);
    const { status } = await lockEndpoint(tx, actor, endpointId);
    if (status === 'disabled') throw new AppError('endpoint/disabled');
    const now = await databaseNow(tx);
    const data = { tenant_id: actor.tenantId, endpoint_id: endpointId, delivery_id: deliveryId, sent_by: actor.name };
    await tx.webhookDelivery.create({
      data: {
        deliveryId,
        tenantId: actor.tenantId,
        endpointId,
        lane: endpointId,
        webhookId: newId('event'),
        eventType: 'webhook.test',
        body: JSON.stringify({ type: 'webhook.test', timestamp: now.toISOString(), data }),
        traceId: call.traceId,
        nextAttemptAt: now,
      },
    });
    await appendAudit(tx, actor, actor.tenantId, {
      action: 'webhook_endpoint.tested',
      targetKind: 'webhook_endpoint',
      targetId: endpointId,
      data: { delivery_id: deliveryId },
    });
    await rememberIdempotency(tx, actor, call, deliveryId);
    return readDelivery(tx, actor, deliveryId);
  });
  wakeDispatcher();
  return resource;
}

/**
 * Sends a delivery again, at once and with the whole schedule before it: the same id and bytes, signed anew. Works for what was
 * delivered, failed or is dead.
 * @throws AppError `delivery/not-found`, `delivery/in-flight` while it is being sent, `endpoint/disabled`, `access/forbidden` when
 * the credential has ended.
 */
export async function redeliver(actor: Actor, deliveryId: string, call: Call): Promise<DeliveryResource> {
  const resource = await inTenant(actor, async (tx) => {
    await lockPeople(tx, actor, null);
    const { endpoint_id: endpointId } = await readDelivery(tx, actor, deliveryId);
    const endpoint = await tx.webhookEndpoint.findUniqueOrThrow({
      where: { endpointId_tenantId: { endpointId, tenantId: actor.tenantId } },
      select: { status: true, disabledReason: true },
    });
    if (endpoint.status === 'disabled') {
      throw new AppError('endpoint/disabled', { detail: endpoint.disabledReason ?? undefined });
    }
    const reopened = await tx.$executeRaw`
      UPDATE webhook_deliveries SET status = 'pending', round_attempts = 0, next_attempt_at = now_ms(), leased_until = NULL,
        fence = fence + 1, updated_at = now_ms()
      WHERE delivery_id = ${deliveryId} AND tenant_id = ${actor.tenantId}
        AND (status IN ('delivered', 'dead') OR (status = 'failed' AND leased_until IS NULL))`;
    if (reopened === 0) throw new AppError('delivery/in-flight');
    await appendAudit(tx, actor, actor.tenantId, {
      action: 'webhook_delivery.sent_again',
      targetKind: 'webhook_delivery',
      targetId: deliveryId,
    });
    await rememberIdempotency(tx, actor, call, deliveryId);
    return readDelivery(tx, actor, deliveryId);
  });
  wakeDispatcher();
  return resource;
}
