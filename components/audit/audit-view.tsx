'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import { DownloadIcon } from 'lucide-react';
import { useSearchParams } from 'next/navigation';
import { Button, ButtonLink } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { EmptyState } from '@/components/ui/empty-state';
import { ErrorState } from '@/components/ui/error-state';
import { Notice } from '@/components/ui/notice';
import { PAGE_BODY } from '@/components/ui/page-edge';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import { isApiProblem } from '@/lib/client';
import { auditQuery } from './audit-query';
import { EventsTable } from './events-table';
import { FilterBar } from './filter-bar';
import {
  type AuditFilters,
  auditHref,
  changeFilters,
  csvHref,
  type FiltersChange,
  isFiltered,
  readFilters,
} from './filters';
import { useVerdict } from './verdict';

export interface AuditViewProps {
  /** The names of the tenant's people. */
  people: readonly string[];
  mayExport: boolean;
  mayVerify: boolean;
}

/** The address follows without asking the server for the page again: the list is read by its own query. */
function show(filters: AuditFilters): void {
  window.history.replaceState(null, '', auditHref(filters));
}

/** Changes what the address says now, which may be newer than what is drawn. */
function change(part: FiltersChange): void {
  show(changeFilters(readFilters(new URLSearchParams(window.location.search)), part));
}

function clear(): void {
  show({ types: [] });
}

/** Everything that happened to requests, newest first: by whom, what, when and why, with the proof that it is still what it was. */
export function AuditView({ people, mayExport, mayVerify }: AuditViewProps) {
  const filters = readFilters(useSearchParams());
  const { button, result } = useVerdict();
  return (
    <div className={cx(PAGE_BODY, 'grid gap-5')}>
      <div>
        <PageHeader
          title="Audit"
          description="Everything that happened to requests, newest first"
          actions={
            <>
              {mayVerify ? button : null}
              {mayExport ? (
                <ButtonLink
                  href={csvHref(filters)}
                  prefetch={false}
                  download
                  icon={<DownloadIcon className="size-4" aria-hidden="true" />}
                >
                  CSV
                </ButtonLink>
              ) : null}
            </>
          }
        />
        {mayVerify ? result : null}
      </div>
      <FilterBar people={people} filters={filters} onChange={change} onClear={clear} />
      <Events filters={filters} onClear={clear} />
    </div>
  );
}

function Events({ filters, onClear }: { filters: AuditFilters; onClear: () => void }) {
  const query = useInfiniteQuery(auditQuery(filters));
  const events = query.data?.pages.flatMap((page) => page.data) ?? [];
  if (query.isPending) return <SkeletonRows rows={12} label="Loading events" />;
  if (query.isError && events.length === 0) {
    return (
      <ErrorState
        title="The history could not be read"
        onRetry={() => void query.refetch()}
        retrying={query.isFetching}
        requestId={isApiProblem(query.error) ? query.error.requestId : null}
      >
        {query.error.message}
      </ErrorState>
    );
  }
  if (events.length === 0) return <Nothing filters={filters} onClear={onClear} />;
  return (
    <div
      aria-busy={query.isPlaceholderData}
      className={cx('transition-opacity', query.isPlaceholderData && 'opacity-60')}
    >
      <EventsTable events={events} />
      <div className="mt-4 grid justify-items-center gap-3">
        {query.isError ? (
          <Notice tone="no" role="alert" title="What comes next could not be read">
            {query.error.message}
          </Notice>
        ) : null}
        {query.hasNextPage ? (
          <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            Load more
          </Button>
        ) : (
          <p className="text-12 text-ink-3">That is where the history begins.</p>
        )}
      </div>
    </div>
  );
}

function Nothing({ filters, onClear }: { filters: AuditFilters; onClear: () => void }) {
  if (isFiltered(filters)) {
    return (
      <EmptyState title="No event is like that" action={<Button onClick={onClear}>Show everything</Button>}>
        Names and ids count in full: “Ada Okafor”, not “Ada”. Choose other days, or other kinds of events.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="Nothing has happened yet"
      action={<ButtonLink href="/docs">How to ask for an approval</ButtonLink>}
    >
      Every request, signature and decision is recorded here for good, from the first one on.
    </EmptyState>
  );
}
