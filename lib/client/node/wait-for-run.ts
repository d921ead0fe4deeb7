import type { RunResource } from '@/lib/contracts';
import type { Client } from '../client';
import { makePauses, pause } from './retrying';
import type { WaitOptions } from './wait-for-request';

/** How often a run is looked at: it moves when people decide. */
const LOOK_MS = 1000;

/** Whether a run has come to its end, whatever the end is. */
export function isOver({ status }: Pick<RunResource, 'status'>): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled';
}

/**
 * The run as soon as it is over, or as it is when the time is up; through dropped connections and restarts of the server. It is looked at
 * once a second.
 * @throws ApiProblem for what waiting does not help against, such as a run that does not exist.
 */
export async function waitForRun(client: Client, id: string, options: WaitOptions = {}): Promise<RunResource> {
  const { signal, tenantId, timeoutMs = Number.POSITIVE_INFINITY } = options;
  const untilMs = performance.now() + timeoutMs;
  const leftMs = () => Math.max(0, untilMs - performance.now());
  const pauses = makePauses(options);
  for (;;) {
    try {
      const run = await client.getRun({ params: { id }, query: { tenant_id: tenantId }, ...(signal && { signal }) });
      pauses.reset();
      if (isOver(run) || leftMs() === 0) return run;
      await pause(Math.min(LOOK_MS, leftMs()), signal);
    } catch (error) {
      if (signal?.aborted || leftMs() === 0) throw error;
      await pauses.after(error);
    }
  }
}
