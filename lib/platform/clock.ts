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

/** What takes long is done in slices of so many milliseconds, between which everything else of the process goes on. */
const SLICE_MS = 10;
const waiting: (() => void)[] = [];

/**
 * Waits for a turn of the event loop, and lets everything that has come meanwhile go first. One of those who wait goes on in each turn, in
 * the order in which they came, so that many together hold the loop for no longer than one.
 */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(goOn);
  });
}

function goOn(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(goOn);
}

/** The turns of one that works in pieces: `isOver` says that about 10 ms have passed since its last, `next` waits as `nextTurn` does. */
export function takeTurns(): { isOver: () => boolean; next: () => Promise<void> } {
  let until = monotonicMs() + SLICE_MS;
  return {
    isOver: () => monotonicMs() >= until,
    next: async () => {
      await nextTurn();
      until = monotonicMs() + SLICE_MS;
    },
  };
}

/** Does something to each item, in order, without holding the event loop for longer than about 10 ms, or than one item takes. */
export async function inSlices<T>(items: Iterable<T>, work: (item: T) => void): Promise<void> {
  const turn = takeTurns();
  for (const item of items) {
    if (turn.isOver()) await turn.next();
    work(item);
  }
}

/** Waits for some time of no more than `limitMs`, so that those who collided do not collide again. */
export function spread(limitMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * limitMs));
}
