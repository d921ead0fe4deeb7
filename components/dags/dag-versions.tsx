'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { WhoWhen } from '@/components/policies/who-when';
import { Button } from '@/components/ui/button';
import { Loaded } from '@/components/ui/loaded';
import { Section } from '@/components/ui/section';
import { SkeletonRows } from '@/components/ui/skeleton';
import { type Column, Table } from '@/components/ui/table';
import type { DagSummary } from '@/lib/contracts';
import { dagVersionsQuery } from './dags-queries';
import { countTasks, dagHref } from './dags-words';

const COLUMNS: readonly Column<DagSummary>[] = [
  {
    key: 'version',
    header: 'Version',
    rowHeader: true,
    width: 'w-28',
    cell: ({ name, version }) => (
      <Link href={dagHref(name, version)} className="rounded-mark text-act hover:underline">
        Version {version}
      </Link>
    ),
  },
  { key: 'tasks', header: 'Tasks', cell: ({ tasks, checkpoints }) => countTasks(tasks, checkpoints) },
  {
    key: 'written',
    header: 'Written',
    width: 'w-60',
    cell: (dag) => <WhoWhen name={dag.created_by_name} at={dag.created_at} />,
  },
];

/** Every version of a definition: who wrote it, and when. */
export function DagVersions({ name }: { name: string }) {
  const query = useInfiniteQuery(dagVersionsQuery(name));
  return (
    <Section title="Versions" description="They never change. A run keeps the one that it began with.">
      <Loaded query={query} what="The versions" loading={<SkeletonRows rows={3} label="Loading versions" />}>
        {({ pages }, stale) => (
          <div className="grid justify-items-start gap-3 *:min-w-0">
            {stale}
            <Table
              label="Versions"
              columns={COLUMNS}
              rows={pages.flatMap(({ data }) => data)}
              rowKey={({ version }) => String(version)}
            />
            {query.hasNextPage ? (
              <Button size="sm" busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                Older versions
              </Button>
            ) : null}
          </div>
        )}
      </Loaded>
    </Section>
  );
}
