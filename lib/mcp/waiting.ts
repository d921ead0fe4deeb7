import { makePauses } from '@/lib/client/node';
import type { ApprovalRequestResource } from '@/lib/contracts';
import { isOpen } from '@/lib/domain/approval';
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
  const pauses = makePauses({ signal, patienceMs: waitSeconds * 1000 });
  // The first question does not wait: whoever listens is told at once what is being waited for.
  for (let wait = 0; ; wait = Math.max(0, Math.min(SLICE_SECONDS, Math.ceil(leftMs() / 1000)))) {
    const askedMs = performance.now();
    try {
      const request = await client.getRequest({ params: { id: requestId }, query: { wait }, signal });
      pauses.reset();
      if (!isOpen(request.status) || leftMs() <= 0) return request;
      if (!remote && performance.now() - askedMs < wait * 1000 - EARLY_MS) return request;
      const message = `${requestId} waits for ${describeMissing(toRequestState(request))}`;
      await report({ progress: Math.round(performance.now() - begunMs) / 1000, total: waitSeconds, message });
    } catch (error) {
      if (!remote || leftMs() <= 0) throw error;
      await pauses.after(error);
    }
  }
}
