'use client';

import { useSyncExternalStore } from 'react';

/** From here on the list and a request stand side by side; the same width as the `split:` classes. */
const WIDE = '(width >= 68.75rem)';

function subscribe(listener: () => void): () => void {
  const query = matchMedia(WIDE);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

/** What the browser says now, whatever the first paint assumed. */
export const isWide = (): boolean => matchMedia(WIDE).matches;

/** Whether there is room for two panes. The first paint assumes so, and its classes hide what does not fit. */
export function useWide(): boolean {
  return useSyncExternalStore(subscribe, isWide, () => true);
}
