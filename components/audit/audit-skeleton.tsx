import { cx } from '@/components/ui/class-names';
import { PAGE_BODY } from '@/components/ui/page-edge';
import { Skeleton, SkeletonRows } from '@/components/ui/skeleton';

/** The places of the page's parts, as large as they will be. */
export function AuditSkeleton() {
  return (
    <div className={cx(PAGE_BODY, 'grid gap-5')}>
      <div className="flex min-h-8 items-center justify-between">
        <Skeleton className="h-5 w-72" />
        <Skeleton className="h-8 w-40" />
      </div>
      <Skeleton className="h-13 w-full max-w-160" />
      <SkeletonRows rows={12} label="Loading events" />
    </div>
  );
}
