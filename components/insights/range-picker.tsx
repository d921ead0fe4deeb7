'use client';

import { useRouter } from 'next/navigation';
import { createContext, type ReactNode, useContext, useEffect, useTransition } from 'react';
import { cx } from '@/components/ui/class-names';
import { useTimeZone } from '@/components/ui/clock';
import { Select } from '@/components/ui/select';
import { type Bucket, type InsightFilters, insightsHref, SPAN_DAYS, SPANS } from './filters';

interface Picking {
  pick: (filters: InsightFilters) => void;
  busy: boolean;
}

const PickingContext = createContext<Picking>({ pick: () => {}, busy: false });

/** Goes to other filters while what is shown stays, a little faded, until the new numbers are there: nothing jumps. */
export function Picking({ children }: { children: ReactNode }) {
  const router = useRouter();
  const [busy, start] = useTransition();
  const pick = (filters: InsightFilters) => start(() => router.replace(insightsHref(filters), { scroll: false }));
  return <PickingContext value={{ pick, busy }}>{children}</PickingContext>;
}

/** What the filters change. */
export function Picked({ children }: { children: ReactNode }) {
  const { busy } = useContext(PickingContext);
  return (
    <div aria-busy={busy} className={cx('transition-opacity', busy && 'opacity-60')}>
      {children}
    </div>
  );
}

const BUCKET_LABELS = { day: 'by day', week: 'by week', month: 'by month' } as const satisfies Record<Bucket, string>;

export interface RangePickerProps {
  filters: InsightFilters;
  /** The zone the numbers are in. */
  timeZone: string;
}

/** How far back, cut into what, and by whose clock. All of it is in the address, so it can be kept and sent. */
export function RangePicker({ filters, timeZone }: RangePickerProps) {
  const { pick } = useContext(PickingContext);
  const own = useTimeZone();
  useEffect(() => {
    // The server did not know the reader's zone yet; from now on a cookie tells it.
    if (filters.tz === null && own !== timeZone) pick({ ...filters, tz: own });
  }, [filters, own, timeZone, pick]);
  const zones = [...new Set([own, 'UTC', timeZone])];
  return (
    <div className="flex flex-wrap items-center gap-2 print:hidden">
      <fieldset className="flex h-control items-center rounded-control border border-edge bg-paper p-0.5">
        <legend className="sr-only">How far back</legend>
        {SPAN_DAYS.map((days) => (
          <label
            key={days}
            className="flex h-full cursor-pointer items-center rounded-[5px] px-2.5 text-13 text-ink-2 transition-colors hover:text-ink has-checked:bg-surface has-checked:font-medium has-checked:text-ink has-checked:shadow-[0_0_0_1px_var(--line-strong)] has-focus-visible:outline-2 has-focus-visible:outline-act"
          >
            <input
              type="radio"
              name="days"
              className="sr-only"
              checked={filters.days === days}
              onChange={() => pick({ ...filters, days, bucket: SPANS[days].buckets[0] })}
            />
            {SPANS[days].label}
          </label>
        ))}
      </fieldset>
      <Select
        aria-label="Cut into"
        className="w-30! max-sm:w-36!"
        value={filters.bucket}
        options={(['day', 'week', 'month'] as const).map((bucket) => ({
          value: bucket,
          label: BUCKET_LABELS[bucket],
          disabled: !(SPANS[filters.days].buckets as readonly Bucket[]).includes(bucket),
        }))}
        onValueChange={(bucket) => pick({ ...filters, bucket })}
      />
      <Select
        aria-label="Time zone"
        className="w-44!"
        value={timeZone}
        options={zones.map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }))}
        onValueChange={(zone) => pick({ ...filters, tz: zone })}
      />
    </div>
  );
}
