import { cx } from '@/components/ui/class-names';
import { PAGE_BODY } from '@/components/ui/page-edge';
import { Skeleton } from '@/components/ui/skeleton';

const KPIS = ['median', 'percentile', 'approved', 'escalated', 'oldest'] as const;

/** The places of the page's parts, as large as they will be. */
export function InsightsSkeleton() {
  return (
    <div role="status" className={cx(PAGE_BODY, 'grid gap-5.5')}>
      <span className="sr-only">Loading</span>
      <div className="flex min-h-8 flex-wrap items-center gap-4">
        <Skeleton className="h-5 w-40" />
        <Skeleton className="h-8 w-full max-w-110 sm:ml-auto" />
      </div>
      <div className="grid gap-8.5">
        <div className="grid grid-cols-2 border-y sm:grid-cols-3 wide:grid-cols-5">
          {KPIS.map((name) => (
            <div key={name} className="grid gap-2 py-4.5">
              <Skeleton className="h-3 w-28" />
              <Skeleton className="h-7 w-20" />
              <Skeleton className="h-3 w-16" />
            </div>
          ))}
        </div>
        <ChartPlaces heightClass="h-62" />
        <ChartPlaces heightClass="h-44" />
      </div>
    </div>
  );
}

function ChartPlaces({ heightClass }: { heightClass: string }) {
  return (
    <div className="grid gap-x-11 gap-y-8.5 wide:grid-cols-[minmax(0,2.1fr)_minmax(0,1fr)]">
      {['wide', 'narrow'].map((part) => (
        <div key={part} className="grid gap-2">
          <Skeleton className="h-4 w-32" />
          <Skeleton className="h-3 w-56" />
          <Skeleton className={`mt-2 ${heightClass}`} />
        </div>
      ))}
    </div>
  );
}
