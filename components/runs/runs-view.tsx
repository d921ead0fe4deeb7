'use client';

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { useState } from 'react';
import type { Viewer } from '@/components/request/viewer';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { Loaded } from '@/components/ui/loaded';
import { PAGE_BODY } from '@/components/ui/page-edge';
import { PageHeader } from '@/components/ui/page-header';
import { Select } from '@/components/ui/select';
import { SkeletonRows } from '@/components/ui/skeleton';
import { LinkTabs } from '@/components/ui/tabs';
import { VisibleText } from '@/components/ui/visible-text';
import { RUN_STATUSES } from '@/lib/domain/run';
import { RUN_LOOKS } from './run-status';
import { NoRuns, NoSuchRuns } from './runs-empty';
import { type RunFilters, readFilters, runsHref } from './runs-filters';
import { definitionsQuery, runsQuery } from './runs-queries';
import { RunsTable } from './runs-table';
import { StartDialog } from './start-dialog';

/** The address follows without asking the server for the page again: the list is read by its own query. */
function show(filters: RunFilters): void {
  window.history.replaceState(null, '', runsHref(filters));
}

/** What runs, what waits for somebody in the middle of it, and what became of the rest. */
export function RunsView({ viewer }: { viewer: Viewer }) {
  const filters = readFilters(useSearchParams());
  const [starting, setStarting] = useState(false);
  const mayStart = viewer.permissions.includes('runs:write');
  const start = mayStart ? () => setStarting(true) : null;
  return (
    <div className={cx(PAGE_BODY, 'grid gap-4 *:min-w-0')}>
      <PageHeader
        title="Runs"
        description="Tasks in order, with checkpoints where somebody decides"
        actions={
          start === null ? null : (
            <Button variant="act" onClick={start}>
              Start a run
            </Button>
          )
        }
      />
      <FilterLine filters={filters} />
      <Runs filters={filters} onStart={start} />
      {mayStart ? <StartDialog tenantId={viewer.tenantId} open={starting} onOpenChange={setStarting} /> : null}
    </div>
  );
}

const ANY = '*';

function FilterLine({ filters }: { filters: RunFilters }) {
  const { data: definitions = [] } = useQuery(definitionsQuery);
  const { status, dag } = filters;
  const names = [...new Set([...definitions.map(({ name }) => name), ...(dag === undefined ? [] : [dag])])];
  const tabs = [
    { href: runsHref({ ...(dag && { dag }) }), label: 'All', current: status === undefined },
    ...RUN_STATUSES.map((each) => ({
      href: runsHref({ ...filters, status: each }),
      label: RUN_LOOKS[each].word,
      current: status === each,
    })),
  ];
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 border-b">
      <LinkTabs
        label="Status"
        tabs={tabs}
        onNavigate={(href) => show(readFilters(new URL(href, window.location.href).searchParams))}
        className="-mb-px"
      />
      {names.length === 0 ? null : (
        <Select
          aria-label="Definition"
          value={dag ?? ANY}
          onValueChange={(next) => show({ ...(status && { status }), ...(next !== ANY && { dag: next }) })}
          options={[
            { value: ANY, label: 'Every definition' },
            ...names.map((name) => ({ value: name, label: <VisibleText text={name} /> })),
          ]}
          className="w-56! max-sm:mb-2 max-sm:w-full!"
        />
      )}
    </div>
  );
}

function Runs({ filters, onStart }: { filters: RunFilters; onStart: (() => void) | null }) {
  const query = useInfiniteQuery(runsQuery(filters));
  return (
    <Loaded query={query} what="The runs" loading={<SkeletonRows rows={8} label="Loading runs" />}>
      {({ pages }, stale) => {
        // A run that moves between two pages while they are read would be there twice.
        const runs = [...new Map(pages.flatMap(({ data }) => data).map((run) => [run.run_id, run])).values()];
        if (runs.length === 0) {
          const narrowed = filters.status !== undefined || filters.dag !== undefined;
          return (
            <>
              {stale}
              {narrowed ? <NoSuchRuns onClear={() => show({})} /> : <NoRuns onStart={onStart} />}
            </>
          );
        }
        return (
          <div
            aria-busy={query.isPlaceholderData}
            className={cx('transition-opacity', query.isPlaceholderData && 'opacity-60')}
          >
            {stale}
            <RunsTable runs={runs} />
            {query.hasNextPage ? (
              <div className="mt-4 grid justify-items-center">
                <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  Load more
                </Button>
              </div>
            ) : null}
          </div>
        );
      }}
    </Loaded>
  );
}
