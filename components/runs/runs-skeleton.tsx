import { cx } from '@/components/ui/class-names';
import { PAGE_BODY } from '@/components/ui/page-edge';
import { Skeleton, SkeletonRows } from '@/components/ui/skeleton';

/** The place of a run that is being read: its head, its drawing, its tasks. */
export function RunSkeleton() {
  return (
    <div className={cx(PAGE_BODY, 'grid gap-6')}>
      <div>
        <Skeleton className="mb-2.5 h-6 w-72 max-w-full" />
        <Skeleton className="h-8 w-96 max-w-full" />
        <Skeleton className="mt-3 h-4 w-1/2" />
      </div>
      <Skeleton className="h-44 w-full max-rail:hidden" />
      <SkeletonRows rows={5} label="Loading the run" />
    </div>
  );
}

/** The place of the runs that are being read. */
export function RunsSkeleton() {
  return (
    <div className={cx(PAGE_BODY, 'grid gap-6')}>
      <Skeleton className="h-7 w-32" />
      <SkeletonRows rows={8} label="Loading runs" />
    </div>
  );
}
