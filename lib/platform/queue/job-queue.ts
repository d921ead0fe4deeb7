import { PgBoss } from 'pg-boss';
import { env } from '../env';
import { logger } from '../logger';

/** A job that is due by the clock. */
export interface ScheduledJob {
  /** `noun.verb`. */
  name: string;
  /** Five fields, UTC. */
  cron: string;
  /** Safe to run twice: a job whose worker dies is run again. */
  run: () => Promise<void>;
}

export interface JobQueue {
  /** Takes no more jobs, lets those that run finish within the time, and closes the connections. */
  stop: (timeoutMs: number) => Promise<void>;
}

/**
 * Runs background jobs that are due by the minute or more, once each however many workers there are. The queue keeps its tables in a
 * schema of its own, which it makes and migrates itself, so it connects as the database's owner and directly.
 *
 * Supervision is set low: by default a job whose worker was killed is noticed after a minute.
 */
export async function startJobQueue(jobs: readonly ScheduledJob[]): Promise<JobQueue> {
  const { DATABASE_LISTEN_URL, DATABASE_URL } = env();
  const boss = new PgBoss({
    connectionString: DATABASE_LISTEN_URL ?? DATABASE_URL,
    application_name: 'countersign-queue',
    schema: 'pgboss',
    max: 3,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 2,
    maintenanceIntervalSeconds: 300,
    queueCacheIntervalSeconds: 10,
    cronMonitorIntervalSeconds: 10,
    cronWorkerIntervalSeconds: 2,
  });
  boss.on('error', (error) => logger().warn({ err: error }, 'the job queue met an error; it goes on'));
  await boss.start();
  for (const { name, cron, run } of jobs) {
    await boss.createQueue(name, {
      policy: 'exclusive',
      expireInSeconds: 120,
      retryLimit: 3,
      deleteAfterSeconds: 86_400,
    });
    await boss.schedule(name, cron);
    await boss.work(name, { pollingIntervalSeconds: 2 }, async () => {
      await run();
    });
  }
  return { stop: (timeout) => boss.stop({ graceful: true, close: true, timeout }) };
}
