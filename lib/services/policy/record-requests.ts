import { DEFAULT_RECORDING } from '@/lib/platform/db';
import { recordOfRequests, removeOldEvaluations } from '@/lib/platform/db/worker';
import { metrics } from '@/lib/platform/metrics';

/**
 * Writes the records of evaluations that led to a request, from the requests themselves. Running it twice, or in two workers at once, is
 * harmless.
 * @returns how many were written by this call.
 */
export async function sweepRequestEvaluations(): Promise<number> {
  let written = 0;
  for (;;) {
    const batch = await recordOfRequests();
    written += batch.written;
    metrics().evaluations.inc({ outcome: 'of_request' }, batch.written);
    if (!batch.more || batch.written === 0) return written;
  }
}

/**
 * Removes the records that are older than their tenants keep them.
 * @returns how many were removed.
 */
export function removeExpiredEvaluations(): Promise<number> {
  return removeOldEvaluations(DEFAULT_RECORDING.retainDays);
}
