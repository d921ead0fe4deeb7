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

/** The time that processors have worked for this process, in milliseconds. */
export function workedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Waits for this long, and lets everything else of the process go first. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits for some time of no more than `limitMs`, so that those who collided do not collide again. */
export function spread(limitMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * limitMs));
}
