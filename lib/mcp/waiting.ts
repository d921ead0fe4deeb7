import { setTimeout as pause } from 'node:timers/promises';
import type { ApprovalRequestResource } from '@/lib/contracts';
import { isOpen } from '@/lib/domain/approval';
import { isPassing, pauseMs } from './patience';
import { describeMissing, toRequestState } from './request-state';
import type { ToolCall } from './tool';

/** The longest that one call waits: agents are cut off sooner than people decide, and waiting goes on with the next call. */
export const MAX_WAIT_SECONDS = 300;
/** Below the minute after which most clients give a call up. */
export const DEFAULT_WAIT_SECONDS = 45;
/** How long one question to the API waits; between two of them the caller hears that the wait goes on. */
const SLICE_SECONDS = 10;
/** An open request that comes back this much sooner than was asked for comes from a server that stops. */
const EARLY_MS = 500;

/**
 * The request once it is decided, or as it is when the time is up. No connection to the database is held meanwhile. A remote server may
 * restart in between; the wait goes on when it is back. Aborting ends it at once.
 * @throws ApiProblem as `getRequest`, at once where it is no passing one; AbortError.
 */
export async function awaitDecision(
  { backend: { client, remote }, signal, report }: Pick<ToolCall<unknown>, 'backend' | 'signal' | 'report'>,
  requestId: string,
  waitSeconds: number,
): Promise<ApprovalRequestResource> {
  const begunMs = performance.now();
  const leftMs = () => begunMs + waitSeconds * 1000 - performance.now();
  // The first question does not wait: whoever listens is told at once what is being waited for.
  let wait = 0;
  for (let failures = 0; ; wait = Math.max(0, Math.min(SLICE_SECONDS, Math.ceil(leftMs() / 1000)))) {
    const askedMs = performance.now();
    try {
      const request = await client.getRequest({ params: { id: requestId }, query: { wait }, signal });
      if (!isOpen(request.status) || leftMs() <= 0) return request;
      const isEarly = performance.now() - askedMs < wait * 1000 - EARLY_MS;
      if (isEarly && !remote) return request;
      failures = isEarly ? failures + 1 : 0;
      const message = `${requestId} waits for ${describeMissing(toRequestState(request))}`;
      await report({ progress: Math.round(performance.now() - begunMs) / 1000, total: waitSeconds, message });
      if (isEarly) await pause(Math.min(leftMs(), pauseMs(null, failures)), undefined, { signal });
    } catch (error) {
      const restMs = isPassing(error) ? pauseMs(error, failures) : 0;
      if (!remote || !isPassing(error) || leftMs() <= restMs) throw error;
      failures += 1;
      await pause(restMs, undefined, { signal });
    }
  }
}
