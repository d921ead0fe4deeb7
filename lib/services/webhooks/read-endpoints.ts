import { z } from 'zod';
import type { EndpointResource } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { AppError } from '@/lib/domain/errors';
import { isId } from '@/lib/domain/ids';
import { databaseNow, inTenant, type Tx } from '@/lib/platform/db';
import { decodeCursor, encodeCursor } from '../paging';
import { ENDPOINT_FIELDS, findEndpointRow, toEndpointResource } from './endpoint-resource';

const Position = z.tuple([z.iso.datetime(), z.string().refine((id) => isId('endpoint', id))]);

/**
 * An endpoint inside a transaction.
 * @throws AppError `endpoint/not-found`.
 */
export async function readEndpoint(tx: Tx, tenantId: string, endpointId: string): Promise<EndpointResource> {
  const row = isId('endpoint', endpointId) ? await findEndpointRow(tx, tenantId, endpointId) : null;
  if (row === null) throw new AppError('endpoint/not-found');
  return toEndpointResource(row, await databaseNow(tx));
}

/**
 * A registered endpoint of the actor's tenant.
 * @throws AppError `endpoint/not-found`.
 */
export function getEndpoint(actor: Actor, endpointId: string): Promise<EndpointResource> {
  return inTenant(actor, (tx) => readEndpoint(tx, actor.tenantId, endpointId));
}

/** A page of the registered endpoints of the actor's tenant, the newest first. */
export async function listEndpoints(
  actor: Actor,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ data: EndpointResource[]; next_cursor: string | null }> {
  const position = decodeCursor(Position, cursor);
  return inTenant(actor, async (tx) => {
    const rows = await tx.webhookEndpoint.findMany({
      where: {
        tenantId: actor.tenantId,
        kind: 'registered',
        deletedAt: null,
        ...(position === null
          ? {}
          : {
              OR: [
                { createdAt: { lt: new Date(position[0]) } },
                { createdAt: new Date(position[0]), endpointId: { lt: position[1] } },
              ],
            }),
      },
      orderBy: [{ createdAt: 'desc' }, { endpointId: 'desc' }],
      take: limit + 1,
      select: ENDPOINT_FIELDS,
    });
    const now = await databaseNow(tx);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const more = rows.length > limit && last !== undefined;
    return {
      data: page.map((row) => toEndpointResource(row, now)),
      next_cursor: more ? encodeCursor([last.createdAt.toISOString(), last.endpointId]) : null,
    };
  });
}
