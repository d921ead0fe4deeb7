import type { DeliveryResource, ListDeliveriesQuery } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { databaseNow, inTenant } from '@/lib/platform/db';
import { cursorPosition, decodeCursor, encodeCursor } from '@/lib/services/paging';
import { DELIVERY_FIELDS, toDeliveryResource } from './delivery-resource';

const Position = cursorPosition('delivery');

/** A page of the deliveries of the actor's tenant, the newest first, by status, endpoint and request. */
export async function listDeliveries(
  actor: Actor,
  query: Omit<ListDeliveriesQuery, 'tenant_id'>,
): Promise<{ data: DeliveryResource[]; next_cursor: string | null }> {
  const { limit, status, endpoint_id: endpointId, request_id: subjectId } = query;
  const position = decodeCursor(Position, query.cursor);
  const [at, id] = position === null ? [] : [new Date(position[0]), position[1]];
  const { rows, now } = await inTenant(actor, async (tx) => ({
    rows: await tx.webhookDelivery.findMany({
      where: {
        tenantId: actor.tenantId,
        ...(endpointId === undefined ? {} : { endpointId }),
        ...(subjectId === undefined ? {} : { subjectId }),
        ...(status === undefined || status.length === 0 ? {} : { status: { in: status } }),
        ...(at === undefined || id === undefined
          ? {}
          : { OR: [{ createdAt: { lt: at } }, { createdAt: at, deliveryId: { lt: id } }] }),
      },
      orderBy: [{ createdAt: 'desc' }, { deliveryId: 'desc' }],
      take: limit + 1,
      select: DELIVERY_FIELDS,
    }),
    now: await databaseNow(tx),
  }));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    data: page.map((row) => toDeliveryResource(row, now)),
    next_cursor: more ? encodeCursor([last.createdAt.toISOString(), last.deliveryId]) : null,
  };
}
