import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { MembersView } from '@/components/settings/members-view';
import { membersKey, SETTINGS_PAGE } from '@/components/settings/settings-query-keys';
import { grantableLevel, grantableRoles } from '@/lib/domain/access';
import { requirePageActor } from '@/lib/http/page';
import { listMembers } from '@/lib/services/members';

export const metadata: Metadata = { title: 'Members' };

export default async function MembersPage() {
  const actor = await requirePageActor('members:manage');
  const queries = new QueryClient();
  const first = await listMembers(actor, { limit: SETTINGS_PAGE });
  queries.setQueryData(membersKey, { pages: [first], pageParams: [null] });
  const viewer = {
    tenantId: actor.tenantId,
    userId: actor.userId,
    roles: grantableRoles(actor),
    reach: grantableLevel(actor),
  };
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <MembersView viewer={viewer} />
    </HydrationBoundary>
  );
}
