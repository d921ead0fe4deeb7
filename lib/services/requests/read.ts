import type { ApprovalRequestResource, EligibleApproversResource } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { eligibleReviewers, isOpen, mayStillSign, reachability } from '@/lib/domain/approval';
import { AppError } from '@/lib/domain/errors';
import { isId } from '@/lib/domain/ids';
import { monotonicMs } from '@/lib/platform/clock';
import { findResourceRow, inTenant, listReviewers, type ResourceRow } from '@/lib/platform/db';
import { toRequestResource } from './resource';
import { waitUntilSettled } from './waiting';

async function getRow(actor: Pick<Actor, 'tenantId'>, requestId: string): Promise<ResourceRow> {
  const row = isId('request', requestId) ? await findResourceRow(actor.tenantId, requestId) : null;
  if (row === null) throw new AppError('request/not-found');
  return row;
}

/**
 * A request of the actor's tenant.
 * @throws AppError `request/not-found` when it is missing or another tenant's, which look the same.
 */
export async function getRequest(actor: Actor, requestId: string): Promise<ApprovalRequestResource> {
  const [row, people] = await Promise.all([getRow(actor, requestId), listReviewers(actor.tenantId)]);
  return toRequestResource(row, people);
}

/**
 * The request once it is resolved, or as it is when `seconds` are over, the caller has gone or this process stops.
 * @throws AppError `request/not-found`; `request/too-many-waits` when this credential waits too often at the same time.
 */
export async function waitForRequest(
  actor: Actor,
  requestId: string,
  seconds: number,
  signal: AbortSignal,
): Promise<ApprovalRequestResource> {
  const begunMs = monotonicMs();
  const row = await getRow(actor, requestId);
  if (!isOpen(row.status)) return toRequestResource(row, await listReviewers(actor.tenantId));
  await waitUntilSettled(actor, requestId, Math.max(0, begunMs + seconds * 1000 - monotonicMs()), signal);
  return getRequest(actor, requestId);
}

/** Who can finish a request, and what is missing. */
export async function getEligibleApprovers(actor: Actor, requestId: string): Promise<EligibleApproversResource> {
  const [row, people] = await Promise.all([getRow(actor, requestId), listReviewers(actor.tenantId)]);
  const request = {
    requesterUserId: row.requester_user_id,
    requesterKeyIssuerId: row.requester_key_issuer_id,
    requestedBy: row.requested_by,
    agentId: row.agent_id,
    requiredLevel: row.required_level,
    minApprovals: row.min_approvals,
    signers: row.checkpoint?.required_signers ?? [],
  };
  const voted = new Set(row.votes.filter((vote) => vote.version === row.version).map((vote) => vote.user_id));
  const signed = people.filter(({ userId }) => voted.has(userId));
  const verdict = reachability(request, people);
  return {
    eligible: eligibleReviewers(request, people)
      .filter((person) => !voted.has(person.userId) && mayStillSign(request, signed, person))
      .map((person) => ({ approver_id: person.userId, name: person.name, role: person.role, level: person.level })),
    required_level: row.required_level,
    current_level: row.current_level,
    min_approvals: row.min_approvals,
    approvals_count: row.approvals_count,
    reachable: verdict.reachable,
    missing: verdict.reachable ? null : verdict.missing,
  };
}

/** How much of the tenant waits for a person: open requests, and the runs that ask some of them, each once. One pass over what is open. */
export function countWaiting({ tenantId }: Pick<Actor, 'tenantId'>): Promise<{ open: number; runs: number }> {
  return inTenant({ tenantId }, async (tx) => {
    const [row] = await tx.$queryRaw<[{ open: number; runs: number }]>`
      SELECT count(*)::int AS open, count(DISTINCT r.run_id)::int AS runs FROM approval_requests r
      WHERE r.tenant_id = ${tenantId} AND r.status IN ('pending', 'escalated')`;
    return row;
  });
}
