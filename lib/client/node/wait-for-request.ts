import type { ApprovalRequestResource } from '@/lib/contracts';
import { ApiProblem } from '../api-problem';
import type { Client } from '../client';
import { makePauses, type RetryOptions } from './retrying';

/** How long one call waits; proxies between here and there usually cut at a minute. */
const WAIT_SECONDS = 30;
/** An answer that is later than asked for by this much does not come any more. */
const LATE_MS = 15_000;

export interface WaitOptions extends RetryOptions {
  tenantId?: string | undefined;
  /** Answers with the request as it is when this is over. */
  timeoutMs?: number | undefined;
}

/**
 * The request as soon as it is resolved, or as it is when the time is up: a long poll, again and again, through dropped connections and
 * restarts of the server.
 * @throws ApiProblem for what waiting does not help against, such as a request that does not exist.
 */
export async function waitForRequest(
  client: Client,
  id: string,
  options: WaitOptions = {},
): Promise<ApprovalRequestResource> {
  const { signal, tenantId, timeoutMs = Number.POSITIVE_INFINITY } = options;
  const untilMs = performance.now() + timeoutMs;
  const leftMs = () => Math.max(0, untilMs - performance.now());
  const pauses = makePauses(options);
  for (;;) {
    const wait = Math.min(WAIT_SECONDS, Math.ceil(leftMs() / 1000));
    const late = AbortSignal.timeout(wait * 1000 + LATE_MS);
    try {
      const request = await client.getRequest({
        params: { id },
        query: { tenant_id: tenantId, wait },
        signal: signal === undefined ? late : AbortSignal.any([signal, late]),
      });
      pauses.reset();
      if (request.resolved_at !== null || leftMs() === 0) return request;
    } catch (error) {
      const thrown = late.aborted && !signal?.aborted ? unanswered(error) : error;
      if (leftMs() === 0) throw thrown;
      await pauses.after(thrown);
    }
  }
}

function unanswered(cause: unknown): ApiProblem {
  return new ApiProblem({ status: 0, code: 'client/unreachable', title: 'The server does not answer', cause });
}
