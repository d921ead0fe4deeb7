import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { SETTINGS_PAGE } from '@/components/settings/settings-query-keys';
import { readFilters, readTab, toDeliveriesQuery } from '@/components/settings/webhooks-filters';
import { deliveryKeys, endpointsKey } from '@/components/settings/webhooks-query-keys';
import { WebhooksView } from '@/components/settings/webhooks-view';
import { ListDeliveriesQuery } from '@/lib/contracts';
import { requirePageActor } from '@/lib/http/page';
import { listDeliveries, listEndpoints } from '@/lib/services/webhooks';

export const metadata: Metadata = { title: 'Webhooks' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function WebhooksPage({ searchParams }: Props) {
  const actor = await requirePageActor('webhooks:manage');
  const given = await searchParams;
  const getAll = (name: string) => [given[name]].flat().filter((value) => value !== undefined);
  const params = { get: (name: string) => getAll(name)[0] ?? null, getAll };
  const filters = readFilters(params);
  const [endpoints, deliveries] = await Promise.all([
    listEndpoints(actor, { limit: SETTINGS_PAGE }),
    readTab(params) === 'deliveries'
      ? listDeliveries(actor, ListDeliveriesQuery.parse(toDeliveriesQuery(filters, null)))
      : null,
  ]);
  const queries = new QueryClient();
  queries.setQueryData(endpointsKey, { pages: [endpoints], pageParams: [null] });
  if (deliveries !== null) {
    queries.setQueryData(deliveryKeys.list(filters), { pages: [deliveries], pageParams: [null] });
  }
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <WebhooksView tenantId={actor.tenantId} />
    </HydrationBoundary>
  );
}
