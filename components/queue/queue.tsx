'use client';

import { useRouter, useSearchParams } from 'next/navigation';
import { useEffect, useEffectEvent, useRef } from 'react';
import { useLive } from '@/components/live/live-provider';
import { isWide, useWide } from '@/components/live/use-wide';
import { RequestSkeleton } from '@/components/request/request-skeleton';
import { RequestView } from '@/components/request/request-view';
import type { Viewer } from '@/components/request/viewer';
import { useShortcuts } from '@/components/shell/shortcuts';
import { Button } from '@/components/ui/button';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { SkeletonRows } from '@/components/ui/skeleton';
import { isApiProblem } from '@/lib/client';
import { FilterBar } from './filter-bar';
import { isNarrowed, type QueueFilters, readFilters } from './filters';
import { nothingBeside, QueueEmpty } from './queue-empty';
import { RequestList } from './request-list';
import { useAnnounceNew, useKeptInPlace, useRequests } from './use-requests';
import { useSelection } from './use-selection';
import { ViewTabs } from './view-tabs';

/** The queue: what waits, and beside it, where there is room, the request that is being judged. */
export function Queue({ viewer }: { viewer: Viewer }) {
  const router = useRouter();
  const params = useSearchParams();
  const filters = readFilters(params);
  const wide = useWide();
  const { announce } = useLive();
  const searchRef = useRef<HTMLInputElement>(null);
  const listRef = useRef<HTMLDivElement>(null);

  const query = useRequests(filters);
  const selection = useSelection(filters, params.get('selected'));
  // Until the list that was asked for is there, nothing is of it: what stands there meanwhile is the one before.
  const listed = !query.isPlaceholderData;
  const first = listed ? (query.requests[0]?.request_id ?? null) : null;
  const wanted = selection.selected ?? first;
  const requests = useKeptInPlace(filters, query, wanted);
  // Chosen while this list was on its way, and it turns out not to have it.
  const lost = listed && selection.byHand && !requests.some((request) => request.request_id === wanted);
  const selected = lost ? first : wanted;
  useAnnounceNew(filters.view, query.requests, query.isSuccess && listed);

  // The first of the list is chosen once and then stays chosen, whatever comes in above it.
  const unchosen = wide && listed && selection.selected !== selected ? selected : null;
  const choose = useEffectEvent(selection.choose);
  useEffect(() => {
    if (unchosen !== null && isWide()) choose(unchosen);
  }, [unchosen]);

  const select = (id: string) => {
    selection.select(id);
    // The focus stays in the list; who listens hears what is shown beside it.
    announce(`Showing ${requests.find((request) => request.request_id === id)?.title ?? 'the request'}`);
  };
  const linkOf = (id: string) => listRef.current?.querySelector<HTMLElement>(`[data-request="${CSS.escape(id)}"] a`);
  const move = (by: 1 | -1) => {
    const focused = document.activeElement?.closest<HTMLElement>('[data-request]')?.dataset.request;
    const from = requests.findIndex(
      (request) => request.request_id === (wide ? (selection.current() ?? selected) : focused),
    );
    const next = requests[from === -1 ? 0 : from + by];
    if (!next) return;
    if (wide) select(next.request_id);
    else linkOf(next.request_id)?.focus();
    linkOf(next.request_id)?.scrollIntoView({ block: 'nearest' });
  };
  useShortcuts([
    { keys: 'j', label: 'Next request', group: 'Queue', repeats: true, run: () => move(1) },
    { keys: 'k', label: 'Previous request', group: 'Queue', repeats: true, run: () => move(-1) },
    {
      keys: 'o',
      label: 'Open on its own page',
      group: 'Queue',
      enabled: wide && selected !== null,
      run: () => router.push(`/requests/${selected}`),
    },
    { keys: '/', label: 'Search', group: 'Queue', run: () => searchRef.current?.focus() },
  ]);

  return (
    <div className="split:grid split:h-pane split:grid-cols-[25.25rem_minmax(0,1fr)]">
      <h1 className="sr-only">Queue</h1>
      <div className="flex min-h-0 flex-col bg-paper max-split:min-h-[calc(100dvh-var(--topbar-h)-var(--stop-h))] split:border-r">
        <ViewTabs filters={filters} onView={(view) => selection.go({ ...filters, view }, 'push')} />
        <FilterBar
          filters={filters}
          searchRef={searchRef}
          onChange={(next, how) => selection.go(next, how === 'typing' ? 'replace' : 'push')}
        />
        <div
          ref={listRef}
          aria-busy={query.isPlaceholderData || undefined}
          className="min-h-0 flex-1 pb-4 split:overflow-y-auto"
        >
          <ListState query={query} filters={filters} onReset={() => selection.go({ view: filters.view }, 'push')} />
          {requests.length > 0 ? (
            <RequestList
              view={filters.view}
              requests={requests}
              viewer={viewer}
              selected={selected}
              onSelect={wide ? select : null}
            />
          ) : null}
          {query.hasNextPage ? (
            <div className="px-4 pt-3">
              <Button className="w-full" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                Load more
              </Button>
            </div>
          ) : null}
        </div>
      </div>
      {wide ? (
        <section
          key={selected}
          aria-label="Selected request"
          className="flex min-h-0 flex-col overflow-y-auto bg-surface max-split:hidden"
        >
          {selected !== null ? (
            <RequestView id={selected} viewer={viewer} heading="h2" />
          ) : query.isPending || query.isPlaceholderData ? (
            <RequestSkeleton />
          ) : (
            <p className="m-auto px-6 py-10 text-13 text-ink-3">{nothingBeside(filters, query.isSuccess)}</p>
          )}
        </section>
      ) : null}
    </div>
  );
}

interface ListStateProps {
  query: ReturnType<typeof useRequests>;
  filters: QueueFilters;
  onReset: () => void;
}

/** What stands in the list when there are no rows: it is being read, it could not be read, or there is nothing. */
function ListState({ query, filters, onReset }: ListStateProps) {
  const { error, isPending, requests } = query;
  if (isPending) return <SkeletonRows rows={8} label="Loading requests" />;
  if (error && requests.length === 0) {
    return (
      <ErrorState
        title="The queue could not be loaded"
        onRetry={() => void query.refetch()}
        retrying={query.isFetching}
        requestId={isApiProblem(error) ? error.requestId : null}
      >
        {error.message}
      </ErrorState>
    );
  }
  if (requests.length > 0) return null;
  if (isNarrowed(filters)) {
    return (
      <EmptyState title="Nothing matches" action={<Button onClick={onReset}>Clear search and filters</Button>}>
        No request of this view matches what you are looking for.
      </EmptyState>
    );
  }
  return <QueueEmpty view={filters.view} />;
}
