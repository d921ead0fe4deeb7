/** How long a run rests after it could not be advanced once, and at most. */
const FIRST_REST_MS = 1000;
const LONGEST_REST_MS = 5 * 60_000;
/** A run that nobody has come back to for this long after its rest is not due any more. */
const FORGET_AFTER_MS = LONGEST_REST_MS;
/** So many are remembered: each is a parameter of the query that finds what is due. */
const MAX_RESTING = 5000;

interface Rest {
  failures: number;
  untilMs: number;
}

/**
 * What could not be advanced in this process, and until when it is left alone: a second, then twice as long each time, up to five minutes.
 * Only the latest five thousand are remembered. Times are milliseconds of a clock that never runs backwards, in the order of the calls.
 */
export function createRests() {
  const rests = new Map<string, Rest>();
  return {
    /** It could not be advanced again. Says how long it rests, in milliseconds. */
    fail(id: string, nowMs: number): number {
      const failures = (rests.get(id)?.failures ?? 0) + 1;
      const restMs = Math.min(FIRST_REST_MS * 2 ** (failures - 1), LONGEST_REST_MS);
      // Put in anew, so that the first of the map is the one that failed longest ago.
      rests.delete(id);
      rests.set(id, { failures, untilMs: nowMs + restMs });
      const [eldest] = rests.keys();
      if (rests.size > MAX_RESTING && eldest !== undefined) rests.delete(eldest);
      return restMs;
    },
    /** It goes on. */
    recover(id: string): void {
      rests.delete(id);
    },
    /** What rests now. */
    resting(nowMs: number): string[] {
      for (const [id, { untilMs }] of rests) if (untilMs + FORGET_AFTER_MS <= nowMs) rests.delete(id);
      return [...rests].flatMap(([id, { untilMs }]) => (untilMs > nowMs ? [id] : []));
    },
  };
}
