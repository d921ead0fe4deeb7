import { cx } from '@/components/ui/class-names';
import { PAGE_BODY } from '@/components/ui/page-edge';
import { Skeleton, SkeletonRows } from '@/components/ui/skeleton';

/** The places of the page's parts, as large as they will be. */
export function DagsSkeleton() {
  return (
    <div className={cx(PAGE_BODY, 'grid gap-6')}>
      <div className="flex min-h-8 items-center">
        <Skeleton className="h-5 w-64" />
      </div>
      <SkeletonRows rows={6} label="Loading definitions" />
    </div>
  );
}
