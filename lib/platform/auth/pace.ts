import { setTimeout as wait } from 'node:timers/promises';
import { monotonicMs } from '../clock';

/** Waits until `durationMs` have passed since `startedMs` (of the monotonic clock), so that an answer's time does not tell what it took. */
export async function noSoonerThan(startedMs: number, durationMs: number): Promise<void> {
  const restMs = startedMs + durationMs - monotonicMs();
  if (restMs > 0) await wait(restMs);
}
