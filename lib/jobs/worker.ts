import { closeDatabases } from '@/lib/platform/db';
import { widenThreadPool } from '@/lib/platform/env';
import { logger } from '@/lib/platform/logger';
import { runWorker } from './run-worker';

/** A worker that was asked to end is gone after this long, finished or not. */
const END_WITHIN_MS = 9500;

/** The worker's process: runs until it is asked to end, by a signal or because the process that started it is gone. */
async function main(): Promise<void> {
  // Names are looked up on threads; receivers whose name servers do not answer must not hold all of them.
  widenThreadPool(64);
  const asked = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve(signal));
    process.once('disconnect', () => resolve('its parent is gone'));
  });
  const worker = await runWorker();
  process.send?.({ type: 'ready' });
  const reason = await asked;
  logger().info({ worker_id: worker.id, reason }, 'the worker ends');
  setTimeout(() => process.exit(1), END_WITHIN_MS).unref();
  await worker.stop();
  await closeDatabases();
  process.exit(0);
}

main().catch((error: unknown) => {
  logger().fatal({ err: error }, 'the worker cannot run');
  process.exit(1);
});
