'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Loaded } from '@/components/ui/loaded';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import type { MemberResource } from '@/lib/contracts';
import { ROLES } from '@/lib/domain/access';
import { AddMemberDialog } from './members-add-dialog';
import { ChangeMemberDialog } from './members-change-dialog';
import { MembersCoverage } from './members-coverage-strip';
import { RemoveMemberDialog } from './members-remove-dialog';
import { MembersTable } from './members-table';
import type { MembersViewer } from './members-viewer';
import { ROLE_WORDS } from './members-words';
import { membersQuery, rowsOf } from './settings-queries';

/** Who belongs to the tenant and what they may sign, and what its reader may change about it. */
export function MembersView({ viewer }: { viewer: MembersViewer }) {
  const query = useInfiniteQuery(membersQuery);
  const [changing, setChanging] = useState<MemberResource | null>(null);
  const [removing, setRemoving] = useState<MemberResource | null>(null);
  const members = rowsOf(query.data);
  const addButton = <AddMemberDialog tenantId={viewer.tenantId} roles={viewer.roles} />;
  return (
    <div className="grid gap-6">
      <PageHeader
        title="Members"
        description={query.data === undefined || query.hasNextPage ? undefined : describePeople(members)}
        actions={addButton}
      />
      <Loaded query={query} what="The members" loading={<SkeletonRows label="Loading members" />}>
        {(_, stale) => (
          <>
            {stale}
            {query.hasNextPage ? null : <MembersCoverage members={members} />}
            <MembersTable members={members} viewer={viewer} onChange={setChanging} onRemove={setRemoving} />
            {query.hasNextPage ? (
              <Button
                className="justify-self-center"
                busy={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                Show more
              </Button>
            ) : null}
          </>
        )}
      </Loaded>
      <ChangeMemberDialog member={changing} roles={viewer.roles} onClose={() => setChanging(null)} />
      <RemoveMemberDialog member={removing} onClose={() => setRemoving(null)} />
    </div>
  );
}

/** "7 people: 2 owners, 1 admin, 4 operators". */
function describePeople(members: readonly MemberResource[]): string {
  const counts = ROLES.toReversed()
    .map((role) => ({ role, count: members.filter((member) => member.role === role).length }))
    .filter(({ count }) => count > 0)
    .map(({ role, count }) => `${count} ${count === 1 ? role : ROLE_WORDS[role].plural}`);
  return `${members.length} ${members.length === 1 ? 'person' : 'people'}: ${counts.join(', ')}`;
}
