import { AppError } from '@/lib/domain/errors';
import { perProcess } from '../process-wide';

interface Turns {
  busy: number;
  waiting: (() => void)[];
}

/**
 * Runs `work` when fewer than `atOnce` of this name are running in the process; at most `waiting` wait for that, in order.
 * @throws AppError `auth/throttled` when too many wait already: a storm is told to come back, and memory stays bounded.
 */
export async function inTurn<T>(
  name: string,
  limits: { atOnce: number; waiting: number },
  work: () => Promise<T>,
): Promise<T> {
  const turns = perProcess<Turns>(`turns.${name}`, () => ({ busy: 0, waiting: [] }));
  if (turns.busy < limits.atOnce) turns.busy += 1;
  else if (turns.waiting.length >= limits.waiting) throw new AppError('auth/throttled', { retryAfterSeconds: 2 });
  else await new Promise<void>((resolve) => turns.waiting.push(resolve));
  try {
    return await work();
  } finally {
    // A turn is handed on, not given back and taken again, so that nobody jumps the queue.
    const next = turns.waiting.shift();
    if (next === undefined) turns.busy -= 1;
    else next();
  }
}
