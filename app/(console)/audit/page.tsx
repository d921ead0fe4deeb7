import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { auditKey } from '@/components/audit/audit-key';
import { AuditView } from '@/components/audit/audit-view';
import { readFilters, toEventsQuery } from '@/components/audit/filters';
import { ListEventsQuery } from '@/lib/contracts';
import { can } from '@/lib/domain/access';
import { requirePageActor } from '@/lib/http/page';
import { listEvents } from '@/lib/services/audit';
import { listMembers } from '@/lib/services/members';

export const metadata: Metadata = { title: 'Audit' };

/** More than anybody would look through; the others are typed. */
const NAMES_OFFERED = 200;

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
  const [members] = await Promise.all([
    listMembers(actor, { limit: NAMES_OFFERED }),
    queries.fetchInfiniteQuery({
      queryKey: auditKey(filters),
      queryFn: () => listEvents(actor, ListEventsQuery.parse(toEventsQuery(filters, null))),
      initialPageParam: null,
    }),
  ]);
  // Only names: who may read the history meets them in it, and not everybody who may read it may manage members.
  const people = [...new Set(members.data.map(({ name }) => name))].sort((a, b) => a.localeCompare(b));
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <AuditView people={people} mayExport={can(actor, 'exports:read')} mayVerify={can(actor, 'audit:read')} />
    </HydrationBoundary>
  );
}
