import type { ReactNode } from 'react';
import { cx } from './class-names';

export interface KeyValue {
  label: string;
  value: ReactNode;
}

/** Facts, one a line, between hairlines. */
export function KeyValueList({ items, className }: { items: readonly KeyValue[]; className?: string }) {
  return (
    <dl className={cx('@container divide-y border-y', className)}>
      {items.map(({ label, value }) => (
        <div
          key={label}
          className="grid grid-cols-[7rem_minmax(0,1fr)] gap-x-3 py-1.5 @md:grid-cols-[11rem_minmax(0,1fr)]"
        >
          <dt className="text-13 text-ink-3">{label}</dt>
          <dd className="min-w-0 text-13 [overflow-wrap:anywhere]">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
