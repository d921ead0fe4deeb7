/**
 * What the worker's clock does, once: for cron, where no worker runs, or to see it happen. A bundle of its own (`dist/sweep.mjs`), because it
 * is the one part of the command line that needs the database and its settings.
 */
import { closeDatabases } from '@/lib/platform/db';
import { overrideEnv } from '@/lib/platform/env';
import { closeNotifier } from '@/lib/platform/notify';
import { sweepDue, sweepReachability } from '@/lib/services/sweeps';

export type SweepName = 'escalate' | 'expire';

/** How many requests this call has moved; the worker's own functions, so both may run at once. */
export async function sweepOnce(name: SweepName): Promise<number> {
  // What the services say meanwhile is no result.
  overrideEnv({ LOG_LEVEL: 'warn' });
  try {
    if (name === 'expire') return await sweepDue('expire');
    return (await sweepDue('escalate')) + (await sweepReachability());
  } finally {
    await closeNotifier();
    await closeDatabases();
  }
}
