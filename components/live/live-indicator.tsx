'use client';

import { cx } from '@/components/ui/class-names';
import type { LiveState } from './follow-events';
import { useLive } from './live-provider';

const LOOKS = {
  connecting: { word: 'Live', dot: 'bg-line-strong', hint: 'connecting to the server' },
  live: { word: 'Live', dot: 'bg-yes', hint: 'changes appear as they happen' },
  polling: { word: 'Every 5 s', dot: 'bg-open', hint: 'no live connection, so the server is asked every five seconds' },
} as const satisfies Record<LiveState, { word: string; dot: string; hint: string }>;

/** Whether what is shown follows what happens, and how. */
export function LiveIndicator({ className }: { className?: string }) {
  const { word, dot, hint } = LOOKS[useLive().state];
  return (
    <span
      title={hint}
      className={cx('inline-flex items-center gap-1.5 whitespace-nowrap text-12 text-ink-3', className)}
    >
      <span aria-hidden="true" className={cx('size-1.5 rounded-full transition-colors', dot)} />
      {word}
      <span className="sr-only">, {hint}</span>
    </span>
  );
}
