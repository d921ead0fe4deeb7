import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { readEveryVersion, VERSIONS_PAGE } from '@/components/policies/every-version';
import { readPlayground } from '@/components/policies/playground/playground-state';
import { PlaygroundView } from '@/components/policies/playground/playground-view';
import { policyKeys } from '@/components/policies/policies-query-keys';
import { requirePageActor } from '@/lib/http/page';
import { listPolicySets } from '@/lib/services/policy';

export const metadata: Metadata = { title: 'Policy playground' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** A question to every version of the rules; the address carries it. */
export default async function PlaygroundPage({ searchParams }: Props) {
  const actor = await requirePageActor('policy:manage');
  const given = await searchParams;
  const getAll = (name: string) => [given[name]].flat().filter((value) => value !== undefined);
  const asked = readPlayground({ get: (name) => getAll(name)[0] ?? null, getAll });
  const queries = new QueryClient();
  const sets = await readEveryVersion((cursor) => listPolicySets(actor, { limit: VERSIONS_PAGE, cursor }));
  queries.setQueryData(policyKeys.list, sets);
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <PlaygroundView tenantId={actor.tenantId} start={asked} asks={given.skill !== undefined} />
    </HydrationBoundary>
  );
}
