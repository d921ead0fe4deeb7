import type { ReactNode } from 'react';
import type { Tone } from './badge';
import { cx } from './class-names';

const TONES = {
  neutral: { rule: 'border-line-strong', title: 'text-ink' },
  act: { rule: 'border-act', title: 'text-act' },
  open: { rule: 'border-open', title: 'text-open' },
  esc: { rule: 'border-esc', title: 'text-esc' },
  yes: { rule: 'border-yes', title: 'text-yes' },
  no: { rule: 'border-no', title: 'text-no' },
} as const satisfies Record<Tone, { rule: string; title: string }>;

export interface NoticeProps {
  tone?: Tone;
  title?: ReactNode;
  /** `alert` interrupts who listens; for what just went wrong. */
  role?: 'alert' | 'status' | 'note';
  action?: ReactNode;
  className?: string;
  children?: ReactNode;
}

/** Something to know before going on: a failed sign-in, a stop that is on, a request that cannot be finished. */
export function Notice({ tone = 'neutral', title, role = 'note', action, className, children }: NoticeProps) {
  return (
    <div
      role={role}
      className={cx(
        'flex items-start justify-between gap-4 border-l-2 py-0.5 pl-3 text-13',
        TONES[tone].rule,
        className,
      )}
    >
      <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-0.5">
        {title ? <p className={cx('font-medium [overflow-wrap:anywhere]', TONES[tone].title)}>{title}</p> : null}
        {children ? <div className="text-ink-2 [overflow-wrap:anywhere]">{children}</div> : null}
      </div>
      {action}
    </div>
  );
}
