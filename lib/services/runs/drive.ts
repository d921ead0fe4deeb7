import { monotonicMs } from '@/lib/platform/clock';
import { toUnavailable } from '@/lib/platform/db';
import { type DueRun, listDueRuns } from '@/lib/platform/db/worker';
import { logger } from '@/lib/platform/logger';
import { advanceRun } from './advance';
import { createRests } from './rest';

/** Runs read at once, and how many of them are advanced side by side. */
const BATCH = 200;
const SIDE_BY_SIDE = 4;
/** Where so many cannot be advanced, something else is wrong: the others wait for the next time, and the processor has a rest. */
const MAX_FAILURES = 1000;

/** The runs that this process could not advance lately. */
const rests = createRests();

/** What came of some runs that were looked at. */
interface Looked {
  /** Whether one of them could go on at once. */
  unfinished: boolean;
  failures: number;
}

/**
 * Advances every run that somebody must look at. One that cannot be advanced rests meanwhile, however long it has been due, and takes nobody's
 * place. Safe to run at any time and in any number of processes: of two that advance the same run, one writes.
 * @returns how many were looked at.
 */
export async function driveRuns(ending: AbortSignal, { batch = BATCH } = {}): Promise<number> {
  let looked = 0;
  let failures = 0;
  while (!ending.aborted && failures < MAX_FAILURES) {
    const due = await listDueRuns(batch, rests.resting(monotonicMs()));
    looked += due.length;
    const queue = [...due];
    const each = await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => advanceEach(queue, ending)));
    for (const one of each) failures += one.failures;
    if (due.length < batch && !each.some(({ unfinished }) => unfinished)) break;
  }
  return looked;
}

async function advanceEach(queue: DueRun[], ending: AbortSignal): Promise<Looked> {
  const came: Looked = { unfinished: false, failures: 0 };
  for (let next = queue.shift(); next !== undefined && !ending.aborted; next = queue.shift()) {
    const { run_id, tenant_id } = next;
    try {
      const advanced = await advanceRun('countersign_worker', tenant_id, run_id);
      came.unfinished ||= advanced.unfinished;
      rests.recover(run_id);
    } catch (error) {
      if (toUnavailable(error) !== null) throw error;
      came.failures += 1;
      const rests_ms = rests.fail(run_id, monotonicMs());
      logger().error({ err: error, run_id, tenant_id, rests_ms }, 'a run cannot be advanced');
    }
  }
  return came;
}
