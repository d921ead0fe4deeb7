import { newId } from '@/lib/platform/crypto';
import { beat, removeHeartbeat, removeOld } from '@/lib/platform/db/worker';
import { env } from '@/lib/platform/env';
import { allowedRanges, createGuardedClient } from '@/lib/platform/http-client';
import { logger } from '@/lib/platform/logger';
import { snapshotMetrics } from '@/lib/platform/metrics';
import { closeNotifier, listenForWakes, wakeWorkers } from '@/lib/platform/notify';
import { startJobQueue } from '@/lib/platform/queue';
import { archiveOld } from '@/lib/services/archive';
import { checkConfigFile } from '@/lib/services/config';
import { dispatchPending } from '@/lib/services/dispatch';
import { settleFlagChanges } from '@/lib/services/flags';
import { learnCosts, removeExpiredEvaluations, runReplays, sweepRequestEvaluations } from '@/lib/services/policy';
import { driveRuns, startTaskRunner, sweepOrphanedRequests } from '@/lib/services/runs';
import { sweepDue, sweepReachability } from '@/lib/services/sweeps';
import { startDeliverer } from '@/lib/services/webhooks';
import { repeat } from './loop';

/** The poll is the guarantee; wake-ups only make it sooner. */
const DISPATCH_POLL_MS = 500;
/** Under load, events are dispatched some at a time: one transaction for each would cost more than the events. */
const DISPATCH_SPACING_MS = 50;
const HEARTBEAT_MS = 2000;
const CONFIG_FILE_MS = 30_000;
const RECORD_MS = 1000;
const REPLAY_POLL_MS = 1000;
/** What is under way may take this long when the worker is asked to end; it promises to be gone after 10 s. */
const GRACE_MS = 6000;

export interface Worker {
  id: string;
  /** Finishes or gives back what it holds. The database connections stay open. */
  stop: () => Promise<void>;
}

/**
 * Everything the worker does: dispatches events, attempts deliveries, sweeps what is due, runs scheduled jobs, and says that it lives.
 * Resolves when all of it runs.
 */
export async function runWorker(): Promise<Worker> {
  allowedRanges();
  const id = newId('worker');
  const queue = await startJobQueue([
    { name: 'retention.sweep', cron: '*/5 * * * *', run: sweepOld },
    ...(env().ARCHIVE_PATH === undefined ? [] : [{ name: 'archive.write', cron: '40 2 * * *', run: archive }]),
  ]);
  const alive = async () => beat(id, await snapshotMetrics());
  await alive();

  const ending = new AbortController();
  const client = createGuardedClient();
  const deliverer = startDeliverer({ client });
  const tasks = startTaskRunner({ client });
  const dispatch = async () => {
    const { dispatched, deliveries } = await dispatchPending();
    // Woken for something else than an event: a delivery that somebody sends by hand.
    if (deliveries > 0 || dispatched === 0) deliverer.poke();
  };
  const dispatcher = repeat('dispatch', DISPATCH_POLL_MS, dispatch, { spacingMs: DISPATCH_SPACING_MS });
  const sweeper = repeat('sweep', env().SCHED_TICK_MS, async () => {
    if ((await sweepAll()) === 0) return;
    dispatcher.wake();
    wakeWorkers();
  });
  const learner = repeat('learn', env().SCHED_TICK_MS, async () => {
    await learnCosts();
  });
  const driver = repeat('runs', DISPATCH_POLL_MS, () => driveRuns(ending.signal));
  const settler = repeat('flags', DISPATCH_POLL_MS, settleFlagChanges);
  const recorder = repeat('record', RECORD_MS, sweepRequestEvaluations);
  const comparer = repeat('config-file', CONFIG_FILE_MS, checkConfigFile);
  const replayer = repeat('replay', REPLAY_POLL_MS, () => runReplays(ending.signal));
  const heart = repeat('heartbeat', HEARTBEAT_MS, alive);
  const stopListening = listenForWakes((what) => {
    dispatcher.wake();
    if (what === 'events') return;
    settler.wake();
    driver.wake();
    tasks.poke();
  });
  logger().info({ worker_id: id }, 'the worker runs');

  return {
    id,
    stop: async () => {
      stopListening();
      ending.abort();
      await Promise.all([
        sweeper.stop(),
        learner.stop(),
        recorder.stop(),
        replayer.stop(),
        dispatcher.stop(),
        settler.stop(),
        driver.stop(),
        comparer.stop(),
        deliverer.stop(GRACE_MS),
        tasks.stop(GRACE_MS),
        queue.stop(GRACE_MS),
        heart.stop(),
      ]);
      await Promise.all([removeHeartbeat(id), closeNotifier(), client.close()]);
    },
  };
}

/** One tick. Expiry first: what has expired does not escalate any more. */
async function sweepAll(): Promise<number> {
  return (
    (await sweepDue('expire')) +
    (await sweepDue('escalate')) +
    (await sweepReachability()) +
    (await sweepOrphanedRequests())
  );
}

async function sweepOld(): Promise<void> {
  const removed = { ...(await removeOld()), policy_evaluations: await removeExpiredEvaluations() };
  logger().info({ removed }, 'removed what is kept for a while only');
}

async function archive(): Promise<void> {
  const { ARCHIVE_PATH: folder = '', ARCHIVE_AFTER_DAYS: olderThanDays } = env();
  const { requests, runs, files, problems } = await archiveOld({ folder, olderThanDays });
  logger().info({ requests, runs, files: files.length }, 'archived what has been over for long');
  if (problems.length > 0) logger().error({ problems }, 'what was archived does not all prove itself');
}
