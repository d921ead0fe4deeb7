import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import { ChevronLeftIcon } from 'lucide-react';
import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { requestKeys, runKeys } from '@/components/live/query-keys';
import { findViewer } from '@/components/request/viewer';
import { HISTORY_PAGE, readHistory } from '@/components/runs/read-history';
import { RunView } from '@/components/runs/run-view';
import { cx } from '@/components/ui/class-names';
import { PAGE_EDGE } from '@/components/ui/page-edge';
import type { RunResource } from '@/lib/contracts';
import { type Actor, can } from '@/lib/domain/access';
import { isAppError } from '@/lib/domain/errors';
import { requirePageActor } from '@/lib/http/page';
import { getRequest } from '@/lib/services/requests';
import { getRun, listRunEvents } from '@/lib/services/runs';

interface Props {
  params: Promise<{ id: string }>;
}

/** Who looks and what they look at, read once for the page and its title. */
const readPage = cache(async (id: string) => {
  const actor = await requirePageActor('runs:read');
  const run = await getRun(actor, id).catch((error: unknown): RunResource | null => {
    if (isAppError(error) && error.code === 'run/not-found') return null;
    throw error;
  });
  return { actor, run };
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { run } = await readPage((await params).id);
  return { title: run === null ? 'Not found' : `${run.dag_name}, a run` };
}

/** One run on a page of its own. */
export default async function RunPage({ params }: Props) {
  const { id } = await params;
  const { actor, run } = await readPage(id);
  const viewer = findViewer(actor);
  if (run === null || viewer === null) notFound();
  const queries = new QueryClient();
  queries.setQueryData(runKeys.one(id), run);
  const [history] = await Promise.all([
    readHistory((cursor) => listRunEvents(actor, id, { limit: HISTORY_PAGE, cursor })),
    readWaiting(queries, actor, run),
  ]);
  queries.setQueryData(runKeys.history(id, run.seq), history);
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <nav aria-label="Back" className={cx('pt-3 rail:pt-5', PAGE_EDGE)}>
        <Link
          href="/runs"
          className="-ml-1 inline-flex min-h-7 items-center gap-0.5 rounded-mark pr-1 text-13 text-ink-3 transition-colors hover:text-ink"
        >
          <ChevronLeftIcon className="size-4" aria-hidden="true" />
          Runs
        </Link>
      </nav>
      <RunView id={id} viewer={viewer} />
    </HydrationBoundary>
  );
}

const MOST_WAITING = 5;

/** What somebody must decide is there with the first paint; more than a few are read by the browser. */
async function readWaiting(queries: QueryClient, actor: Actor, run: RunResource): Promise<void> {
  if (!can(actor, 'requests:read')) return;
  const waiting = run.tasks.filter(({ status }) => status === 'waiting').flatMap(({ request_id }) => request_id ?? []);
  await Promise.all(
    waiting.slice(0, MOST_WAITING).map(async (requestId) => {
      queries.setQueryData(requestKeys.one(requestId), await getRequest(actor, requestId));
    }),
  );
}
