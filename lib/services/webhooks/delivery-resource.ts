import type { DeliveryDetail, DeliveryResource } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { isId } from '@/lib/domain/ids';
import { databaseNow, inTenant, type Prisma, type Tx } from '@/lib/platform/db';

/** Attempts shown of one delivery: the latest ones. */
const MAX_ATTEMPTS_SHOWN = 200;

export const DELIVERY_FIELDS = {
  deliveryId: true,
  tenantId: true,
  endpointId: true,
  eventId: true,
  webhookId: true,
  eventType: true,
  subjectId: true,
  status: true,
  attempts: true,
  nextAttemptAt: true,
  leasedUntil: true,
  lastStatusCode: true,
  lastError: true,
  createdAt: true,
  deliveredAt: true,
  endpoint: { select: { url: true } },
} as const satisfies Prisma.WebhookDeliverySelect;

type DeliveryRow = Prisma.WebhookDeliveryGetPayload<{ select: typeof DELIVERY_FIELDS }>;

/** A delivery as callers see it. While it is under way there is no next attempt: the stored time is the lease's end then. */
export function toDeliveryResource(row: DeliveryRow, now: Date): DeliveryResource {
  const underWay = row.leasedUntil !== null && row.leasedUntil > now;
  return {
    delivery_id: row.deliveryId,
    tenant_id: row.tenantId,
    endpoint_id: row.endpointId,
    endpoint_url: row.endpoint.url,
    event_id: row.eventId,
    webhook_id: row.webhookId,
    event_type: row.eventType as DeliveryResource['event_type'],
    request_id: row.subjectId,
    status: row.status as DeliveryResource['status'],
    attempts: row.attempts,
    next_attempt_at: underWay ? null : (row.nextAttemptAt?.toISOString() ?? null),
    last_status_code: row.lastStatusCode,
    last_error: row.lastError,
    created_at: row.createdAt.toISOString(),
    delivered_at: row.status === 'delivered' ? (row.deliveredAt?.toISOString() ?? null) : null,
  };
}

/**
 * One delivery of the actor's tenant.
 * @throws AppError `delivery/not-found`.
 */
export async function readDelivery(tx: Tx, actor: Actor, deliveryId: string): Promise<DeliveryResource> {
  const row = isId('delivery', deliveryId)
    ? await tx.webhookDelivery.findFirst({ where: { deliveryId, tenantId: actor.tenantId }, select: DELIVERY_FIELDS })
    : null;
  if (row === null) throw new AppError('delivery/not-found');
  return toDeliveryResource(row, await databaseNow(tx));
}

/**
 * One delivery, without its bytes.
 * @throws AppError `delivery/not-found`.
 */
export function findDelivery(actor: Actor, deliveryId: string): Promise<DeliveryResource> {
  return inTenant(actor, (tx) => readDelivery(tx, actor, deliveryId));
}

/**
 * One delivery with the bytes that are sent and every attempt, the oldest first.
 * @throws AppError `delivery/not-found`.
 */
export function getDelivery(actor: Actor, deliveryId: string): Promise<DeliveryDetail> {
  return inTenant(actor, async (tx) => {
    const resource = await readDelivery(tx, actor, deliveryId);
    const { body, webhookAttempts } = await tx.webhookDelivery.findUniqueOrThrow({
      where: { deliveryId_tenantId: { deliveryId, tenantId: actor.tenantId } },
      select: { body: true, webhookAttempts: { orderBy: { attempt: 'desc' }, take: MAX_ATTEMPTS_SHOWN } },
    });
    return {
      ...resource,
      body,
      attempt_log: webhookAttempts.reverse().map((attempt) => ({
        attempt: attempt.attempt,
        at: attempt.at.toISOString(),
        latency_ms: attempt.latencyMs,
        status_code: attempt.statusCode,
        error: attempt.error,
        response_head: attempt.responseHead,
        key_version: attempt.keyVersion,
      })),
    };
  });
}
