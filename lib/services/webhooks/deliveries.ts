import { z } from 'zod';
import type { DeliveryDetail, DeliveryResource, ListDeliveriesQuery } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { isId } from '@/lib/domain/ids';
import { newId } from '@/lib/platform/crypto';
import { appendAudit, databaseNow, inTenant, type Prisma, rememberIdempotency, type Tx } from '@/lib/platform/db';
import { wakeDispatcher } from '@/lib/platform/notify';
import { decodeCursor, encodeCursor } from '../paging';
import { readEndpoint } from './read-endpoints';

const Position = z.tuple([z.iso.datetime(), z.string().refine((id) => isId('delivery', id))]);

const FIELDS = {
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
  lastStatusCode: true,
  lastError: true,
  createdAt: true,
  deliveredAt: true,
  endpoint: { select: { url: true } },
} satisfies Prisma.WebhookDeliverySelect;

type DeliveryRow = Prisma.WebhookDeliveryGetPayload<{ select: typeof FIELDS }>;

function toDeliveryResource(row: DeliveryRow): DeliveryResource {
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
    next_attempt_at: row.nextAttemptAt?.toISOString() ?? null,
    last_status_code: row.lastStatusCode,
    last_error: row.lastError,
    created_at: row.createdAt.toISOString(),
    delivered_at: row.deliveredAt?.toISOString() ?? null,
  };
}

/** A page of the tenant's deliveries, the newest first. */
export async function listDeliveries(
  actor: Actor,
  query: ListDeliveriesQuery,
): Promise<{ data: DeliveryResource[]; next_cursor: string | null }> {
  const position = decodeCursor(Position, query.cursor);
  const rows = await inTenant(actor, (tx) =>
    tx.webhookDelivery.findMany({
      where: {
        tenantId: actor.tenantId,
        ...(query.endpoint_id === undefined ? {} : { endpointId: query.endpoint_id }),
        ...(query.request_id === undefined ? {} : { subjectId: query.request_id }),
        ...(query.status === undefined ? {} : { status: { in: query.status } }),
        ...(position === null
          ? {}
          : {
              OR: [
                { createdAt: { lt: new Date(position[0]) } },
                { createdAt: new Date(position[0]), deliveryId: { lt: position[1] } },
              ],
            }),
      },
      orderBy: [{ createdAt: 'desc' }, { deliveryId: 'desc' }],
      take: query.limit + 1,
      select: FIELDS,
    }),
  );
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  const more = rows.length > query.limit && last !== undefined;
  return {
    data: page.map(toDeliveryResource),
    next_cursor: more ? encodeCursor([last.createdAt.toISOString(), last.deliveryId]) : null,
  };
}

/**
 * A delivery with every attempt.
 * @throws AppError `delivery/not-found`.
 */
export async function getDelivery(actor: Actor, deliveryId: string): Promise<DeliveryDetail> {
  const row = await inTenant(actor, (tx) =>
    tx.webhookDelivery.findFirst({
      where: { deliveryId, tenantId: actor.tenantId },
      select: { ...FIELDS, body: true, webhookAttempts: { orderBy: { attempt: 'asc' } } },
    }),
  );
  if (row === null) throw new AppError('delivery/not-found');
  return {
    ...toDeliveryResource(row),
    body: row.body,
    attempt_log: row.webhookAttempts.map((attempt) => ({
      attempt: attempt.attempt,
      at: attempt.at.toISOString(),
      latency_ms: attempt.latencyMs,
      status_code: attempt.statusCode,
      error: attempt.error,
      response_head: attempt.responseHead,
      key_version: attempt.keyVersion,
    })),
  };
}

async function readDelivery(tx: Tx, tenantId: string, deliveryId: string): Promise<DeliveryResource> {
  const row = await tx.webhookDelivery.findFirst({ where: { deliveryId, tenantId }, select: FIELDS });
  if (row === null) throw new AppError('delivery/not-found');
  return toDeliveryResource(row);
}

/** A delivery without its attempts; what a replayed call answers with. */
export function getDeliveryResource(actor: Actor, deliveryId: string): Promise<DeliveryResource> {
  return inTenant(actor, (tx) => readDelivery(tx, actor.tenantId, deliveryId));
}

/**
 * Sends a delivery again, whatever became of it, with the same `webhook-id` and a schedule from the beginning.
 * @throws AppError `delivery/not-found`, `delivery/in-flight` while an attempt is under way.
 */
export async function redeliver(actor: Actor, deliveryId: string, call: Call): Promise<DeliveryResource> {
  const resource = await inTenant(actor, async (tx) => {
    const [row] = await tx.$queryRaw<{ leased: boolean }[]>`
      SELECT coalesce(leased_until > now_ms(), false) AS leased FROM webhook_deliveries
      WHERE delivery_id = ${deliveryId} AND tenant_id = ${actor.tenantId} FOR UPDATE`;
    if (row === undefined) throw new AppError('delivery/not-found');
    if (row.leased) throw new AppError('delivery/in-flight');
    // A higher fence shuts out a worker that still believes in its lease.
    await tx.$executeRaw`
      UPDATE webhook_deliveries SET status = 'pending', next_attempt_at = now_ms(), round_attempts = 0, leased_until = NULL,
        fence = fence + 1, updated_at = now_ms()
      WHERE delivery_id = ${deliveryId} AND tenant_id = ${actor.tenantId}`;
    await appendAudit(tx, actor, actor.tenantId, {
      action: 'webhook.redelivered',
      targetKind: 'delivery',
      targetId: deliveryId,
    });
    await rememberIdempotency(tx, actor, call, deliveryId);
    return readDelivery(tx, actor.tenantId, deliveryId);
  });
  wakeDispatcher();
  return resource;
}

/**
 * Sends a `webhook.test` to an endpoint, signed and tried like any other delivery.
 * @throws AppError `endpoint/not-found`.
 */
export async function testEndpoint(actor: Actor, endpointId: string, call: Call): Promise<DeliveryResource> {
  const deliveryId = newId('delivery');
  const resource = await inTenant(actor, async (tx) => {
    const endpoint = await readEndpoint(tx, actor.tenantId, endpointId);
    const at = await databaseNow(tx);
    const body = {
      type: 'webhook.test',
      timestamp: at.toISOString(),
      data: { endpoint_id: endpoint.endpoint_id, tenant_id: actor.tenantId, sent_by: actor.name },
    };
    await tx.webhookDelivery.create({
      data: {
        deliveryId,
        tenantId: actor.tenantId,
        endpointId,
        webhookId: newId('event'),
        eventType: body.type,
        body: JSON.stringify(body),
        traceId: call.traceId,
        nextAttemptAt: at,
      },
    });
    await rememberIdempotency(tx, actor, call, deliveryId);
    return readDelivery(tx, actor.tenantId, deliveryId);
  });
  wakeDispatcher();
  return resource;
}
