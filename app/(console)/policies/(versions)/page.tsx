import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { readEveryVersion, VERSIONS_PAGE } from '@/components/policies/every-version';
import { policyKeys } from '@/components/policies/policies-query-keys';
import { PoliciesView } from '@/components/policies/policies-view';
import { requirePageActor } from '@/lib/http/page';
import { listPolicySets } from '@/lib/services/policy';

export const metadata: Metadata = { title: 'Policies' };

/** The versions of the rules; the first read is made on the server. */
export default async function PoliciesPage() {
  const actor = await requirePageActor('policy:manage');
  const queries = new QueryClient();
  const sets = await readEveryVersion((cursor) => listPolicySets(actor, { limit: VERSIONS_PAGE, cursor }));
  queries.setQueryData(policyKeys.list, sets);
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <PoliciesView />
    </HydrationBoundary>
  );
}
