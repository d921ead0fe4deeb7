import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { api } from '@/components/live/api';
import { auditKey } from './audit-key';
import { type AuditFilters, toEventsQuery } from './filters';

/** The history newest first, in pages. While other filters are read, what was there stays. */
export function auditQuery(filters: AuditFilters) {
  return infiniteQueryOptions({
    queryKey: auditKey(filters),
    queryFn: ({ pageParam, signal }) => api.listEvents({ query: toEventsQuery(filters, pageParam), signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
}
