import { type InfiniteData, infiniteQueryOptions } from '@tanstack/react-query';
import { api } from '@/components/live/api';
import type { KeyResource, MemberResource } from '@/lib/contracts';
import { keysKey, membersKey, SETTINGS_PAGE } from './settings-query-keys';

interface Page<Item> {
  data: Item[];
  next_cursor: string | null;
}

function pageQuery(cursor: string | null): { limit: number; cursor?: string } {
  return cursor === null ? { limit: SETTINGS_PAGE } : { limit: SETTINGS_PAGE, cursor };
}

/** The members of the tenant, in pages of 200. */
export const membersQuery = infiniteQueryOptions({
  queryKey: membersKey,
  queryFn: ({ pageParam, signal }): Promise<Page<MemberResource>> =>
    api.listMembers({ query: pageQuery(pageParam), signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor,
});

/** The keys of the tenant, newest first, in pages of 200. */
export const keysQuery = infiniteQueryOptions({
  queryKey: keysKey,
  queryFn: ({ pageParam, signal }): Promise<Page<KeyResource>> => api.listKeys({ query: pageQuery(pageParam), signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor,
});

/** Every row that has been read so far. */
export function rowsOf<Item>(data: InfiniteData<Page<Item>, unknown> | undefined): Item[] {
  return data?.pages.flatMap((page) => page.data) ?? [];
}
