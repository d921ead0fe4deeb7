import { poolState } from '@/lib/platform/db';
import { countSwitchedOff, listWorkerMetrics } from '@/lib/platform/db/worker';
import { metrics, renderWith } from '@/lib/platform/metrics';
import { collectDriftGauges } from '../config';
import { collectDatabaseGauges } from '../webhooks';

/** The process's metrics, the workers' counts and what the database says of backlog and deliveries, in Prometheus' text format. */
export async function renderMetrics(): Promise<{ text: string; contentType: string }> {
  await Promise.all([collectDatabaseGauges(), collectDriftGauges()]);
  const { registry, pool, costAutoOff } = metrics();
  costAutoOff.set(await countSwitchedOff());
  for (const role of ['countersign_app', 'countersign_hot'] as const) {
    const { total, idle, waiting } = poolState(role);
    pool.set({ role, state: 'total' }, total);
    pool.set({ role, state: 'idle' }, idle);
    pool.set({ role, state: 'waiting' }, waiting);
  }
  return { text: await renderWith(await listWorkerMetrics()), contentType: registry.contentType };
}
