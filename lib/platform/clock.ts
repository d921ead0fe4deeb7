/**
 * The process's clock, in milliseconds of Unix time. Only for what stays inside a process (ids, caches, latencies): everything that is
 * stored or decided uses the database's clock.
 */
export function nowMs(): number {
  return Date.now();
}

/** A clock that never runs backwards, in milliseconds; for durations. */
export function monotonicMs(): number {
  return performance.now();
}
