/**
 * Turns any number of wishes into few runs: one runs at once, those that come while it runs become one more after it, and between two
 * runs there is a pause. A failed run is over like any other; the next wish tries again.
 */
export function coalesce<Wish>(
  run: (wishes: ReadonlySet<Wish>) => Promise<unknown>,
  pauseMs: number,
): { wish: (wish: Wish) => void; stop: () => void } {
  let waiting = new Set<Wish>();
  let running = false;
  let stopped = false;

  const next = async () => {
    running = true;
    while (waiting.size > 0 && !stopped) {
      const wishes = waiting;
      waiting = new Set();
      await run(wishes).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    running = false;
  };

  return {
    wish: (wish) => {
      waiting.add(wish);
      if (!running && !stopped) void next();
    },
    stop: () => {
      stopped = true;
    },
  };
}
