import type { EndpointResource, operations, QueryOf } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { databaseNow, inTenant } from '@/lib/platform/db';
import { cursorPosition, decodeCursor, encodeCursor } from '@/lib/services/paging';
import { ENDPOINT_FIELDS, readEndpoint, toEndpointResource } from './endpoint-resource';

const Position = cursorPosition('endpoint');

/** A page of the registered endpoints of the actor's tenant, the newest first. */
export async function listEndpoints(
  actor: Actor,
  { limit, cursor }: Pick<QueryOf<typeof operations.listEndpoints>, 'limit' | 'cursor'>,
): Promise<{ data: EndpointResource[]; next_cursor: string | null }> {
  const position = decodeCursor(Position, cursor);
  const [at, id] = position === null ? [] : [new Date(position[0]), position[1]];
  const { rows, now } = await inTenant(actor, async (tx) => ({
    rows: await tx.webhookEndpoint.findMany({
      where: {
        tenantId: actor.tenantId,
        kind: 'registered',
        deletedAt: null,
        ...(at === undefined || id === undefined
          ? {}
          : { OR: [{ createdAt: { lt: at } }, { createdAt: at, endpointId: { lt: id } }] }),
      },
      orderBy: [{ createdAt: 'desc' }, { endpointId: 'desc' }],
      take: limit + 1,
      select: ENDPOINT_FIELDS,
    }),
    now: await databaseNow(tx),
  }));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    data: page.map((row) => toEndpointResource(row, now)),
    next_cursor: more ? encodeCursor([last.createdAt.toISOString(), last.endpointId]) : null,
  };
}

/**
 * One registered endpoint, without its secret; a removed one included: a repeated creation answers with what it made.
 * @throws AppError `endpoint/not-found`.
 */
export function getEndpoint(actor: Actor, endpointId: string): Promise<EndpointResource> {
  return inTenant(actor, (tx) => readEndpoint(tx, actor, endpointId));
}
