import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query';
import { ChevronLeftIcon } from 'lucide-react';
import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { requestKeys } from '@/components/live/query-keys';
import { RequestView } from '@/components/request/request-view';
import { findViewer } from '@/components/request/viewer';
import { cx } from '@/components/ui/class-names';
import { PAGE_EDGE } from '@/components/ui/page-edge';
import type { ApprovalRequestResource } from '@/lib/contracts';
import { isOpen } from '@/lib/domain/approval';
import { isAppError } from '@/lib/domain/errors';
import { requirePageActor } from '@/lib/http/page';
import { getEmergencyStop } from '@/lib/services/policy';
import { getEligibleApprovers, getRequest } from '@/lib/services/requests';

interface Props {
  params: Promise<{ id: string }>;
}

/** Who looks and what they look at, read once for the page and its title. */
const readPage = cache(async (id: string) => {
  const actor = await requirePageActor('requests:read');
  const request = await getRequest(actor, id).catch((error: unknown): ApprovalRequestResource | null => {
    if (isAppError(error) && error.code === 'request/not-found') return null;
    throw error;
  });
  return { actor, request };
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { request } = await readPage((await params).id);
  return { title: request?.title ?? 'Not found' };
}

/** One request on a page of its own: where notices and phones lead. */
export default async function RequestPage({ params }: Props) {
  const { id } = await params;
  const { actor, request } = await readPage(id);
  const viewer = findViewer(actor);
  if (request === null || viewer === null) notFound();
  const queries = new QueryClient();
  queries.setQueryData(requestKeys.one(id), request);
  if (isOpen(request.status)) {
    const [eligible, stop] = await Promise.all([getEligibleApprovers(actor, id), getEmergencyStop(actor)]);
    queries.setQueryData(requestKeys.eligible(id), eligible);
    queries.setQueryData(requestKeys.emergencyStop, stop);
  }
  return (
    <HydrationBoundary state={dehydrate(queries)}>
      <div className="flex min-h-[calc(100dvh-var(--topbar-h)-var(--stop-h))] flex-col">
        <nav aria-label="Back" className={cx('pt-3 rail:pt-5', PAGE_EDGE)}>
          <Link
            href="/queue"
            className="-ml-1 inline-flex min-h-7 items-center gap-0.5 rounded-mark pr-1 text-13 text-ink-3 transition-colors hover:text-ink"
          >
            <ChevronLeftIcon className="size-4" aria-hidden="true" />
            Queue
          </Link>
        </nav>
        <RequestView id={id} viewer={viewer} heading="h1" />
      </div>
    </HydrationBoundary>
  );
}
