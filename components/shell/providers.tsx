'use client';

import type { ReactNode } from 'react';
import { ClockProvider } from '@/components/ui/clock';
import { Toaster } from '@/components/ui/toast';
import { TooltipProvider } from '@/components/ui/tooltip';
import { ShortcutsProvider } from './shortcuts';

/** What every page may rely on: the clock, tooltips, shortcuts and toasts. Mounted once, by the root layout. */
export function Providers({ now, timeZone, children }: { now: number; timeZone: string; children: ReactNode }) {
  return (
    <ClockProvider now={now} timeZone={timeZone}>
      <TooltipProvider delayDuration={300}>
        <ShortcutsProvider>{children}</ShortcutsProvider>
      </TooltipProvider>
      <Toaster />
    </ClockProvider>
  );
}
