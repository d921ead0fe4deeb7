import type { ApprovalRequestResource, CreateRequestBody } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { canonicalJson } from '@/lib/domain/audit';
import { AppError } from '@/lib/domain/errors';
import { sha256Hex } from '@/lib/platform/crypto';
import { findResourceRowByCorrelation, listReviewers, toDatabaseFault } from '@/lib/platform/db';
import { toRequestResource } from './resource';

/**
 * The request that a repeated correlation id stands for, when the same caller asks the same thing again. Null when the fault is not
 * about the correlation id.
 * @throws AppError `request/correlation-conflict` when it was something else, or somebody else.
 */
export async function findRepeated(
  actor: Actor,
  body: CreateRequestBody,
  error: unknown,
): Promise<ApprovalRequestResource | null> {
  const fault = toDatabaseFault(error);
  if (fault?.sqlState !== '23505' || !isCorrelationFault(fault)) return null;
  if (body.correlation_id == null) return null;
  const row = await findResourceRowByCorrelation(actor.tenantId, body.correlation_id);
  if (row === null) return null;
  const sameCaller =
    row.requester_key_id === actor.keyId && (actor.keyId !== null || row.requester_user_id === actor.userId);
  const sameQuestion =
    row.payload_digest === `sha256:${sha256Hex(canonicalJson(body.payload))}` &&
    row.skill_id === body.skill_id &&
    row.policy_type === body.policy_type;
  if (!sameCaller || !sameQuestion) throw new AppError('request/correlation-conflict');
  return toRequestResource(row, await listReviewers(actor.tenantId));
}

function isCorrelationFault(fault: { constraint: string | null; message: string }): boolean {
  const name = 'ix_approval_requests_correlation_id';
  return fault.constraint === name || fault.message.includes(name) || fault.message.includes('correlation_id');
}
