import { cx } from '@/components/ui/class-names';

/** The signature line as a mark: two lines, one of them signed. */
export function BrandMark({ className }: { className?: string }) {
  return (
    <svg
      viewBox="0 0 20 20"
      className={cx('size-5 shrink-0', className)}
      fill="none"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d="M2 16.5h7M11 16.5h7" stroke="currentColor" strokeWidth="1.8" />
      <path
        d="M3 12c1.2-4 2.4-7 3.4-7 1.3 0-1 7.2.5 7.2 1.2 0 1.6-2.6 2.4-2.6.6 0 .3 1.6 1.1 1.6"
        className="stroke-act"
        strokeWidth="1.7"
      />
    </svg>
  );
}

/** Mark and name, for the rail and the sign-in page. */
export function Brand({ className }: { className?: string }) {
  return (
    <span className={cx('inline-flex items-center gap-2 font-semibold text-16 tracking-[-0.01em]', className)}>
      <BrandMark />
      Countersign
    </span>
  );
}
