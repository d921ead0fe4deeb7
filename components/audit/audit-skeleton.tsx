import { Skeleton, SkeletonRows } from '@/components/ui/skeleton';

/** The places of the page's parts, as large as they will be. */
export function AuditSkeleton() {
  return (
    <div className="mx-auto grid max-w-295 gap-5 px-4 py-5 rail:px-10 rail:py-6.5">
      <div className="flex min-h-8 items-center justify-between">
        <Skeleton className="h-5 w-72" />
        <Skeleton className="h-8 w-40" />
      </div>
      <Skeleton className="h-13 w-full max-w-160" />
      <SkeletonRows rows={12} label="Loading events" />
    </div>
  );
}
