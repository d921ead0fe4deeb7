import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { SecretsView } from '@/components/settings/secrets-view';
import { secretsKey } from '@/components/settings/settings-query-keys';
import { requirePageActor } from '@/lib/http/page';
import { listSecrets } from '@/lib/services/secrets';

export const metadata: Metadata = { title: 'Secrets' };

export default async function SecretsPage() {
  const actor = await requirePageActor('policy:manage');
  const queries = new QueryClient();
  queries.setQueryData(secretsKey, await listSecrets(actor));
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <SecretsView />
    </HydrationBoundary>
  );
}
