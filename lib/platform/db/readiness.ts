import path from 'node:path';
import { env } from '../env';
import { prismaAs } from './client';
import { pendingMigrations } from './migrate';

/** One look at the database: how long ago a worker last said that it lives; null when none ever did. */
export async function findReadiness(): Promise<{ lastBeatAgeMs: number | null }> {
  const [row] = await prismaAs('countersign_hot').$queryRaw<{ age: number | null }[]>`
    SELECT (extract(epoch FROM clock_timestamp() - max(beat_at)) * 1000)::float8 AS age FROM worker_heartbeats`;
  return { lastBeatAgeMs: row?.age ?? null };
}

/** How many migrations of this release the database has not had. */
export async function pendingMigrationCount(): Promise<number> {
  const pending = await pendingMigrations({
    url: env().DATABASE_URL,
    dir: path.join(process.cwd(), 'prisma', 'migrations'),
  });
  return pending.length;
}
