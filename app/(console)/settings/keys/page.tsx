import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { KeysView } from '@/components/settings/keys-view';
import { keysKey, SETTINGS_PAGE } from '@/components/settings/settings-query-keys';
import type { MemberResource } from '@/lib/contracts';
import { type Actor, grantableScopes } from '@/lib/domain/access';
import { requirePageActor } from '@/lib/http/page';
import { listKeys } from '@/lib/services/keys';
import { listMembers } from '@/lib/services/members';

export const metadata: Metadata = { title: 'API keys' };

export default async function KeysPage() {
  const actor = await requirePageActor('keys:manage');
  const [keys, members] = await Promise.all([listKeys(actor, { limit: SETTINGS_PAGE }), listEveryMember(actor)]);
  const queries = new QueryClient();
  queries.setQueryData(keysKey, { pages: [keys], pageParams: [null] });
  const viewer = {
    tenantId: actor.tenantId,
    memberId: actor.memberId,
    name: actor.name,
    scopes: grantableScopes(actor, null),
    bindsOthers: actor.role === 'owner',
    members: members.map(({ member_id: memberId, name, level }) => ({ memberId, name, level })),
  };
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <KeysView viewer={viewer} />
    </HydrationBoundary>
  );
}

/** Everybody whom a key may act as, by name. */
async function listEveryMember(actor: Actor): Promise<MemberResource[]> {
  const members: MemberResource[] = [];
  let cursor: string | undefined;
  do {
    const page = await listMembers(actor, { limit: SETTINGS_PAGE, cursor });
    members.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return members;
}
