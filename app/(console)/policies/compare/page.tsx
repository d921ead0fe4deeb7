import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { CompareView } from '@/components/policies/compare/compare-view';
import { readEveryVersion, VERSIONS_PAGE } from '@/components/policies/every-version';
import { policyKeys } from '@/components/policies/policies-query-keys';
import { requirePageActor } from '@/lib/http/page';
import { listPolicySets } from '@/lib/services/policy';

export const metadata: Metadata = { title: 'Compare versions' };

/** Two versions of the rules side by side; the two themselves are read by the page, which may choose others. */
export default async function ComparePage() {
  const actor = await requirePageActor('policy:manage');
  const queries = new QueryClient();
  const sets = await readEveryVersion((cursor) => listPolicySets(actor, { limit: VERSIONS_PAGE, cursor }));
  queries.setQueryData(policyKeys.list, sets);
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <CompareView />
    </HydrationBoundary>
  );
}
