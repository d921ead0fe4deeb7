import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { requestKeys } from '@/components/live/query-keys';
import { type QueueFilters, readFilters, toListQuery } from '@/components/queue/filters';
import { Queue } from '@/components/queue/queue';
import { findViewer } from '@/components/request/viewer';
import { ListRequestsQuery } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { isOpen } from '@/lib/domain/approval';
import { isAppError } from '@/lib/domain/errors';
import { requirePageActor } from '@/lib/http/page';
import { getEmergencyStop } from '@/lib/services/policy';
import { countWaiting, getEligibleApprovers, getRequest, listRequests } from '@/lib/services/requests';

export const metadata: Metadata = { title: 'Queue' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** The queue, read on the server for the first paint: the list, the counts, and the request that is selected. */
export default async function QueuePage({ searchParams }: Props) {
  const actor = await requirePageActor('requests:read');
  const viewer = findViewer(actor) ?? notFound();
  const given = await searchParams;
  const params = { get: (name: string) => [given[name]].flat()[0] ?? null };
  const filters = readFilters(params);
  const queries = new QueryClient();
  const [first] = await Promise.all([
    readList(queries, actor, filters),
    filters.view === 'mine' ? null : readList(queries, actor, { view: 'mine' }),
    queries.fetchQuery({ queryKey: requestKeys.waiting, queryFn: () => countWaiting(actor) }),
    queries.fetchQuery({ queryKey: requestKeys.emergencyStop, queryFn: () => getEmergencyStop(actor) }),
  ]);
  const selected = params.get('selected') ?? first;
  if (selected !== null) await readSelected(queries, actor, selected);
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <Queue viewer={viewer} />
    </HydrationBoundary>
  );
}

/** Reads the first page of a view; answers with the id at its top. */
async function readList(queries: QueryClient, actor: Actor, filters: QueueFilters): Promise<string | null> {
  const list = await queries.fetchInfiniteQuery({
    queryKey: requestKeys.list(filters),
    queryFn: () => listRequests(actor, ListRequestsQuery.parse(toListQuery(filters, null))),
    initialPageParam: null,
  });
  return list.pages[0]?.data[0]?.request_id ?? null;
}

/** A selection that leads nowhere is no reason not to show the queue: its pane says so itself. */
async function readSelected(queries: QueryClient, actor: Actor, id: string): Promise<void> {
  try {
    const request = await getRequest(actor, id);
    queries.setQueryData(requestKeys.one(id), request);
    if (!isOpen(request.status)) return;
    queries.setQueryData(requestKeys.eligible(id), await getEligibleApprovers(actor, id));
  } catch (error) {
    if (!isAppError(error) || error.code !== 'request/not-found') throw error;
  }
}
