import { toUnavailable } from '@/lib/platform/db';
import { logger } from '@/lib/platform/logger';

export interface Loop {
  /** Runs now, or once more after the run that is under way. */
  wake: () => void;
  /** Starts nothing more; resolves when what is under way has ended. */
  stop: () => Promise<void>;
}

/**
 * Runs a task at once, whenever it is woken, and `intervalMs` after the end of the last run: one run at a time. What it throws is logged
 * and does not end it.
 */
export function repeat(name: string, intervalMs: number, task: () => Promise<unknown>): Loop {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;

  const run = async (): Promise<void> => {
    do {
      again = false;
      try {
        await task();
      } catch (error) {
        if (toUnavailable(error) === null) logger().error({ err: error, task: name }, 'a task failed; trying again');
        else logger().warn({ err: error, task: name }, 'the database is not available; trying again');
        again = false;
      }
    } while (again && !stopped);
    running = null;
    if (!stopped) timer = setTimeout(wake, intervalMs);
  };
  const wake = (): void => {
    if (stopped) return;
    if (running !== null) {
      again = true;
      return;
    }
    if (timer !== null) clearTimeout(timer);
    running = run();
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
