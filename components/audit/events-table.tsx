'use client';

import Link from 'next/link';
import { cx } from '@/components/ui/class-names';
import { useClock, useTimeZone } from '@/components/ui/clock';
import { FoldedText } from '@/components/ui/folded-text';
import { STATUS_BADGES } from '@/components/ui/status';
import { formatExact } from '@/components/ui/time-format';
import { VisibleText } from '@/components/ui/visible-text';
import { addDays, dayIn } from '@/components/ui/zoned-day';
import type { EventResource } from '@/lib/contracts';
import type { ApprovalStatus } from '@/lib/domain/approval';
import { byDay, nameDay } from './days';
import { describeEvent } from './event-words';

const HEADS = ['When', 'Who and what', 'Request', 'Reason', 'Hash'] as const;

const INKS = {
  pending: 'text-open',
  escalated: 'text-esc',
  approved: 'text-yes',
  rejected: 'text-no',
  expired: 'text-ink-3',
  cancelled: 'text-ink-3',
} as const satisfies Record<ApprovalStatus, string>;

/** Events under the day on which they happened for their reader. On a phone each becomes a few lines. */
export function EventsTable({ events }: { events: readonly EventResource[] }) {
  const timeZone = useTimeZone();
  const today = useClock((now) => dayIn(timeZone, now));
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: browsers drop a table's meaning when its display changes.
    <table role="table" aria-label="Events" className="block w-full text-13 rail:table">
      <thead role="rowgroup" className="sr-only rail:not-sr-only rail:table-header-group">
        <tr role="row">
          {HEADS.map((head) => (
            <th
              key={head}
              role="columnheader"
              scope="col"
              className="sticky top-(--stop-h) z-10 bg-surface py-1.5 text-left font-normal text-12 text-ink-3 shadow-[inset_0_-1px_var(--line)] not-first:pl-5"
            >
              {head}
            </th>
          ))}
        </tr>
      </thead>
      {byDay(events, timeZone).map(({ day, events: ofDay }) => (
        <tbody key={day} role="rowgroup" className="block rail:table-row-group">
          <tr role="row" className="block rail:table-row">
            <th
              role="rowheader"
              scope="row"
              colSpan={HEADS.length}
              className="block pt-5 pb-1.5 text-left font-medium text-12 text-ink-2 rail:table-cell"
            >
              {nameDay(day, today, addDays(today, -1))}
            </th>
          </tr>
          {ofDay.map((event) => (
            <EventRow key={event.event_id} event={event} timeZone={timeZone} />
          ))}
        </tbody>
      ))}
    </table>
    // biome-ignore-end lint/a11y/noRedundantRoles: see above.
  );
}

const cell = 'rail:table-cell rail:py-row rail:align-top rail:not-first:pl-5';

function EventRow({ event, timeZone }: { event: EventResource; timeZone: string }) {
  const { who, through, did, became } = describeEvent(event);
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: browsers drop a table's meaning when its display changes.
    <tr
      role="row"
      className="grid grid-cols-[4.5rem_minmax(0,1fr)_auto] gap-x-3 gap-y-0.5 border-t py-row transition-colors hover:bg-sunk rail:table-row rail:py-0"
    >
      <td role="cell" className={cx(cell, 'text-ink-3 max-rail:row-span-3 rail:w-20')}>
        <Clock at={event.timestamp} timeZone={timeZone} />
      </td>
      <td role="cell" className={cx(cell, 'rail:w-[26%]')}>
        <span className="flex gap-2">
          <StateMark state={became} />
          <span className="min-w-0 [overflow-wrap:anywhere]">
            <b className="font-medium">
              <VisibleText text={who} />
            </b>{' '}
            <span className="text-ink-2">{did}</span>
            {through === null ? null : (
              <span className="block text-12 text-ink-3">
                key <VisibleText text={through} />
              </span>
            )}
          </span>
        </span>
      </td>
      <td role="cell" className={cx(cell, 'max-rail:col-start-2 rail:w-[28%]')}>
        <Link
          href={`/requests/${event.request_id}`}
          prefetch={false}
          className="rounded-mark text-ink [overflow-wrap:anywhere] hover:underline"
        >
          <VisibleText text={event.title} />
        </Link>
      </td>
      <td role="cell" className={cx(cell, 'text-ink-2 max-rail:col-start-2 max-rail:empty:hidden')}>
        {event.reason === null ? null : <FoldedText text={event.reason} />}
      </td>
      <td role="cell" className={cx(cell, 'max-rail:col-start-3 max-rail:row-start-1 rail:w-24')}>
        <code title={event.hash} className="font-mono text-12 text-ink-3">
          {event.hash.slice(0, 8)}
          <span className="sr-only">{event.hash.slice(8)}</span>
        </code>
      </td>
    </tr>
    // biome-ignore-end lint/a11y/noRedundantRoles: see above.
  );
}

/** The time of day to the second; the whole of it on hover and for assistive technology. */
function Clock({ at, timeZone }: { at: string; timeZone: string }) {
  const exact = formatExact(new Date(at), timeZone);
  return (
    <time dateTime={at} title={exact} className="relative whitespace-nowrap">
      <span aria-hidden="true">{/\d\d:\d\d:\d\d/.exec(exact)?.[0]}</span>
      <span className="sr-only">{exact}</span>
    </time>
  );
}

/** The state that the event led to, in its shape and hue; a dot where it changed none. */
function StateMark({ state }: { state: ApprovalStatus | null }) {
  return (
    <svg
      viewBox="0 0 10 10"
      className={cx('mt-1.25 size-2.5 shrink-0 overflow-visible', state === null ? 'text-edge' : INKS[state])}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {state === null ? <circle cx="5" cy="5" r="1.5" fill="currentColor" stroke="none" /> : STATUS_BADGES[state].shape}
    </svg>
  );
}
