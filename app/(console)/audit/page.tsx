import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { auditKey } from '@/components/audit/audit-key';
import { AuditView } from '@/components/audit/audit-view';
import { readFilters, toEventsQuery } from '@/components/audit/filters';
import { ListEventsQuery } from '@/lib/contracts';
import { can } from '@/lib/domain/access';
import { requirePageActor } from '@/lib/http/page';
import { listEvents } from '@/lib/services/audit';

export const metadata: Metadata = { title: 'Audit' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** The history of the tenant's requests; its first page is read on the server. */
export default async function AuditPage({ searchParams }: Props) {
  const actor = await requirePageActor('events:read');
  const given = await searchParams;
  const all = (name: string) => [given[name]].flat().filter((value) => value !== undefined);
  const filters = readFilters({ get: (name) => all(name)[0] ?? null, getAll: all });
  const queries = new QueryClient();
  await queries.fetchInfiniteQuery({
    queryKey: auditKey(filters),
    queryFn: () => listEvents(actor, ListEventsQuery.parse(toEventsQuery(filters, null))),
    initialPageParam: null,
  });
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <AuditView mayExport={can(actor, 'exports:read')} mayVerify={can(actor, 'audit:read')} />
    </HydrationBoundary>
  );
}
