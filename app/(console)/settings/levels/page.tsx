import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { readEveryVersion, VERSIONS_PAGE } from '@/components/policies/every-version';
import { policyKeys } from '@/components/policies/policies-query-keys';
import { LevelsView } from '@/components/settings/levels-view';
import { levelsKey } from '@/components/settings/settings-query-keys';
import { requirePageActor } from '@/lib/http/page';
import { getLevels, listPolicySets } from '@/lib/services/policy';

export const metadata: Metadata = { title: 'Approval levels' };

/** The level configuration; the first read is made on the server. */
export default async function LevelsPage() {
  const actor = await requirePageActor('policy:manage');
  const [{ resource, etag }, sets] = await Promise.all([
    getLevels(actor),
    readEveryVersion((cursor) => listPolicySets(actor, { limit: VERSIONS_PAGE, cursor })),
  ]);
  const queries = new QueryClient();
  queries.setQueryData(levelsKey, { levels: resource.levels, etag });
  queries.setQueryData(policyKeys.list, sets);
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <LevelsView />
    </HydrationBoundary>
  );
}
