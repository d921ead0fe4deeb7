import { retrying } from '@/lib/client/node';
import type { Backend } from './tool';

/** Long enough for a server to restart, short enough for whoever waits for the answer. */
const PATIENCE_MS = 15_000;

/**
 * Does something that has an effect, once: where the connection can be lost it is tried again with the same idempotency key, so that
 * an answer that never came is not a second effect.
 * @throws what the last try threw.
 */
export function once<T>(
  { remote }: Backend,
  signal: AbortSignal,
  effect: (idempotencyKey: string) => Promise<T>,
): Promise<T> {
  const key = crypto.randomUUID();
  return remote ? retrying(() => effect(key), { signal, patienceMs: PATIENCE_MS }) : effect(key);
}
