import { toUnavailable } from '@/lib/platform/db';
import { type DueRun, listDueRuns } from '@/lib/platform/db/worker';
import { logger } from '@/lib/platform/logger';
import { advanceRun } from './advance';

/** Runs read at once, and how many of them are advanced side by side. */
const BATCH = 200;
const SIDE_BY_SIDE = 4;

/**
 * Advances every run that somebody must look at. Safe to run at any time and in any number of processes: of two that advance the same
 * run, one writes.
 * @returns how many were looked at.
 */
export async function driveRuns(ending: AbortSignal): Promise<number> {
  let looked = 0;
  while (!ending.aborted) {
    const due = await listDueRuns(BATCH);
    looked += due.length;
    const queue = [...due];
    const unfinished = await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => advanceEach(queue, ending)));
    if (due.length < BATCH && !unfinished.includes(true)) break;
  }
  return looked;
}

/**
 * One that cannot be advanced does not keep the others waiting; it is tried again with the next round.
 * @returns whether one of them could go on at once.
 */
async function advanceEach(queue: DueRun[], ending: AbortSignal): Promise<boolean> {
  let unfinished = false;
  for (let next = queue.shift(); next !== undefined && !ending.aborted; next = queue.shift()) {
    try {
      const advanced = await advanceRun('countersign_worker', next.tenant_id, next.run_id);
      unfinished ||= advanced.unfinished;
    } catch (error) {
      if (toUnavailable(error) !== null) throw error;
      logger().error({ err: error, run_id: next.run_id, tenant_id: next.tenant_id }, 'a run cannot be advanced');
    }
  }
  return unfinished;
}
