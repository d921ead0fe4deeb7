'use client';

import { createContext, type ReactNode, useContext, useEffect, useSyncExternalStore } from 'react';
import { TIME_ZONE_COOKIE } from './time-format';

interface FirstPaint {
  now: number;
  timeZone: string;
}

const FirstPaintContext = createContext<FirstPaint>({ now: 0, timeZone: 'UTC' });

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let skewMs: number | undefined;

function tick() {
  for (const listener of listeners) listener();
}

/** One interval for every time on the page, and none while there is nothing to tick. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    timer = setInterval(tick, 1000);
    document.addEventListener('visibilitychange', tick);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    document.removeEventListener('visibilitychange', tick);
  };
}

/** How far the server's clock is ahead of this one, measured once: the page was rendered when its first byte came. */
function measureSkew(serverNow: number): void {
  if (skewMs !== undefined || typeof window === 'undefined') return;
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  const arrived = navigation?.responseStart ? performance.timeOrigin + navigation.responseStart : Date.now();
  skewMs = serverNow - arrived;
}

export interface ClockProviderProps {
  /** The server's clock when it rendered the page, in ms. */
  now: number;
  /** The reader's zone as far as the server knows it. */
  timeZone: string;
  children: ReactNode;
}

/**
 * Gives the server's render and the browser's first the same clock and zone, so they agree to the letter, and afterwards
 * follows the server's clock: a countdown is right even where the browser's clock is not.
 */
export function ClockProvider({ now, timeZone, children }: ClockProviderProps) {
  measureSkew(now);
  useEffect(() => {
    const zone = browserTimeZone();
    if (zone === timeZone) return;
    const secure = location.protocol === 'https:' ? '; Secure' : '';
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing over plain http and in older browsers.
    document.cookie = `${TIME_ZONE_COOKIE}=${zone}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  }, [timeZone]);
  return <FirstPaintContext value={{ now, timeZone }}>{children}</FirstPaintContext>;
}

function browserTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

const never = () => () => {};

/** The zone times are shown in: what the server used for the first paint, then the browser's own. */
export function useTimeZone(): string {
  const { timeZone } = useContext(FirstPaintContext);
  return useSyncExternalStore(never, browserTimeZone, () => timeZone);
}

/** What `read` makes of the server's clock, kept up to date. It renders again only when the answer changes. */
export function useClock<Answer extends string | number | boolean>(read: (nowMs: number) => Answer): Answer {
  const { now } = useContext(FirstPaintContext);
  return useSyncExternalStore(
    subscribe,
    () => read(Date.now() + (skewMs ?? 0)),
    () => read(now),
  );
}
