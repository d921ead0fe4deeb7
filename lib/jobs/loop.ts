import { monotonicMs } from '@/lib/platform/clock';
import { toUnavailable } from '@/lib/platform/db';
import { logger } from '@/lib/platform/logger';

export interface Loop {
  /** Runs now, or once more after the run that is under way. */
  wake: () => void;
  /** Starts nothing more; resolves when what is under way has ended. */
  stop: () => Promise<void>;
}

/**
 * Runs a task at once, whenever it is woken, and `intervalMs` after the end of the last run: one run at a time, and `spacingMs` between
 * the starts of two, so that a burst of wakes becomes a few runs that find much. What it throws is logged and does not end it.
 */
export function repeat(
  name: string,
  intervalMs: number,
  task: () => Promise<unknown>,
  { spacingMs = 0 }: { spacingMs?: number } = {},
): Loop {
  let notBeforeMs = 0;
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  /** More is asked for while a run is under way. */
  let again = false;
  /** A run is asked for, and waits for its time. */
  let asked = false;
  let stopped = false;

  const run = async (): Promise<void> => {
    again = false;
    asked = false;
    notBeforeMs = monotonicMs() + spacingMs;
    try {
      await task();
    } catch (error) {
      if (toUnavailable(error) === null) logger().error({ err: error, task: name }, 'a task failed; trying again');
      else logger().warn({ err: error, task: name }, 'the database is not available; trying again');
      again = false;
    }
    running = null;
    if (stopped) return;
    if (again) wake();
    else timer = setTimeout(begin, intervalMs);
  };
  const begin = (): void => {
    if (timer !== null) clearTimeout(timer);
    running = run();
  };
  const wake = (): void => {
    if (stopped || asked) return;
    if (running !== null) {
      again = true;
      return;
    }
    const waitMs = notBeforeMs - monotonicMs();
    if (waitMs <= 0) {
      begin();
      return;
    }
    if (timer !== null) clearTimeout(timer);
    asked = true;
    timer = setTimeout(begin, waitMs);
  };
  wake();
  return {
    wake,
    stop: async () => {
      stopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}
