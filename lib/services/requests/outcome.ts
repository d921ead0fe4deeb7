import type { ApprovalRequestResource, OutcomeBody, PolicyExplanation } from '@/lib/contracts';
import { type Actor, can, credentialId } from '@/lib/domain/access';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { isId } from '@/lib/domain/ids';
import {
  appendAudit,
  holdCredential,
  inTenant,
  rememberIdempotency,
  settleReservations,
  type Tx,
} from '@/lib/platform/db';
import { noteSpending } from '../policy';
import { getRequest } from './read';

/**
 * Records what became of an approved request, once, and settles what it had reserved in budgets in the same transaction. The same report
 * again changes nothing and answers with what is there.
 * @throws AppError `request/not-found`; `access/forbidden` for who neither asked nor manages policy, or when the credential has ended;
 * `request/not-approved` with the state; `outcome/already-reported` with the first report when this one differs.
 */
export async function reportOutcome(
  actor: Actor,
  requestId: string,
  body: OutcomeBody,
  call: Call,
): Promise<ApprovalRequestResource> {
  if (!isId('request', requestId)) throw new AppError('request/not-found');
  await inTenant(actor, async (tx) => {
    await holdCredential(tx, actor);
    const request = await findApproved(tx, actor, requestId);
    const actualCents = body.actual_cost_cents ?? null;
    const written = await tx.costOutcome.createMany({
      data: [
        {
          requestId,
          tenantId: actor.tenantId,
          skillId: request.skillId,
          agentId: request.agentId,
          policyType: request.policyType,
          result: body.result,
          estimatedCents: request.simulatedCostCents,
          actualCostCents: actualCents,
          modelVersion: (request.policy as PolicyExplanation).cost?.model_version ?? null,
          reportedBy: credentialId(actor),
          reportedByType: actor.via,
          reportedByName: actor.name,
        },
      ],
      skipDuplicates: true,
    });
    if (written.count === 0) await assertSame(tx, actor, requestId, body);
    else {
      await settleReservations(tx, actor.tenantId, requestId, { result: body.result, actualCents });
      await appendAudit(tx, actor, actor.tenantId, {
        action: 'request.outcome_reported',
        targetKind: 'request',
        targetId: requestId,
        data: { result: body.result, actual_cost_cents: actualCents },
      });
    }
    await rememberIdempotency(tx, actor, call, requestId);
  });
  noteSpending(actor.tenantId);
  return getRequest(actor, requestId);
}

/** The request, which does not change any more once it is approved, so that reading it is enough. */
async function findApproved(tx: Tx, actor: Actor, requestId: string) {
  const request = await tx.approvalRequest.findFirst({
    where: { id: requestId, tenantId: actor.tenantId },
    select: {
      status: true,
      skillId: true,
      agentId: true,
      policyType: true,
      simulatedCostCents: true,
      policy: true,
      requesterKeyId: true,
      requesterUserId: true,
    },
  });
  if (request === null) throw new AppError('request/not-found');
  const asked =
    (actor.keyId !== null && actor.keyId === request.requesterKeyId) ||
    (actor.userId !== null && actor.userId === request.requesterUserId);
  if (!asked && !can(actor, 'policy:manage')) {
    throw new AppError('access/forbidden', { detail: 'Only who asked, or who manages policy, reports an outcome.' });
  }
  if (request.status !== 'approved') {
    throw new AppError('request/not-approved', {
      detail: `It is ${request.status}.`,
      extra: { state: request.status },
    });
  }
  return request;
}

/** A report that is made twice is one report: a caller that got no answer may send it again. */
async function assertSame(tx: Tx, actor: Actor, requestId: string, body: OutcomeBody): Promise<void> {
  const first = await tx.costOutcome.findFirstOrThrow({ where: { requestId, tenantId: actor.tenantId } });
  const actualCents = first.actualCostCents === null ? null : Number(first.actualCostCents);
  if (first.result === body.result && actualCents === (body.actual_cost_cents ?? null)) return;
  throw new AppError('outcome/already-reported', {
    extra: { result: first.result, actual_cost_cents: actualCents, reported_at: first.at.toISOString() },
  });
}
