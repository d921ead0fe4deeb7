import { Skeleton } from '@/components/ui/skeleton';

/** The place of a request that is being read, as high as its head and its signature line. */
export function RequestSkeleton() {
  return (
    <div role="status" className="grid max-w-190 gap-7 px-4.5 pt-4.5 rail:mx-10 rail:px-0 rail:pt-7">
      <span className="sr-only">Loading the request</span>
      <div>
        <Skeleton className="mb-2.5 h-6 w-72 max-w-full" />
        <Skeleton className="h-7 w-4/5 rail:h-9" />
        <Skeleton className="mt-3 h-4 w-3/5" />
      </div>
      <Skeleton className="mt-9 h-0.5 w-full" />
      <div className="grid gap-2.5">
        <Skeleton className="h-4 w-40" />
        <Skeleton className="h-4 w-4/5" />
        <Skeleton className="h-4 w-2/3" />
      </div>
    </div>
  );
}
