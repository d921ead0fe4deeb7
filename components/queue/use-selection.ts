'use client';

import { useCallback, useEffect, useRef, useState } from 'react';
import { putOffWrite } from '@/components/ui/put-off';
import { type QueueFilters, queueHref, readFilters } from './filters';

/** Browsers refuse addresses that change too often, and holding `j` changes the selection thirty times a second. */
const WRITE_MS = 150;

interface Chosen {
  /** The address of the list it was chosen in: a selection belongs to one list. */
  list: string;
  id: string | null;
  /** Taken from the list, and not from an address, which may name a request that no list shows. */
  byHand: boolean;
}

/** Next follows both: view, filters and selection are kept in the address and nowhere else. */
function write(filters: QueueFilters, selected: string | null, how: 'push' | 'replace'): void {
  const href = queueHref(filters, selected);
  if (how === 'push') history.pushState(null, '', href);
  else history.replaceState(null, '', href);
}

/**
 * Which request is selected: at once here, a moment later in the address, and whatever the address says when it changes by itself
 * (back, a link). Another view, filter or search begins with nothing selected, so that what is beside the list is always of the list.
 * `current` answers between two renders, for keys that come faster.
 */
export function useSelection(filters: QueueFilters, asked: string | null) {
  const list = queueHref(filters);
  const [chosen, setChosen] = useState<Chosen>({ list, id: asked, byHand: false });
  const latest = useRef<Chosen>(chosen);
  const written = useRef(asked);
  const takeBack = useRef<() => void>(undefined);

  const set = useCallback((next: Chosen) => {
    latest.current = next;
    setChosen(next);
  }, []);
  useEffect(() => {
    // Only what somebody else wrote is news.
    if (asked === written.current && latest.current.list === list) return;
    written.current = asked;
    set({ list, id: asked, byHand: false });
  }, [asked, list, set]);
  useEffect(() => () => takeBack.current?.(), []);

  const put = (id: string, waitMs: number | null) => {
    // The list that was asked for last may be newer than the one that is drawn.
    const { list: asking } = latest.current;
    set({ list: asking, id, byHand: true });
    takeBack.current?.();
    takeBack.current = putOffWrite(() => {
      const now = readFilters(new URLSearchParams(window.location.search));
      if (queueHref(now) !== asking) return;
      written.current = id;
      write(now, id, 'replace');
    }, waitMs);
  };
  const go = (next: QueueFilters, how: 'push' | 'replace') => {
    takeBack.current?.();
    const asking = queueHref(next);
    const kept = asking === latest.current.list ? latest.current : { list: asking, id: null, byHand: false };
    written.current = kept.id;
    set(kept);
    write(next, kept.id, how);
  };
  const here = chosen.list === list;
  return {
    selected: here ? chosen.id : asked,
    byHand: here && chosen.byHand,
    current: () => latest.current.id,
    select: (id: string) => put(id, WRITE_MS),
    /** Selects what nobody asked for: the first of a list, whenever that arrives. */
    choose: (id: string) => put(id, null),
    go,
  };
}
