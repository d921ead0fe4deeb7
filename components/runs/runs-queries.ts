import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '@/components/live/api';
import { runKeys } from '@/components/live/query-keys';
import type { RunListItem } from '@/lib/contracts';
import { HISTORY_PAGE, readHistory } from './read-history';
import { type RunFilters, toListQuery } from './runs-filters';
import { isLive } from './task-state';

/** Runs have no stream of their own: what lives is asked for this often while somebody looks at it. */
const FOLLOW_MS = 2000;
/** New runs appear in the list without being asked for. */
const LOOK_MS = 5000;

interface Page<Item> {
  data: Item[];
  next_cursor: string | null;
}

/** The runs, page by page, kept up to date while the page is looked at. */
export function runsQuery(filters: RunFilters) {
  return infiniteQueryOptions({
    queryKey: runKeys.list(filters),
    queryFn: ({ pageParam, signal }): Promise<Page<RunListItem>> =>
      api.listRuns({ query: toListQuery(filters, pageParam), signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (before) => before,
    refetchInterval: (query) => {
      const runs = query.state.data?.pages.flatMap(({ data }) => data) ?? [];
      return runs.some(({ status }) => status === 'running') ? FOLLOW_MS : LOOK_MS;
    },
  });
}

/** One run, kept up to date for as long as something can happen to it. */
export function runQuery(id: string) {
  return queryOptions({
    queryKey: runKeys.one(id),
    queryFn: ({ signal }) => api.getRun({ params: { id }, signal }),
    refetchInterval: (query) => (query.state.data && isLive(query.state.data.status) ? FOLLOW_MS : false),
  });
}

/** The history of a run as it is at an event's number; read again only when that has moved. */
export function historyQuery(id: string, seq: number) {
  return queryOptions({
    queryKey: runKeys.history(id, seq),
    queryFn: ({ signal }) =>
      readHistory((cursor) =>
        api.listRunEvents({ params: { id }, query: { limit: HISTORY_PAGE, ...(cursor && { cursor }) }, signal }),
      ),
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What can be started by name. */
export const definitionsQuery = queryOptions({
  queryKey: runKeys.definitions,
  queryFn: async ({ signal }) => (await api.listDags({ query: { limit: 200 }, signal })).data,
});
