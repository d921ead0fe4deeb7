import { cx } from './class-names';

/** A key, as a hint beside what it does. Hidden from assistive technology: `aria-keyshortcuts` says it there. */
export function Kbd({ keys, className }: { keys: string; className?: string }) {
  return (
    <span aria-hidden="true" className={cx('key-hint', className)}>
      <kbd className="font-mono font-medium text-12 leading-4 opacity-70">{keys}</kbd>
    </span>
  );
}
