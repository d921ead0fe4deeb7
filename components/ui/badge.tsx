import type { ReactNode } from 'react';
import { cx } from './class-names';

export type Tone = 'neutral' | 'act' | 'open' | 'esc' | 'yes' | 'no';

const TONES = {
  neutral: 'bg-sunk text-ink-2',
  act: 'bg-act-soft text-act',
  open: 'bg-open-soft text-open',
  esc: 'bg-esc-soft text-esc',
  yes: 'bg-yes-soft text-yes',
  no: 'bg-no-soft text-no',
} as const satisfies Record<Tone, string>;

export interface BadgeProps {
  tone?: Tone;
  /** A shape beside the word: colour alone says nothing to many people. */
  shape?: ReactNode;
  className?: string;
  children: ReactNode;
}

/** A word with a hue. For a request's state use `StatusBadge`. */
export function Badge({ tone = 'neutral', shape, className, children }: BadgeProps) {
  return (
    <span
      className={cx(
        'inline-flex shrink-0 items-center gap-1.5 whitespace-nowrap rounded-full px-2 py-0.5 font-medium text-12',
        TONES[tone],
        className,
      )}
    >
      {shape}
      {children}
    </span>
  );
}
