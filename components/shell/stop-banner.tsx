import { OctagonXIcon } from 'lucide-react';
import Link from 'next/link';
import { VisibleText } from '@/components/ui/visible-text';
import type { EmergencyStopResource } from '@/lib/contracts';

interface StopBannerProps {
  stop: EmergencyStopResource;
  /** Whether the reader may end it. */
  mayEnd: boolean;
}

/**
 * Over every page while the emergency stop is on. Wide screens have one line of it, whose height the pages know (`--stop-h`); the whole
 * reason is on a request's page and where the stop is ended.
 */
export function StopBanner({ stop, mayEnd }: StopBannerProps) {
  return (
    <section
      aria-label="Emergency stop"
      data-stop-banner
      className="sticky top-(--topbar-h) z-20 flex items-center gap-2.5 bg-no px-4.5 py-2 text-13 text-surface rail:h-(--stop-h) rail:px-10 rail:py-0 print:hidden"
    >
      <OctagonXIcon className="size-4 shrink-0 max-rail:self-start max-rail:translate-y-0.5" aria-hidden="true" />
      <p role="alert" className="min-w-0 flex-1 max-rail:line-clamp-3 rail:truncate">
        <strong className="font-semibold">The emergency stop is on: nothing is approved.</strong>
        {stop.reason === null ? null : (
          <>
            {' '}
            <VisibleText text={stop.reason} />
          </>
        )}
      </p>
      {mayEnd ? (
        <Link
          href="/settings/emergency-stop"
          prefetch={false}
          className="shrink-0 rounded-mark font-medium underline underline-offset-2 outline-offset-2 focus-visible:outline-surface"
        >
          End it
        </Link>
      ) : null}
    </section>
  );
}
