'use client';

import { useInfiniteQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { Button } from '@/components/ui/button';
import { cx } from '@/components/ui/class-names';
import { EmptyState } from '@/components/ui/empty-state';
import { Loaded } from '@/components/ui/loaded';
import { Countdown, Moment } from '@/components/ui/relative-time';
import { ShortId } from '@/components/ui/short-id';
import { SkeletonRows } from '@/components/ui/skeleton';
import { type Column, Table } from '@/components/ui/table';
import { VisibleText } from '@/components/ui/visible-text';
import type { DeliveryResource, EndpointResource } from '@/lib/contracts';
import { rowsOf } from './settings-queries';
import { DeliveryBadge } from './webhooks-delivery-badge';
import { DeliveriesFilterBar } from './webhooks-filter-bar';
import {
  changeFilters,
  type DeliveryFilters,
  deliveryHref,
  type FiltersChange,
  isFiltered,
  readFilters,
  webhooksHref,
} from './webhooks-filters';
import { deliveriesQuery } from './webhooks-queries';
import { placeOf } from './webhooks-words';

/** The address follows without asking the server for the page again: the list is read by its own query. */
function show(filters: DeliveryFilters): void {
  window.history.replaceState(null, '', webhooksHref('deliveries', filters));
}

/** Changes what the address says now, which may be newer than what is drawn. */
function change(part: FiltersChange): void {
  show(changeFilters(readFilters(new URLSearchParams(window.location.search)), part));
}

function clear(): void {
  show({ status: [] });
}

interface DeliveriesProps {
  filters: DeliveryFilters;
  endpoints: readonly EndpointResource[];
}

/** What was sent where, and whether it arrived: newest first. */
export function DeliveriesLog({ filters, endpoints }: DeliveriesProps) {
  return (
    <div className="grid gap-5">
      <DeliveriesFilterBar filters={filters} endpoints={endpoints} onChange={change} onClear={clear} />
      <DeliveryPages filters={filters} hasEndpoints={endpoints.length > 0} />
    </div>
  );
}

function DeliveryPages({ filters, hasEndpoints }: { filters: DeliveryFilters; hasEndpoints: boolean }) {
  const query = useInfiniteQuery(deliveriesQuery(filters));
  return (
    <Loaded query={query} what="The deliveries" loading={<SkeletonRows rows={8} label="Loading deliveries" />}>
      {(data, stale) => {
        const deliveries = rowsOf(data);
        if (deliveries.length === 0) {
          return (
            <>
              {stale}
              <Nothing filtered={isFiltered(filters)} hasEndpoints={hasEndpoints} />
            </>
          );
        }
        return (
          <div
            aria-busy={query.isPlaceholderData}
            className={cx('transition-opacity', query.isPlaceholderData && 'opacity-60')}
          >
            <Table label="Deliveries" columns={COLUMNS} rows={deliveries} rowKey={(delivery) => delivery.delivery_id} />
            <div className="mt-4 grid justify-items-center gap-3">
              {stale}
              {query.hasNextPage ? (
                <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  Load more
                </Button>
              ) : (
                <p className="text-12 text-ink-3">That is all of them.</p>
              )}
            </div>
          </div>
        );
      }}
    </Loaded>
  );
}

function Nothing({ filtered, hasEndpoints }: { filtered: boolean; hasEndpoints: boolean }) {
  if (filtered) {
    return (
      <EmptyState title="No delivery is like that" action={<Button onClick={clear}>Show all deliveries</Button>}>
        Choose another status or endpoint, or check the request’s id.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="Nothing was delivered yet">
      {hasEndpoints
        ? 'Send an endpoint a test, or wait for the next request: every attempt is recorded here.'
        : 'Add an endpoint, or let a request name a webhook of its own: every attempt is recorded here.'}
    </EmptyState>
  );
}

const COLUMNS: readonly Column<DeliveryResource>[] = [
  {
    key: 'event',
    header: 'Delivery',
    rowHeader: true,
    cell: ({ delivery_id: id, event_type: type, endpoint_url: url }) => (
      <Link href={deliveryHref(id)} prefetch={false} className="group grid rounded-mark">
        <code className="font-mono text-13 group-hover:underline">{type}</code>
        <span className="font-normal text-12 text-ink-3">
          <span className="sr-only">to </span>
          <VisibleText text={placeOf(url)} />
        </span>
      </Link>
    ),
  },
  {
    key: 'request',
    header: 'Request',
    width: 'w-40',
    cell: ({ request_id: id }) =>
      id === null ? (
        <span className="text-ink-3">None</span>
      ) : (
        <Link href={`/requests/${id}`} prefetch={false} className="rounded-mark hover:underline">
          <ShortId id={id} copy={false} />
        </Link>
      ),
  },
  { key: 'status', header: 'Status', width: 'w-44', cell: ({ status }) => <DeliveryBadge status={status} /> },
  { key: 'answer', header: 'Last attempt', width: 'w-56', cell: (delivery) => <LastAttempt delivery={delivery} /> },
  {
    key: 'created',
    header: 'Made',
    width: 'w-28',
    cell: ({ created_at: at }) => <Moment at={at} className="text-ink-2" />,
  },
];

function LastAttempt({ delivery }: { delivery: DeliveryResource }) {
  const { attempts, last_status_code: code, last_error: error, next_attempt_at: next, status } = delivery;
  if (attempts === 0) {
    return error === null ? (
      <span className="text-ink-3">None yet</span>
    ) : (
      <span className="text-12 text-no">
        <VisibleText text={error} />
      </span>
    );
  }
  return (
    <span className="grid text-12">
      <span className="text-ink-2">
        {code === null ? 'No answer' : `Answered ${code}`}
        {attempts > 1 ? `, attempt ${attempts}` : null}
      </span>
      {error === null || status === 'delivered' || error === `Answered ${code}` ? null : (
        <span className="line-clamp-2 text-no">
          <VisibleText text={error} />
        </span>
      )}
      {next === null || status !== 'failed' ? null : (
        <span className="text-ink-3">
          Again in <Countdown at={next} past="a moment" heated={false} />
        </span>
      )}
    </span>
  );
}
