import type { ReactNode } from 'react';
import type { Tone } from './badge';
import { cx } from './class-names';

const TONES = {
  neutral: 'border-line-strong bg-sunk',
  act: 'border-act bg-act-soft',
  open: 'border-open bg-open-soft',
  esc: 'border-esc bg-esc-soft',
  yes: 'border-yes bg-yes-soft',
  no: 'border-no bg-no-soft',
} as const satisfies Record<Tone, string>;

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
        'flex items-start justify-between gap-4 rounded-control border-l-3 px-3 py-2 text-13',
        TONES[tone],
        className,
      )}
    >
      <div className="grid min-w-0 gap-0.5">
        {title ? <p className="font-medium">{title}</p> : null}
        {children ? <div className="text-ink-2 [overflow-wrap:anywhere]">{children}</div> : null}
      </div>
      {action}
    </div>
  );
}
