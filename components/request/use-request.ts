'use client';

import { type InfiniteData, type QueryClient, useIsMutating, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@/components/live/api';
import { requestKeys } from '@/components/live/query-keys';
import type { ApprovalRequestResource } from '@/lib/contracts';
import { isOpen } from '@/lib/domain/approval';

const FOLLOW_MS = 2_000;
const RETRY_MS = 10_000;
/** A delivery is made right after the event, and tells nobody: the answer is asked for. */
const JUST_ENDED_MS = 10_000;

/** How soon to look again by itself: while something is being delivered, of which no event tells. */
function followDelivery(request: ApprovalRequestResource | undefined): number | false {
  if (request === undefined) return false;
  if (request.last_webhook_status === 'pending') return FOLLOW_MS;
  if (request.last_webhook_status === 'failed') return RETRY_MS;
  const endedMs = request.resolved_at === null ? 0 : Date.parse(request.resolved_at);
  return Math.abs(Date.now() - endedMs) < JUST_ENDED_MS ? FOLLOW_MS : false;
}

/** What names an act on a request that is under way. */
export const doingKey = (id: string) => ['requests', 'doing', id] as const;

/** How one request is read, whoever asks. */
export const requestQuery = (id: string) => ({
  queryKey: requestKeys.one(id),
  queryFn: ({ signal }: { signal: AbortSignal }) => api.getRequest({ params: { id }, signal }),
});

/** One request, kept up to date; while somebody acts on it, what they see is the outcome, and nothing older may replace it. */
export function useRequest(id: string) {
  const acting = useIsMutating({ mutationKey: doingKey(id) }) > 0;
  const queries = useQueryClient();
  return useQuery({
    ...requestQuery(id),
    // A list brings its requests whole: what was in one is there at once.
    initialData: () => findListed(queries, id)?.request,
    initialDataUpdatedAt: () => findListed(queries, id)?.at,
    enabled: !acting,
    refetchInterval: (query) => followDelivery(query.state.data),
  });
}

/** Who can still sign an open request, and what is missing. */
export function useEligible(request: ApprovalRequestResource) {
  return useQuery({
    queryKey: requestKeys.eligible(request.request_id),
    queryFn: ({ signal }) => api.getEligibleApprovers({ params: { id: request.request_id }, signal }),
    enabled: isOpen(request.status),
  });
}

export interface RequestPage {
  data: ApprovalRequestResource[];
  next_cursor: string | null;
}

function findListed(queries: QueryClient, id: string): { request: ApprovalRequestResource; at: number } | null {
  const lists = queries.getQueryCache().findAll({ queryKey: requestKeys.lists });
  for (const { state } of lists) {
    const pages = (state.data as InfiniteData<RequestPage> | undefined)?.pages ?? [];
    const request = pages.flatMap((page) => page.data).find((item) => item.request_id === id);
    if (request) return { request, at: state.dataUpdatedAt };
  }
  return null;
}

/** The lists that have been read, each in its order. */
export function readLists(queries: QueryClient): ApprovalRequestResource[][] {
  const lists = queries.getQueriesData<InfiniteData<RequestPage>>({ queryKey: requestKeys.lists });
  return lists.map(([, list]) => list?.pages.flatMap((page) => page.data) ?? []);
}

/** Puts a request wherever it is shown: on its own and in every list that has it. */
export function showRequest(queries: QueryClient, request: ApprovalRequestResource): void {
  queries.setQueryData(requestKeys.one(request.request_id), request);
  queries.setQueriesData<InfiniteData<RequestPage>>({ queryKey: requestKeys.lists }, (lists) => {
    if (lists === undefined) return lists;
    const pages = lists.pages.map((page) => ({
      ...page,
      data: page.data.map((item) => (item.request_id === request.request_id ? request : item)),
    }));
    return { ...lists, pages };
  });
}
