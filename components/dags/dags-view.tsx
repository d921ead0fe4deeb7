'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { WhoWhen } from '@/components/policies/who-when';
import { Badge } from '@/components/ui/badge';
import { Button, ButtonLink } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { CopyButton } from '@/components/ui/copy-button';
import { EmptyState } from '@/components/ui/empty-state';
import { FoldedText } from '@/components/ui/folded-text';
import { Loaded } from '@/components/ui/loaded';
import { PAGE_BODY } from '@/components/ui/page-edge';
import { PageHeader } from '@/components/ui/page-header';
import { SkeletonRows } from '@/components/ui/skeleton';
import { type Column, Table } from '@/components/ui/table';
import type { DagSummary } from '@/lib/contracts';
import { dagsQuery } from './dags-queries';
import { countTasks, dagHref, FIRST_DEFINITION } from './dags-words';

/** What runs execute: every definition in its newest version. */
export function DagsView({ mayWrite }: { mayWrite: boolean }) {
  const query = useInfiniteQuery(dagsQuery);
  return (
    <div className={cx(PAGE_BODY, 'grid gap-6')}>
      <PageHeader
        title="Definitions"
        description="What runs execute: tasks, and the checkpoints that wait for a person"
        actions={
          mayWrite ? (
            <ButtonLink href="/dags/new" variant="act">
              New definition
            </ButtonLink>
          ) : null
        }
      />
      <Loaded query={query} what="The definitions" loading={<SkeletonRows rows={6} label="Loading definitions" />}>
        {({ pages }, stale) => (
          <div className="grid justify-items-start gap-3 *:min-w-0">
            {stale}
            {(pages[0]?.data.length ?? 0) === 0 ? (
              <NoDefinitions mayWrite={mayWrite} />
            ) : (
              <Table
                label="Definitions"
                columns={COLUMNS}
                rows={pages.flatMap(({ data }) => data)}
                rowKey={({ name }) => name}
              />
            )}
            {query.hasNextPage ? (
              <Button size="sm" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                More definitions
              </Button>
            ) : null}
          </div>
        )}
      </Loaded>
    </div>
  );
}

const COLUMNS: readonly Column<DagSummary>[] = [
  {
    key: 'name',
    header: 'Name',
    rowHeader: true,
    cell: ({ name, description }) => (
      <>
        <Link href={dagHref(name)} className="rounded-mark font-mono text-act hover:underline">
          {name}
        </Link>
        {description === null ? null : (
          <div className="font-normal text-12 text-ink-3">
            <FoldedText text={description} />
          </div>
        )}
      </>
    ),
  },
  { key: 'version', header: 'Version', width: 'w-20', cell: ({ version }) => version },
  {
    key: 'tasks',
    header: 'Tasks',
    width: 'w-56',
    cell: ({ tasks, checkpoints, risky }) => (
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
        {countTasks(tasks, checkpoints)}
        {risky === 0 ? null : <Badge tone="open">{risky === 1 ? '1 open risk' : `${risky} open risks`}</Badge>}
      </span>
    ),
  },
  {
    key: 'written',
    header: 'Written',
    width: 'w-48',
    cell: (dag) => <WhoWhen name={dag.created_by_name} at={dag.created_at} />,
  },
];

function NoDefinitions({ mayWrite }: { mayWrite: boolean }) {
  return (
    <div className="w-full border-y pb-8">
      <EmptyState
        title="Nothing has been defined"
        action={mayWrite ? <ButtonLink href="/dags/new?from=example">Begin with this one</ButtonLink> : null}
      >
        A definition names tasks and what each waits for. At a checkpoint the run pauses until somebody approves; what
        they fill in reaches the tasks behind it. This is one, whole:
      </EmptyState>
      <section
        aria-label="A first definition"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard.
        tabIndex={0}
        className="relative mx-auto max-w-2xl overflow-auto rounded-control border bg-sunk px-4 py-3"
      >
        <div className="absolute top-2 right-2">
          <CopyButton text={FIRST_DEFINITION} label="Copy the definition" />
        </div>
        <pre className="w-fit font-mono text-13">{FIRST_DEFINITION}</pre>
      </section>
    </div>
  );
}
