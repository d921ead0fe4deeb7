'use client';

import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { Countdown, Moment } from '@/components/ui/relative-time';
import { type Column, Table } from '@/components/ui/table';
import { VisibleText } from '@/components/ui/visible-text';
import type { DeliveryResource } from '@/lib/contracts';
import { DeliveryBadge } from './webhooks-delivery-badge';
import { hostOf } from './webhooks-words';

interface DeliveriesTableProps {
  deliveries: readonly DeliveryResource[];
  onOpen: (id: string) => void;
}

/** Deliveries, the newest first. */
export function DeliveriesTable({ deliveries, onOpen }: DeliveriesTableProps) {
  return (
    <Table
      label="Deliveries"
      columns={columnsFor(onOpen)}
      rows={deliveries}
      rowKey={(delivery) => delivery.delivery_id}
    />
  );
}

function columnsFor(onOpen: DeliveriesTableProps['onOpen']): Column<DeliveryResource>[] {
  return [
    {
      key: 'event',
      header: 'Event',
      rowHeader: true,
      cell: (delivery) => (
        <div className="grid">
          <code className="font-mono text-12">{delivery.event_type}</code>
          <span className="font-normal text-12 text-ink-3">
            {delivery.request_id === null ? (
              'sent by hand'
            ) : (
              <Link href={`/requests/${delivery.request_id}`} prefetch={false} className="rounded-mark hover:underline">
                the request
                <span className="sr-only"> {delivery.request_id}</span>
              </Link>
            )}
          </span>
        </div>
      ),
    },
    {
      key: 'to',
      header: 'To',
      width: 'w-60',
      cell: ({ endpoint_url: url }) => <span title={url}>{hostOf(url)}</span>,
    },
    { key: 'state', header: 'State', width: 'w-56', cell: (delivery) => <State delivery={delivery} /> },
    {
      key: 'attempts',
      header: 'Attempts',
      width: 'w-20',
      align: 'end',
      cell: ({ attempts }) => <span className="tabular-nums">{attempts}</span>,
    },
    { key: 'made', header: 'Made', width: 'w-32', cell: ({ created_at: at }) => <Moment at={at} /> },
    {
      key: 'actions',
      header: 'Actions',
      hideHeader: true,
      align: 'end',
      width: 'w-24',
      cell: ({ delivery_id: id, event_type: type, endpoint_url: url }) => (
        <Button size="sm" className="rail:-my-1" onClick={() => onOpen(id)}>
          Details
          <span className="sr-only">
            {' '}
            of {type} to {hostOf(url)}
          </span>
        </Button>
      ),
    },
  ];
}

function State({ delivery }: { delivery: DeliveryResource }) {
  const { status, last_error: error, next_attempt_at: next } = delivery;
  return (
    <div className="grid justify-items-start gap-0.5">
      <DeliveryBadge status={status} />
      {status === 'delivered' || error === null ? null : (
        <span className="text-12 text-ink-3">
          <VisibleText text={error} />
        </span>
      )}
      {status === 'failed' && next !== null ? (
        <span className="text-12 text-ink-3">
          Again in <Countdown at={next} past="a moment" heated={false} />
        </span>
      ) : null}
    </div>
  );
}
