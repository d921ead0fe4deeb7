'use client';

import { useState } from 'react';
import type { EndpointWithSecret } from '@/lib/contracts';

/** What a dialog keeps while it shows something once: a stray click or Escape does not lose it, the first one only says so. */
export function useShownOnce(onClosed: () => void) {
  const [made, setMade] = useState<EndpointWithSecret | null>(null);
  const [reminded, setReminded] = useState(false);
  const close = () => {
    setMade(null);
    setReminded(false);
    onClosed();
  };
  const askToClose = () => {
    if (made !== null && made.secret !== null && !reminded) setReminded(true);
    else close();
  };
  return { made, setMade, reminded, close, askToClose };
}
