import type { ReactNode } from 'react';
import { cx } from './class-names';
import { RelativeTime } from './relative-time';

const RINGS = {
  plain: 'border-line-strong',
  open: 'border-open',
  esc: 'border-esc',
  act: 'border-act',
  yes: 'border-yes',
  no: 'border-no',
  faded: 'border-line-strong border-dotted',
} as const;

export type TimelineTone = keyof typeof RINGS;

interface TimelineItemProps {
  tone: TimelineTone;
  /** RFC 3339. */
  at: string;
  children: ReactNode;
}

/** One thing that happened, with its ring on the line; stands in an `<ol>` named Timeline. */
export function TimelineItem({ tone, at, children }: TimelineItemProps) {
  return (
    <li className="group relative grid grid-cols-[1.125rem_minmax(0,1fr)_auto] gap-x-2 py-1.25 text-ink-2">
      <span aria-hidden="true" className="relative flex justify-center">
        <span className="absolute top-0 bottom-[-0.625rem] w-px bg-line group-first:top-2.5 group-last:bottom-auto group-last:h-2.5 group-only:hidden" />
        <span className={cx('relative mt-1.5 size-2.25 rounded-full border-2 bg-surface', RINGS[tone])} />
      </span>
      <div className="[overflow-wrap:anywhere]">{children}</div>
      <RelativeTime at={at} className="text-12 text-ink-3 leading-5" />
    </li>
  );
}
