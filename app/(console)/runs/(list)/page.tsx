import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { runKeys } from '@/components/live/query-keys';
import { findViewer } from '@/components/request/viewer';
import { readFilters, toListQuery } from '@/components/runs/runs-filters';
import { RunsView } from '@/components/runs/runs-view';
import { ListRunsQuery } from '@/lib/contracts';
import { requirePageActor } from '@/lib/http/page';
import { listRuns } from '@/lib/services/runs';

export const metadata: Metadata = { title: 'Runs' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** The runs; the first page of the list is read on the server. */
export default async function RunsPage({ searchParams }: Props) {
  const actor = await requirePageActor('runs:read');
  const viewer = findViewer(actor) ?? notFound();
  const given = await searchParams;
  const filters = readFilters({ get: (name) => [given[name]].flat()[0] ?? null });
  const queries = new QueryClient();
  await queries.fetchInfiniteQuery({
    queryKey: runKeys.list(filters),
    queryFn: () => listRuns(actor, ListRunsQuery.parse(toListQuery(filters, null))),
    initialPageParam: null,
  });
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <RunsView viewer={viewer} />
    </HydrationBoundary>
  );
}
