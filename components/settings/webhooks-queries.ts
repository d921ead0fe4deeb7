import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '@/components/live/api';
import { SETTINGS_PAGE } from './settings-query-keys';
import { type DeliveryFilters, toDeliveriesQuery } from './webhooks-filters';
import { deliveryKeys, endpointsKey } from './webhooks-query-keys';
import { followMs } from './webhooks-words';

/** The endpoints of the tenant, newest first, in pages of 200. */
export const endpointsQuery = infiniteQueryOptions({
  queryKey: endpointsKey,
  queryFn: ({ pageParam, signal }) =>
    api.listEndpoints({
      query: { limit: SETTINGS_PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) },
      signal,
    }),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor,
});

/** The deliveries newest first, in pages; read again while one of them is under way. While other filters are read, what was there stays. */
export function deliveriesQuery(filters: DeliveryFilters) {
  return infiniteQueryOptions({
    queryKey: deliveryKeys.list(filters),
    queryFn: ({ pageParam, signal }) => api.listDeliveries({ query: toDeliveriesQuery(filters, pageParam), signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => {
      const pages = data?.pages ?? [];
      const soon = followMs(pages.flatMap((page) => page.data));
      // Every page is read again, one after the other.
      return soon === false ? false : soon * pages.length;
    },
  });
}

/** One delivery with its attempts; read again while it is under way. */
export function deliveryQuery(id: string) {
  return queryOptions({
    queryKey: deliveryKeys.one(id),
    queryFn: ({ signal }) => api.getDelivery({ params: { id }, signal }),
    refetchInterval: ({ state: { data } }) => (data === undefined ? false : followMs([data])),
  });
}
