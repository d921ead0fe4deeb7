'use client';

import { type InfiniteData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api } from '@/components/live/api';
import { useLive } from '@/components/live/live-provider';
import { requestKeys } from '@/components/live/query-keys';
import { type RequestPage, requestQuery } from '@/components/request/use-request';
import type { ApprovalRequestResource } from '@/lib/contracts';
import { PAGE_SIZE, type QueueFilters, toListQuery, type View } from './filters';

function viewOf(queryKey: readonly unknown[] | undefined): View | undefined {
  return (queryKey?.[2] as QueueFilters | undefined)?.view;
}

/** The requests of a view, page by page, kept up to date. While a search is being typed the list stays; another view starts empty. */
export function useRequests(filters: QueueFilters) {
  const query = useInfiniteQuery({
    queryKey: requestKeys.list(filters),
    queryFn: ({ pageParam, signal }) => api.listRequests({ query: toListQuery(filters, pageParam), signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last: RequestPage) => last.next_cursor,
    placeholderData: (before, query) => (viewOf(query?.queryKey) === filters.view ? before : undefined),
  });
  // A row that moves between two pages while they are read would be there twice.
  const requests = [
    ...new Map(query.data?.pages.flatMap((page) => page.data).map((item) => [item.request_id, item])).values(),
  ];
  return { ...query, requests };
}

/** How many wait for this person, as far as one page tells: "4", "50+". */
export function useMineCount(): string | undefined {
  const { data } = useInfiniteQuery({
    queryKey: requestKeys.list({ view: 'mine' }),
    queryFn: ({ pageParam, signal }) => api.listRequests({ query: toListQuery({ view: 'mine' }, pageParam), signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last: RequestPage) => last.next_cursor,
    select: (lists: InfiniteData<RequestPage>) => {
      const count = lists.pages.reduce((sum, page) => sum + page.data.length, 0);
      return lists.pages.at(-1)?.next_cursor ? `${Math.max(count, PAGE_SIZE)}+` : String(count);
    },
  });
  return data;
}

interface Place {
  /** Which list it is the place in. */
  list: string;
  id: string;
  index: number;
  request: ApprovalRequestResource;
}

/**
 * The list with the selected request at its place, even when it has just left the view: what somebody has decided stays under their
 * eyes until they move on.
 */
export function useKeptInPlace(
  filters: QueueFilters,
  { requests, isPlaceholderData }: Pick<ReturnType<typeof useRequests>, 'requests' | 'isPlaceholderData'>,
  selected: string | null,
): ApprovalRequestResource[] {
  const [place, setPlace] = useState<Place | null>(null);
  const list = JSON.stringify(filters);
  const index = requests.findIndex((request) => request.request_id === selected);
  const found = requests[index];
  useEffect(() => {
    if (found && !isPlaceholderData) setPlace({ list, id: found.request_id, index, request: found });
  }, [list, found, index, isPlaceholderData]);
  // Only looked at here; whoever shows the request keeps it up to date.
  const { data: now } = useQuery({ ...requestQuery(selected ?? ''), enabled: false });
  if (found || place === null || place.id !== selected || place.list !== list) return requests;
  return requests.toSpliced(place.index, 0, now ?? place.request);
}

/** Tells who cannot see it that something new has come into the list. */
export function useAnnounceNew(view: View, requests: readonly ApprovalRequestResource[], loaded: boolean): void {
  const { announce } = useLive();
  const seen = useRef<{ view: View; newest: string } | null>(null);
  useEffect(() => {
    if (!loaded) return;
    const newest =
      requests
        .map((request) => request.created_at)
        .toSorted()
        .at(-1) ?? '';
    const before = seen.current;
    seen.current = { view, newest: before?.view === view && before.newest > newest ? before.newest : newest };
    if (before?.view !== view) return;
    const fresh = requests.filter((request) => request.created_at > before.newest);
    const [first] = fresh;
    if (first && fresh.length === 1) announce(`New request: ${first.title}`);
    else if (fresh.length > 1) announce(`${fresh.length} new requests`);
  }, [view, requests, loaded, announce]);
}
