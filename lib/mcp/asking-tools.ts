import { z } from 'zod';
import { isApiProblem } from '@/lib/client';
import {
  CreateRequestBody,
  EvaluateBody,
  EvaluationResource,
  Id,
  type MeResource,
  OutcomeBody,
  Prose,
  TenantId,
} from '@/lib/contracts';
import { isOpen } from '@/lib/domain/approval';
import { once } from './once';
import { describeState, RequestState, toRequestState } from './request-state';
import { defineTool, type ToolAnswer, type ToolCall } from './tool';
import { awaitDecision, DEFAULT_WAIT_SECONDS, MAX_WAIT_SECONDS } from './waiting';

const WaitSeconds = z
  .int()
  .min(0)
  .max(MAX_WAIT_SECONDS)
  .default(DEFAULT_WAIT_SECONDS)
  .meta({ description: 'How long to wait for a decision before answering with the request as it is' });

/** The key’s own tenant unless another is named, which only a key of all tenants can do. */
const OwnTenant = TenantId.optional().meta({ description: 'Left out, it is the key’s own' });

async function tenantOf({ input, backend, signal }: ToolCall<{ tenant_id?: string | undefined }>): Promise<string> {
  return input.tenant_id ?? (await backend.client.getMe({ signal })).tenant_id;
}

export const evaluatePolicy = defineTool({
  name: 'evaluate_policy',
  title: 'Ask what policy would answer',
  description:
    'Asks whether an action would be allowed, denied or would need a person’s approval, with the reasons and what it is expected to cost. ' +
    'Changes nothing and gives no permission: to act, call request_approval.',
  input: EvaluateBody.extend({ tenant_id: OwnTenant }),
  output: EvaluationResource,
  annotations: { readOnlyHint: true, openWorldHint: false },
  offered: ({ scopes }) => scopes.includes('policy:evaluate'),
  run: async (call) => {
    const tenant_id = await tenantOf(call);
    const data = await call.backend.client.evaluatePolicy({ body: { ...call.input, tenant_id }, signal: call.signal });
    const reasons = data.reasons.length === 0 ? '' : ` ${data.reasons.join('; ')}.`;
    const said = {
      allow: `Policy would allow this.${reasons}`,
      deny: `Policy would deny this.${reasons}`,
      requires_approval: `A person at level ${data.approval_level_required ?? '?'} would have to approve this.${reasons}`,
    } as const satisfies Record<typeof data.decision, string>;
    return { said: said[data.decision], data };
  },
});

/** Where deliveries go and what signs them is an operator’s to set up: a model neither needs nor should see a secret. */
const AskInput = CreateRequestBody.omit({ webhook_url: true, webhook_secret: true }).extend({
  tenant_id: OwnTenant,
  correlation_id: CreateRequestBody.shape.correlation_id.meta({
    description:
      'Your own name for this action. Asking again with the same one and the same payload gives the first request, however often',
  }),
  wait_seconds: WaitSeconds,
});

export const requestApproval = defineTool({
  name: 'request_approval',
  title: 'Ask for approval, and wait for it',
  description:
    'Asks for permission to do one thing: describe it completely in payload, because people decide what they see there. Policy may answer at ' +
    'once; otherwise a person decides, and this call waits for wait_seconds. Do the thing only if the answer says approved: true. If it is not ' +
    'decided in time, call wait_for_decision with the request_id.',
  input: AskInput,
  output: RequestState,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  offered: ({ scopes }) => scopes.includes('requests:create'),
  run: async (call) => {
    const { wait_seconds, ...body } = call.input;
    const tenant_id = await tenantOf(call);
    const { backend, signal } = call;
    const asked = await once(backend, signal, (idempotencyKey) =>
      backend.client.createRequest({ body: { ...body, tenant_id }, idempotencyKey, signal }),
    );
    if (!isOpen(asked.status) || wait_seconds === 0) return stateAnswer(toRequestState(asked));
    try {
      return stateAnswer(toRequestState(await awaitDecision(call, asked.request_id, wait_seconds)));
    } catch (error) {
      // It has been asked, and who asked must learn its id, whatever became of the waiting.
      if (!isApiProblem(error)) throw error;
      const state = toRequestState(asked);
      return { said: `${describeState(state)} Waiting for it broke off: ${error.message}`, data: state };
    }
  },
});

export const waitForDecision = defineTool({
  name: 'wait_for_decision',
  title: 'Wait for a decision',
  description:
    'Waits until a request is decided, at most wait_seconds, and says what became of it. Call it again for as long as decided is false.',
  input: z.strictObject({ request_id: Id, wait_seconds: WaitSeconds }),
  output: RequestState,
  annotations: { readOnlyHint: true, openWorldHint: false },
  offered: mayRead,
  run: async (call) =>
    stateAnswer(toRequestState(await awaitDecision(call, call.input.request_id, call.input.wait_seconds))),
});

export const cancelRequest = defineTool({
  name: 'cancel_request',
  title: 'Take a request back',
  description: 'Takes back something that was asked for with this key and is not needed any more.',
  input: z.strictObject({ request_id: Id, reason: Prose }),
  output: RequestState,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  offered: ({ scopes }) => scopes.includes('requests:create'),
  run: async ({ input: { request_id: id, reason }, backend, signal }) => {
    const cancelled = await once(backend, signal, (idempotencyKey) =>
      backend.client.cancelRequest({ params: { id }, body: { reason }, idempotencyKey, signal }),
    );
    return stateAnswer(toRequestState(cancelled));
  },
});

export const reportOutcome = defineTool({
  name: 'report_outcome',
  title: 'Report what became of an approved request',
  description:
    'Reports, once, what became of something that was approved: used (with what it really cost), failed, or rolled_back. Until then its cost stays ' +
    'reserved in the budgets.',
  input: OutcomeBody.extend({ request_id: Id }),
  output: RequestState,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  offered: ({ scopes }) => scopes.includes('requests:create'),
  run: async ({ input: { request_id: id, ...body }, backend, signal }) => {
    const reported = await once(backend, signal, (idempotencyKey) =>
      backend.client.reportOutcome({ params: { id }, body, idempotencyKey, signal }),
    );
    return { said: `Recorded as ${body.result}.`, data: toRequestState(reported) };
  },
});

export function mayRead({ scopes }: MeResource): boolean {
  return scopes.includes('requests:read');
}

function stateAnswer(data: RequestState): ToolAnswer<RequestState> {
  return { said: describeState(data), data };
}
