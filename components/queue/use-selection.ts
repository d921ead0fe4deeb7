'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import { putOffWrite } from '@/components/ui/put-off';
import { type QueueFilters, queueHref, readFilters } from './filters';

/** Browsers refuse addresses that change too often, and holding `j` changes the selection thirty times a second. */
const WRITE_MS = 150;

interface Chosen {
  view: QueueFilters['view'];
  id: string | null;
}

/** Next follows both: view, filters and selection are kept in the address and nowhere else. */
function write(filters: QueueFilters, selected: string | null, how: 'push' | 'replace'): void {
  const href = queueHref(filters, selected);
  if (how === 'push') history.pushState(null, '', href);
  else history.replaceState(null, '', href);
}

/**
 * Which request is selected: at once here, a moment later in the address, and whatever the address says when it changes by itself
 * (back, a link). `current` answers between two renders, for keys that come faster.
 */
export function useSelection(filters: QueueFilters, asked: string | null) {
  const { view } = filters;
  const [chosen, setChosen] = useState<Chosen>({ view, id: asked });
  const latest = useRef<Chosen>(chosen);
  const written = useRef(asked);
  const takeBack = useRef<() => void>(undefined);

  const set = useCallback((next: Chosen) => {
    latest.current = next;
    setChosen(next);
  }, []);
  useEffect(() => {
    // Only what somebody else wrote is news.
    if (asked === written.current && latest.current.view === view) return;
    written.current = asked;
    set({ view, id: asked });
  }, [asked, view, set]);
  useEffect(() => () => takeBack.current?.(), []);

  const select = (id: string) => {
    set({ view, id });
    takeBack.current?.();
    takeBack.current = putOffWrite(() => {
      // What the address says now may be newer than what is drawn.
      const now = readFilters(new URLSearchParams(window.location.search));
      if (now.view !== view) return;
      written.current = id;
      write(now, id, 'replace');
    }, WRITE_MS);
  };
  const go = (next: QueueFilters, how: 'push' | 'replace') => {
    takeBack.current?.();
    const id = next.view === view ? latest.current.id : null;
    written.current = id;
    set({ view: next.view, id });
    write(next, id, how);
  };
  return {
    selected: chosen.view === view ? chosen.id : asked,
    current: () => latest.current.id,
    select,
    go,
  };
}
