import { listenForWakes } from './listen';

/** Resolves at the next wake-up, after `timeoutMs`, or when the signal aborts, whichever comes first. */
export type NextWake = (timeoutMs: number, signal: AbortSignal) => Promise<void>;

/** Runs `work` with a subscription to wake-ups that lasts as long as it does. */
export async function withWakes<T>(work: (next: NextWake) => Promise<T>): Promise<T> {
  let wake: (() => void) | null = null;
  const unsubscribe = listenForWakes(() => wake?.());
  const next: NextWake = (timeoutMs, signal) =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        wake = null;
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      signal.addEventListener('abort', done, { once: true });
      wake = done;
      if (signal.aborted) done();
    });
  try {
    return await work(next);
  } finally {
    unsubscribe();
  }
}
