import { monotonicMs } from '@/lib/platform/clock';
import { findReadiness, pendingMigrationCount } from '@/lib/platform/db';
import { logger } from '@/lib/platform/logger';
import { perProcess } from '@/lib/platform/process-wide';

/** A worker that has not said anything for this long is silent. */
const WORKER_SILENT_MS = 15_000;
/** How long an answer about migrations is believed; they change with releases. */
const MIGRATIONS_TTL_MS = 30_000;

export interface Readiness {
  status: 'ready' | 'degraded' | 'unavailable';
  checks: {
    database: 'ok' | 'failed';
    migrations: 'ok' | 'pending' | 'unknown';
    worker: 'ok' | 'silent' | 'unknown';
  };
}

const state = () => perProcess('readiness', () => ({ stopping: false, migrations: { atMs: -Infinity, pending: 0 } }));

/** From now on this process says that it is not ready: it is shutting down. */
export function announceShutdown(): void {
  state().stopping = true;
}

/**
 * Whether this process can serve. Fails only for the database, migrations and shutdown; a silent worker shows as degraded, because it
 * must not take every web process out of the balancer.
 */
export async function checkReadiness(): Promise<Readiness> {
  try {
    const [{ lastBeatAgeMs }, pending] = await Promise.all([findReadiness(), countPending()]);
    const worker = lastBeatAgeMs !== null && lastBeatAgeMs < WORKER_SILENT_MS ? 'ok' : 'silent';
    const migrations = pending === 0 ? 'ok' : 'pending';
    const status = state().stopping || pending > 0 ? 'unavailable' : worker === 'ok' ? 'ready' : 'degraded';
    return { status, checks: { database: 'ok', migrations, worker } };
  } catch (error) {
    logger().warn({ err: error }, 'not ready: the database does not answer');
    return { status: 'unavailable', checks: { database: 'failed', migrations: 'unknown', worker: 'unknown' } };
  }
}

async function countPending(): Promise<number> {
  const { migrations } = state();
  if (monotonicMs() - migrations.atMs > MIGRATIONS_TTL_MS) {
    migrations.pending = await pendingMigrationCount();
    migrations.atMs = migrations.pending === 0 ? monotonicMs() : -Infinity;
  }
  return migrations.pending;
}
