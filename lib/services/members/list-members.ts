import type { MemberResource, PageQuery } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { inTenant } from '@/lib/platform/db';
import { cursorPosition, decodeCursor, encodeCursor } from '@/lib/services/paging';
import { MEMBER_FIELDS, toMemberResource } from './member-resource';

const Position = cursorPosition('member');

/** A page of the members of the actor's tenant, in the order in which they came. */
export async function listMembers(
  actor: Actor,
  { limit, cursor }: Pick<PageQuery, 'limit' | 'cursor'>,
): Promise<{ data: MemberResource[]; next_cursor: string | null }> {
  const position = decodeCursor(Position, cursor);
  const [at, id] = position === null ? [] : [new Date(position[0]), position[1]];
  const rows = await inTenant(actor, (tx) =>
    tx.membership.findMany({
      where: {
        tenantId: actor.tenantId,
        removedAt: null,
        ...(at === undefined || id === undefined
          ? {}
          : { OR: [{ createdAt: { gt: at } }, { createdAt: at, memberId: { gt: id } }] }),
      },
      orderBy: [{ createdAt: 'asc' }, { memberId: 'asc' }],
      take: limit + 1,
      select: MEMBER_FIELDS,
    }),
  );
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    data: page.map(toMemberResource),
    next_cursor: more ? encodeCursor([last.createdAt.toISOString(), last.memberId]) : null,
  };
}
