import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { ConfigView } from '@/components/settings/config-view';
import { configKey, driftKey } from '@/components/settings/settings-query-keys';
import { requirePageActor } from '@/lib/http/page';
import { getConfig, getConfigDrift } from '@/lib/services/config';

export const metadata: Metadata = { title: 'Configuration' };

export default async function ConfigurationPage() {
  const actor = await requirePageActor('policy:manage');
  const [{ text }, drift] = await Promise.all([getConfig(actor), getConfigDrift(actor)]);
  const queries = new QueryClient();
  queries.setQueryData(configKey, text);
  queries.setQueryData(driftKey, drift);
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <ConfigView tenantId={actor.tenantId} />
    </HydrationBoundary>
  );
}
