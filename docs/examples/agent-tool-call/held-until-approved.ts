import { type Client, isApiProblem } from '@countersign/client';

export type ApprovalRequest = Awaited<ReturnType<Client['getRequest']>>;

/** What somebody wants to do, as a person will see it. */
export interface Action {
  tenant_id: string;
  skill_id: string;
  agent_id: string;
  payload: ApprovalRequest['payload'];
  title: string;
  justification: string;
  /** Names the action for good: whoever asks again, after a crash or an abort, finds the same request and goes on waiting for it. */
  correlation_id: string;
}

/** The action may not be done. The message is fit for the agent that asked. */
export class NotApproved extends Error {}

/**
 * Does something only after it was approved, and reports what became of it. The call is held for as long as people take, also while the
 * server restarts. Aborting the signal gives up waiting; the request stays. Should this process die between acting and reporting, asking
 * again acts again: `act` has to use `request_id` as its own idempotency key, as every payment provider offers one.
 * @throws NotApproved when it was rejected, expired or cancelled, or was done before.
 */
export async function heldUntilApproved<Result>(
  countersign: Client,
  action: Action,
  act: (approved: ApprovalRequest) => Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  const asked = await countersign.createRequest({ body: action, signal });
  const request = await decided(countersign, asked, signal);
  if (request.status !== 'approved') {
    const why = request.status_history.at(-1)?.reason ?? 'no reason was given';
    throw new NotApproved(`“${request.title}” was not approved: ${request.status}, ${why}. Do not try again.`);
  }
  if (request.outcome !== null) throw new NotApproved(`“${request.title}” has been done already.`);
  const report = (result: 'used' | 'failed') =>
    countersign.reportOutcome({ params: { id: request.request_id }, body: { result } });
  let result: Result;
  try {
    result = await act(request);
  } catch (error) {
    await report('failed');
    throw error;
  }
  await report('used');
  return result;
}

const isOpen = ({ status }: ApprovalRequest) => status === 'pending' || status === 'escalated';

async function decided(countersign: Client, asked: ApprovalRequest, signal: AbortSignal): Promise<ApprovalRequest> {
  let request = asked;
  while (isOpen(request)) {
    try {
      request = await countersign.getRequest({ params: { id: asked.request_id }, query: { wait: 30 }, signal });
    } catch (error) {
      // A server that restarts is back in a moment; anything else would not become better.
      if (!isApiProblem(error) || ![0, 502, 503].includes(error.status)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
  return request;
}
