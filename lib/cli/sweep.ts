/**
 * What the worker's clock does, once: for cron, where no worker runs, or to see it happen. A bundle of its own (`dist/sweep.mjs`), because it
 * is the one part of the command line that needs the database and its settings.
 */
import { closeDatabases } from '@/lib/platform/db';
import { removeOld } from '@/lib/platform/db/worker';
import { env, overrideEnv } from '@/lib/platform/env';
import { closeNotifier } from '@/lib/platform/notify';
import { type Archived, archiveOld } from '@/lib/services/archive';
import { removeExpiredEvaluations } from '@/lib/services/policy';
import { sweepDue, sweepReachability } from '@/lib/services/sweeps';

export type SweepName = 'escalate' | 'expire';

/** How many requests this call has moved; the worker's own functions, so both may run at once. */
export function sweepOnce(name: SweepName): Promise<number> {
  return onDatabase(async () => {
    if (name === 'expire') return sweepDue('expire');
    return (await sweepDue('escalate')) + (await sweepReachability());
  });
}

/** Where what is over is written unless somebody says: beside the seed's other files. */
const ARCHIVE_FOLDER = 'logs/archives';

/** What an archiving has written, and what was removed because it is kept for a while only. */
export interface ArchivedOnce extends Archived {
  folder: string;
  removed: Record<string, number>;
}

/** Archives what is over, then removes what is kept for a while only: both as the worker does. */
export function archiveOnce(over: { folder?: string | undefined; days?: number | undefined }): Promise<ArchivedOnce> {
  return onDatabase(async () => {
    const folder = over.folder ?? env().ARCHIVE_PATH ?? ARCHIVE_FOLDER;
    const archived = await archiveOld({ folder, olderThanDays: over.days ?? env().ARCHIVE_AFTER_DAYS });
    const removed = { ...(await removeOld()), policy_evaluations: await removeExpiredEvaluations() };
    return { folder, ...archived, removed };
  });
}

async function onDatabase<T>(work: () => Promise<T>): Promise<T> {
  // What the services say meanwhile is no result.
  overrideEnv({ LOG_LEVEL: 'warn' });
  try {
    return await work();
  } finally {
    await closeNotifier();
    await closeDatabases();
  }
}
