import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { FlagsView } from '@/components/settings/flags-view';
import { flagsKey } from '@/components/settings/settings-query-keys';
import { requirePageActor } from '@/lib/http/page';
import { getFlags } from '@/lib/services/flags';

export const metadata: Metadata = { title: 'Flags' };

export default async function FlagsPage() {
  const actor = await requirePageActor('policy:manage');
  const queries = new QueryClient();
  queries.setQueryData(flagsKey, await getFlags(actor));
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <FlagsView />
    </HydrationBoundary>
  );
}
