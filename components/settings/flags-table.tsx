'use client';

import Link from 'next/link';
import { Badge } from '@/components/ui/badge';
import { Button, ButtonLink } from '@/components/ui/button';
import { Moment } from '@/components/ui/relative-time';
import { type Column, Table } from '@/components/ui/table';
import { VisibleText } from '@/components/ui/visible-text';
import type { FlagResource } from '@/lib/contracts';
import { describePending, describeState, waitingInstead } from './flags-words';

/** What can be asked of a flag. */
export type FlagAct = 'switch' | 'change' | 'remove';

interface FlagsTableProps {
  label: string;
  flags: readonly FlagResource[];
  onAsk: (act: FlagAct, flag: FlagResource) => void;
}

/** The flags of one environment. */
export function FlagsTable({ label, flags, onAsk }: FlagsTableProps) {
  return <Table label={label} columns={columnsFor(onAsk)} rows={flags} rowKey={({ key }) => key} />;
}

function columnsFor(onAsk: FlagsTableProps['onAsk']): Column<FlagResource>[] {
  return [
    {
      key: 'flag',
      header: 'Flag',
      rowHeader: true,
      cell: ({ key, description }) => (
        <div className="grid justify-items-start gap-0.5">
          <code className="font-mono text-13">{key}</code>
          {description === null ? null : (
            <span className="max-w-prose font-normal text-12 text-ink-3 [overflow-wrap:anywhere]">
              <VisibleText text={description} />
            </span>
          )}
        </div>
      ),
    },
    { key: 'state', header: 'State', width: 'w-52', cell: (flag) => <State flag={flag} /> },
    {
      key: 'owner',
      header: 'Owner',
      width: 'w-36',
      cell: ({ owner }) => (owner === null ? <span className="text-ink-3">Nobody</span> : <VisibleText text={owner} />),
    },
    {
      key: 'changed',
      header: 'Changed',
      width: 'w-40',
      cell: ({ updated_at: at, updated_by_name: who }) => (
        <span className="text-ink-2">
          <Moment at={at} /> by <VisibleText text={who} />
        </span>
      ),
    },
    {
      key: 'actions',
      header: 'Actions',
      hideHeader: true,
      align: 'end',
      width: 'w-64',
      cell: (flag) => <Actions flag={flag} onAsk={onAsk} />,
    },
  ];
}

function State({ flag }: { flag: FlagResource }) {
  const { pending_change: change, pending_request_id: request } = flag;
  return (
    <div className="grid justify-items-start gap-1">
      <span className="flex flex-wrap items-center gap-1.5">
        <Badge
          tone={flag.enabled ? 'yes' : 'neutral'}
          shape={
            <span
              aria-hidden="true"
              className={`size-1.5 rounded-full ${flag.enabled ? 'bg-current' : 'border border-current'}`}
            />
          }
        >
          {describeState(flag)}
        </Badge>
        {flag.requires_signoff ? <Badge>Needs sign-off</Badge> : null}
      </span>
      {change === null || request === null ? null : (
        <span className="text-12 text-open">
          {describePending(change)}:{' '}
          <Link
            href={`/requests/${request}`}
            prefetch={false}
            className="rounded-mark font-medium text-act underline-offset-2 hover:underline"
          >
            waits for approval<span className="sr-only"> of {flag.key}</span>
          </Link>
        </span>
      )}
    </div>
  );
}

function Actions({ flag, onAsk }: { flag: FlagResource; onAsk: FlagsTableProps['onAsk'] }) {
  const of = <span className="sr-only"> {flag.key}</span>;
  const waiting = waitingInstead(flag, { ...flag, enabled: !flag.enabled });
  return (
    <span className="flex flex-wrap gap-1.5 rail:-my-1 rail:justify-end">
      {waiting === null ? (
        <Button size="sm" onClick={() => onAsk('switch', flag)}>
          {flag.enabled ? 'Switch off' : 'Switch on'}
          {of}
        </Button>
      ) : (
        <ButtonLink size="sm" href={`/requests/${waiting}`} prefetch={false}>
          See request<span className="sr-only"> to change {flag.key}</span>
        </ButtonLink>
      )}
      <Button size="sm" onClick={() => onAsk('change', flag)}>
        Change{of}
      </Button>
      {waitingInstead(flag, null) === null ? (
        <Button size="sm" variant="plain" onClick={() => onAsk('remove', flag)}>
          Remove{of}
        </Button>
      ) : null}
    </span>
  );
}
