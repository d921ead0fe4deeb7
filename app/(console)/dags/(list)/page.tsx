import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { dagKeys } from '@/components/dags/dags-query-keys';
import { DagsView } from '@/components/dags/dags-view';
import { can } from '@/lib/domain/access';
import { requirePageActor } from '@/lib/http/page';
import { listDags } from '@/lib/services/dags';

export const metadata: Metadata = { title: 'Definitions' };

/** What runs execute; the first read is made on the server. */
export default async function DagsPage() {
  const actor = await requirePageActor('runs:read');
  const queries = new QueryClient();
  const first = await listDags(actor, { limit: 50, cursor: undefined });
  queries.setQueryData(dagKeys.list, { pages: [first], pageParams: [undefined] });
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <DagsView mayWrite={can(actor, 'policy:manage')} />
    </HydrationBoundary>
  );
}
