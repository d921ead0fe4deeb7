import { setTimeout as pause } from 'node:timers/promises';
import { type ApiProblem, isApiProblem } from '@/lib/client';
import type { Backend } from './tool';

/** Between tries of something, in milliseconds. */
const PAUSES_MS = [250, 1000, 2000, 4000] as const;

/** Nobody answered, or who answered says that it is only for now. */
const PASSING = new Set([0, 429, 502, 503, 504]);

/** Whether trying again may end otherwise. */
export function isPassing(thrown: unknown): thrown is ApiProblem {
  return isApiProblem(thrown) && PASSING.has(thrown.status);
}

/** How long to leave a server alone that has just failed so often: what it asked for itself, else longer each time. */
export function pauseMs(problem: ApiProblem | null, failures: number): number {
  const own = PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)] ?? 0;
  return problem?.retryAfter == null ? own : Math.max(own, problem.retryAfter * 1000);
}

/**
 * Does something that has an effect, once: where the connection can be lost it is tried again with the same idempotency key, so that
 * an answer that never came is not a second effect.
 * @throws what the last try threw.
 */
export async function once<T>(
  { remote }: Backend,
  signal: AbortSignal,
  effect: (idempotencyKey: string) => Promise<T>,
): Promise<T> {
  const key = crypto.randomUUID();
  for (let failures = 0; ; failures += 1) {
    try {
      return await effect(key);
    } catch (error) {
      if (!remote || !isPassing(error) || failures >= PAUSES_MS.length) throw error;
      await pause(pauseMs(error, failures), undefined, { signal });
    }
  }
}
