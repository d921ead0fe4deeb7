import { dispatchOutbox } from '@/lib/platform/db/worker';
import { env } from '@/lib/platform/env';
import { planDeliveries } from './plan';

/** Events in one transaction: few enough that a body of each fits, many enough that a backlog is worked off quickly. */
const BATCH = 200;

/**
 * Turns every event that waits into deliveries, in order. Safe to run at any time and in any number of processes: dispatching twice
 * makes nothing twice.
 * @returns how many events were dispatched and how many deliveries they became.
 */
export async function dispatchPending(): Promise<{ dispatched: number; deliveries: number }> {
  const total = { dispatched: 0, deliveries: 0 };
  for (;;) {
    const batch = await dispatchOutbox(BATCH, (events) => planDeliveries(events, env().NEXTAUTH_URL));
    total.dispatched += batch.dispatched;
    total.deliveries += batch.deliveries;
    if (batch.dispatched < BATCH) return total;
  }
}
