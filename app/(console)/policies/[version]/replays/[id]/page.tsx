import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { replayKeys } from '@/components/replays/replay-query-keys';
import { ReplayView } from '@/components/replays/replay-view';
import type { ReplayResource } from '@/lib/contracts';
import { isAppError } from '@/lib/domain/errors';
import { requirePageActor } from '@/lib/http/page';
import { getReplay } from '@/lib/services/policy';

interface Props {
  params: Promise<{ version: string; id: string }>;
}

/** The replay, read once for the page and its title; null where there is none, or it is another version's. */
const readPage = cache(async (segment: string, id: string) => {
  const actor = await requirePageActor('policy:manage');
  const replay = await getReplay(actor, id).catch((error: unknown): ReplayResource | null => {
    if (isAppError(error) && error.code === 'replay/not-found') return null;
    throw error;
  });
  // The segment is as it stands in the address, where browsers and mail programs may have written %40.
  return replay?.policy_version === segment.replace(/%40/, '@') ? replay : null;
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { version, id } = await params;
  const replay = await readPage(version, id);
  return { title: replay === null ? 'Not found' : `Replay of ${replay.policy_version}` };
}

/** What a version of the rules would have answered to what was recorded. */
export default async function ReplayPage({ params }: Props) {
  const { version, id } = await params;
  const replay = await readPage(version, id);
  if (replay === null) notFound();
  const queries = new QueryClient();
  queries.setQueryData(replayKeys.one(id), replay);
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <ReplayView id={id} />
    </HydrationBoundary>
  );
}
