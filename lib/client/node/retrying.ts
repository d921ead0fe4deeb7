import { type ApiProblem, isApiProblem } from '../api-problem';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/** Answers after which the same call may well succeed: nobody there, too busy, a proxy whose server is restarting. */
const PASSING = [0, 429, 502, 503, 504];

/** Whether a call that failed so can be repeated as it is, in a while. */
export function isPassing(thrown: unknown): thrown is ApiProblem {
  return isApiProblem(thrown) && PASSING.includes(thrown.status);
}

export interface RetryOptions {
  signal?: AbortSignal | undefined;
  /** Gives up when a failure comes this long after the last success; for ever without it. */
  patienceMs?: number | undefined;
  /** Told before every pause. */
  onRetry?: ((problem: ApiProblem, pauseMs: number) => void) | undefined;
}

/**
 * Calls until it succeeds, with pauses that double, up to ten seconds, and begin anew after a success; `Retry-After` makes a pause longer. What
 * would not become better by waiting is thrown at once. The call must be safe to repeat: a read, or a write with an `Idempotency-Key`.
 */
export async function retrying<T>(call: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const pauses = makePauses(options);
  for (;;) {
    try {
      return await call();
    } catch (error) {
      await pauses.after(error);
    }
  }
}

/** The pauses of something that goes on and breaks off now and then. */
export interface Pauses {
  /** Waits after a failure; throws what waiting does not help against, and the failure itself once patience is over. */
  after: (thrown: unknown) => Promise<void>;
  /** Something went well: the next pause is the shortest again. */
  reset: () => void;
}

export function makePauses({ signal, patienceMs = Number.POSITIVE_INFINITY, onRetry }: RetryOptions): Pauses {
  let pauseMs = FIRST_PAUSE_MS;
  let failingSinceMs: number | null = null;
  return {
    async after(thrown) {
      if (signal?.aborted || !isPassing(thrown)) throw thrown;
      const nowMs = performance.now();
      failingSinceMs ??= nowMs;
      // Between half and all of it, so that many clients of one server that restarts do not come back in step.
      const waitMs = Math.max(pauseMs * (0.5 + Math.random() / 2), (thrown.retryAfter ?? 0) * 1000);
      if (nowMs - failingSinceMs + waitMs > patienceMs) throw thrown;
      onRetry?.(thrown, waitMs);
      await pause(waitMs, signal);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    },
    reset() {
      pauseMs = FIRST_PAUSE_MS;
      failingSinceMs = null;
    },
  };
}

/** Waits, unless it is told to stop: then it throws the signal's reason. */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
