import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { readEveryVersion, VERSIONS_PAGE } from '@/components/policies/every-version';
import { policyKeys } from '@/components/policies/policies-query-keys';
import { VersionView } from '@/components/policies/version-view';
import type { PolicySetResource } from '@/lib/contracts';
import { isAppError } from '@/lib/domain/errors';
import { requirePageActor } from '@/lib/http/page';
import { getPolicySet, listPolicySets } from '@/lib/services/policy';

interface Props {
  params: Promise<{ version: string }>;
}

/** Who looks and what they look at, read once for the page and its title. */
const readPage = cache(async (segment: string) => {
  const actor = await requirePageActor('policy:manage');
  // The segment is as it stands in the address, where browsers and mail programs may have written %40.
  const name = segment.replace(/%40/, '@');
  const set = await getPolicySet(actor, name).catch((error: unknown): PolicySetResource | null => {
    if (isAppError(error) && error.code === 'policy-set/not-found') return null;
    throw error;
  });
  return { actor, set };
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { set } = await readPage((await params).version);
  return { title: set === null ? 'Not found' : `Policy ${set.version}` };
}

/** One version of the rules on a page of its own: read, tried, activated, retired. */
export default async function VersionPage({ params }: Props) {
  const { actor, set } = await readPage((await params).version);
  if (set === null) notFound();
  const queries = new QueryClient();
  queries.setQueryData(policyKeys.one(set.version), set);
  const sets = await readEveryVersion((cursor) => listPolicySets(actor, { limit: VERSIONS_PAGE, cursor }));
  queries.setQueryData(policyKeys.list, sets);
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <VersionView version={set.version} />
    </HydrationBoundary>
  );
}
