import { cx } from './class-names';

/** The place of something that is coming. Give it the size of what will stand there, so that nothing moves. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden="true" className={cx('block animate-breathe rounded-mark bg-line', className)} />;
}

/** Rows of two lines, as high as the queue's and the tables'; `label` is heard once. */
export function SkeletonRows({ rows = 6, label = 'Loading' }: { rows?: number; label?: string }) {
  return (
    <div role="status" className="divide-y">
      <span className="sr-only">{label}</span>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: places have no other identity.
        <div key={row} className="grid grid-cols-[1.5rem_1fr_3rem] gap-x-2.5 px-4 py-row">
          <Skeleton className="mt-3 h-0.5" />
          <div>
            <Skeleton className={cx('my-1 h-3', row % 3 === 0 ? 'w-4/5' : row % 3 === 1 ? 'w-3/5' : 'w-2/3')} />
            <Skeleton className={cx('my-1 h-2', row % 2 === 0 ? 'w-2/5' : 'w-1/2')} />
          </div>
          <Skeleton className="my-1 h-3" />
        </div>
      ))}
    </div>
  );
}
