import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '@/components/live/api';
import { dagKeys } from './dags-query-keys';

/** The definitions by name, page by page. */
export const dagsQuery = infiniteQueryOptions({
  queryKey: dagKeys.list,
  queryFn: ({ pageParam, signal }) => api.listDags({ query: { cursor: pageParam }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
});

/** One version of a definition; null: the newest. */
export const dagQuery = (name: string, version: number | null) =>
  queryOptions({
    queryKey: dagKeys.one(name, version),
    queryFn: ({ signal }) => api.getDag({ params: { name }, query: { version: version ?? undefined }, signal }),
  });

/** The versions of a definition, newest first, page by page. */
export const dagVersionsQuery = (name: string) =>
  infiniteQueryOptions({
    queryKey: dagKeys.versions(name),
    queryFn: ({ pageParam, signal }) =>
      api.listDagVersions({ params: { name }, query: { limit: 20, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next_cursor }) => next_cursor ?? undefined,
  });
