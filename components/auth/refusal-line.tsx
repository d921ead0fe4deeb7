'use client';

import { useState } from 'react';
import { useClock, useTimeZone } from '@/components/ui/clock';
import { formatMoment, formatSpan } from '@/components/ui/time-format';
import type { Refusal } from './refusal';

interface RefusalLineProps {
  refusal: Refusal | null;
  /** What stands there while nothing is wrong. */
  children: string;
}

/** The words under the signing line. Its place is kept, so that nothing moves when something is wrong; what is wrong is announced once. */
export function RefusalLine({ refusal, children }: RefusalLineProps) {
  return (
    <div className="mt-1.5 min-h-8 text-12">
      <p role="alert" className="text-no empty:hidden">
        {refusal === null ? null : refusal.message}
        {refusal?.retryAfterSeconds ? (
          <Until key={refusal.retryAfterSeconds} seconds={refusal.retryAfterSeconds} />
        ) : null}
      </p>
      {refusal === null ? <p className="text-ink-3">{children}</p> : null}
    </div>
  );
}

/** The time is announced with the message; the countdown beside it is only seen. */
function Until({ seconds }: { seconds: number }) {
  const timeZone = useTimeZone();
  const now = useClock((ms) => Math.floor(ms / 1000) * 1000);
  const [until] = useState(now + seconds * 1000);
  const [moment] = useState(() => formatMoment(new Date(until), new Date(now), timeZone));
  return (
    <>
      {' '}
      Try again at {moment}
      <span aria-hidden="true">{until > now ? `, in ${formatSpan(until - now)}` : ', which is now'}</span>.
    </>
  );
}
