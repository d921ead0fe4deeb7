'use client';

import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { operations } from '@/lib/contracts';
import { coalesce } from './coalesce';
import { followEvents, type LiveState } from './follow-events';
import { requestKeys, runKeys } from './query-keys';

/** The least time between two refreshes: a storm of events must not become a storm of reads. */
const PAUSE_MS = 400;
const POLL_MS = 5_000;
/** Even a stream that seems fine is not trusted for longer. */
const CHECK_MS = 60_000;

interface Live {
  state: LiveState;
  /** Says something to who cannot see that it changed, after what is being said now. */
  announce: (text: string) => void;
}

const LiveContext = createContext<Live | null>(null);

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error('Live updates need a LiveProvider around them');
  return live;
}

const EVERYTHING = '';

/**
 * Keeps what is shown of requests true: by server-sent events, by asking every five seconds while there is no stream, and at once when
 * the page is looked at again. A hidden page holds no stream, because a browser has only six connections for all of its tabs.
 */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [state, setState] = useState<LiveState>('connecting');
  const [said, setSaid] = useState('');

  useEffect(() => {
    const refresh = coalesce<string>((ids) => {
      const stale = ids.has(EVERYTHING)
        ? [requestKeys.all, runKeys.all]
        : [
            runKeys.all,
            requestKeys.lists,
            requestKeys.waiting,
            ...[...ids].flatMap((id) => [requestKeys.one(id), requestKeys.eligible(id), requestKeys.deliveries(id)]),
          ];
      return Promise.all(stale.map((queryKey) => queries.invalidateQueries({ queryKey })));
    }, PAUSE_MS);

    let current: LiveState = 'connecting';
    let stop: (() => void) | null = null;
    const onState = (next: LiveState) => {
      current = next;
      setState(next);
    };
    const follow = () => {
      stop = followEvents({
        open: () => new EventSource(operations.streamEvents.path),
        onState,
        onOpen: () => refresh.wish(EVERYTHING),
        onEvent: (event) => refresh.wish(event.request_id),
      });
    };
    const onVisibility = () => {
      if (document.hidden) {
        stop?.();
        stop = null;
      } else if (stop === null) {
        onState('connecting');
        follow();
      }
    };

    if (!document.hidden) follow();
    document.addEventListener('visibilitychange', onVisibility);
    const poll = setInterval(() => {
      if (!document.hidden && current !== 'live') refresh.wish(EVERYTHING);
    }, POLL_MS);
    const check = setInterval(() => {
      if (!document.hidden) refresh.wish(EVERYTHING);
    }, CHECK_MS);
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      clearInterval(poll);
      clearInterval(check);
      stop?.();
      refresh.stop();
    };
  }, [queries]);

  const announce = useCallback((text: string) => {
    // The same words twice would not be a change, and only changes are read out.
    setSaid((before) => (before === text ? `${text}\u00a0` : text));
  }, []);
  const live = useMemo(() => ({ state, announce }), [state, announce]);
  return (
    <LiveContext value={live}>
      {children}
      <p role="status" className="sr-only">
        {said}
      </p>
    </LiveContext>
  );
}
