import Link from 'next/link';
import { cx } from '@/components/ui/class-names';
import { Moment } from '@/components/ui/relative-time';
import { ShortId } from '@/components/ui/short-id';
import { type Column, Table } from '@/components/ui/table';
import { VisibleText } from '@/components/ui/visible-text';
import type { RunListItem } from '@/lib/contracts';
import { RUN_LOOKS, RunStatusBadge } from './run-status';
import { runHref, tookWords, waitingWords } from './run-words';

/** The runs, one a row: what, how it stands, how far it is. */
export function RunsTable({ runs }: { runs: readonly RunListItem[] }) {
  return <Table label="Runs" columns={COLUMNS} rows={runs} rowKey={({ run_id }) => run_id} />;
}

const COLUMNS: readonly Column<RunListItem>[] = [
  {
    key: 'run',
    header: 'Run',
    rowHeader: true,
    cell: ({ run_id: id, dag_name: name, dag_version: version }) => (
      <Link href={runHref(id)} prefetch={false} className="group grid rounded-mark">
        <span className="text-14 group-hover:underline">
          <VisibleText text={name} />
        </span>
        <span className="flex gap-2 font-normal text-12 text-ink-3">
          <ShortId id={id} copy={false} />
          {version === null ? 'its own definition' : `version ${version}`}
        </span>
      </Link>
    ),
  },
  {
    key: 'status',
    header: 'Status',
    width: 'w-52',
    cell: (run) => (
      <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
        <RunStatusBadge status={run.status} />
        {waitingWords(run) === null ? null : (
          <span title={waitingWords(run) ?? undefined} className="max-w-48 truncate font-mono text-12 text-ink-3">
            {waitingWords(run)}
          </span>
        )}
      </span>
    ),
  },
  { key: 'progress', header: 'Tasks', width: 'w-36', cell: (run) => <Progress run={run} /> },
  {
    key: 'by',
    header: 'Started by',
    width: 'w-40',
    cell: ({ requested_by: by }) => <VisibleText text={by} />,
  },
  {
    key: 'started',
    header: 'Started',
    width: 'w-28',
    cell: ({ created_at: at }) => <Moment at={at} className="text-ink-2" />,
  },
  {
    key: 'took',
    header: 'Took',
    width: 'w-20',
    align: 'end',
    cell: ({ created_at: from, finished_at: to }) => (
      <span className="text-ink-2">{tookWords(from, to) ?? <span className="text-ink-3">—</span>}</span>
    ),
  },
];

const BARS = {
  neutral: 'bg-edge',
  act: 'bg-act',
  open: 'bg-open',
  yes: 'bg-yes',
  no: 'bg-no',
} as const;

function Progress({ run: { tasks_done: done, tasks_total: total, status } }: { run: RunListItem }) {
  return (
    <span className="grid gap-1">
      <span className="text-ink-2">
        {done} of {total}
      </span>
      <span aria-hidden="true" className="h-0.75 w-24 overflow-hidden rounded-full bg-line">
        <span
          className={cx('block h-full', BARS[RUN_LOOKS[status].tone])}
          style={{ width: `${total === 0 ? 0 : (done / total) * 100}%` }}
        />
      </span>
    </span>
  );
}
