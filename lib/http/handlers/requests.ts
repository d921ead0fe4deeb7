import { operations } from '@/lib/contracts';
import {
  commandRequest,
  createRequest as create,
  draftRuleFrom,
  getEligibleApprovers as eligibleApprovers,
  getRequest as get,
  listRequests as list,
  getPrecedents as precedents,
  reportOutcome as report,
  waitForRequest,
} from '@/lib/services/requests';
import { reply } from '../reply';
import { route } from '../route';
import { readWaitSeconds } from '../wait';

const replay = {
  replay: ({ actor, resourceId }: { actor: Parameters<typeof get>[0]; resourceId: string }) => get(actor, resourceId),
};

export const createRequest = route(
  operations.createRequest,
  async ({ actor, body, call }) => {
    const { request, created } = await create(actor, body, call);
    return reply(request, { status: created ? 201 : 200 });
  },
  replay,
);

export const listRequests = route(operations.listRequests, ({ actor, query }) => list(actor, query));

export const getRequest = route(operations.getRequest, ({ actor, params, query, request }) => {
  const seconds = query.wait ?? readWaitSeconds(request.headers);
  return seconds > 0 ? waitForRequest(actor, params.id, seconds, request.signal) : get(actor, params.id);
});

export const approveRequest = route(
  operations.approveRequest,
  ({ actor, params, body, call }) =>
    commandRequest(
      actor,
      params.id,
      {
        type: 'approve',
        level: body.level ?? undefined,
        notes: body.notes ?? undefined,
        viewedDigest: body.viewed_digest ?? undefined,
      },
      call,
      { approverId: body.approver_id, approvalData: body.approval_data },
    ),
  replay,
);

export const rejectRequest = route(
  operations.rejectRequest,
  ({ actor, params, body, call }) =>
    commandRequest(
      actor,
      params.id,
      {
        type: 'reject',
        level: body.level ?? undefined,
        notes: body.notes ?? body.reason ?? '',
        viewedDigest: body.viewed_digest ?? undefined,
      },
      call,
      { approverId: body.approver_id },
    ),
  replay,
);

export const cancelRequest = route(
  operations.cancelRequest,
  ({ actor, params, body, call }) => commandRequest(actor, params.id, { type: 'cancel', reason: body.reason }, call),
  replay,
);

export const commentRequest = route(
  operations.commentRequest,
  ({ actor, params, body, call }) => commandRequest(actor, params.id, { type: 'comment', text: body.text }, call),
  replay,
);

export const reportOutcome = route(
  operations.reportOutcome,
  ({ actor, params, body, call }) => report(actor, params.id, body, call),
  replay,
);

export const getEligibleApprovers = route(operations.getEligibleApprovers, ({ actor, params }) =>
  eligibleApprovers(actor, params.id),
);

export const getPrecedents = route(operations.getPrecedents, ({ actor, params }) => precedents(actor, params.id));

export const draftPolicyRule = route(operations.draftPolicyRule, ({ actor, body }) => draftRuleFrom(actor, body));
