import type { KeyResource, PageQuery } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { inTenant } from '@/lib/platform/db';
import { cursorPosition, decodeCursor, encodeCursor } from '@/lib/services/paging';
import { KEY_FIELDS, toKeyResource } from './key-resource';

const Position = cursorPosition('key');

/** A page of the keys of the actor's tenant, the newest first; revoked and expired ones stay in the list. */
export async function listKeys(
  actor: Actor,
  { limit, cursor }: Pick<PageQuery, 'limit' | 'cursor'>,
): Promise<{ data: KeyResource[]; next_cursor: string | null }> {
  const position = decodeCursor(Position, cursor);
  const [at, id] = position === null ? [] : [new Date(position[0]), position[1]];
  const rows = await inTenant(actor, (tx) =>
    tx.apiKey.findMany({
      where: {
        tenantId: actor.tenantId,
        ...(at === undefined || id === undefined
          ? {}
          : { OR: [{ createdAt: { lt: at } }, { createdAt: at, keyId: { lt: id } }] }),
      },
      orderBy: [{ createdAt: 'desc' }, { keyId: 'desc' }],
      take: limit + 1,
      select: KEY_FIELDS,
    }),
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    data: page.map(toKeyResource),
    next_cursor: more ? encodeCursor([last.createdAt.toISOString(), last.keyId]) : null,
  };
}
