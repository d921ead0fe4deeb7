import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { CostModelsView } from '@/components/settings/cost-models-view';
import { costModelsKey } from '@/components/settings/settings-query-keys';
import { requirePageActor } from '@/lib/http/page';
import { getCostModels } from '@/lib/services/policy';

export const metadata: Metadata = { title: 'Cost models' };

/** What skills cost; the first read is made on the server. */
export default async function CostModelsPage() {
  const actor = await requirePageActor('policy:manage');
  const queries = new QueryClient();
  const { resource, etag } = await getCostModels(actor);
  queries.setQueryData(costModelsKey, { models: resource.cost_models, etag });
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <CostModelsView />
    </HydrationBoundary>
  );
}
