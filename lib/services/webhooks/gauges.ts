import { findBacklog } from '@/lib/platform/db/worker';
import { metrics } from '@/lib/platform/metrics';

/** Sets the gauges that only the database knows: what is open, overdue, waiting to be dispatched or delivered, and who works. */
export async function collectDatabaseGauges(): Promise<void> {
  const { open, overdue, outbox, outboxAge, backlog, workers } = metrics();
  const now = await findBacklog();
  open.set(now.open);
  overdue.set(now.overdue);
  outbox.set(now.outbox);
  outboxAge.set(now.outboxAge);
  workers.set(now.workers);
  for (const status of ['pending', 'failed', 'dead'] as const) backlog.set({ status }, now[status]);
}
