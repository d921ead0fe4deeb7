import type { ApprovalRequestResource, ListCheckpointsQuery } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import type { Command } from '@/lib/domain/approval';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { commandRequest } from './decide';
import { listRequests } from './list';
import { getRequest } from './read';

/**
 * A checkpoint under the seed's name: the request of kind checkpoint.
 * @throws AppError `request/not-found` for what is none.
 */
export async function getCheckpoint(actor: Actor, id: string): Promise<ApprovalRequestResource> {
  const request = await getRequest(actor, id);
  if (request.kind !== 'checkpoint') throw new AppError('request/not-found');
  return request;
}

/** A page of the tenant's checkpoints, the newest first. */
export function listCheckpoints(actor: Actor, { status, limit, cursor }: ListCheckpointsQuery) {
  return listRequests(actor, { status, limit, cursor, kind: 'checkpoint', sort: '-created_at' });
}

/** The same commands as on requests, on checkpoints only. */
export async function commandCheckpoint(
  actor: Actor,
  id: string,
  command: Extract<Command, { type: 'approve' | 'reject' }>,
  call: Call,
  approvalData: Record<string, unknown> | null,
): Promise<ApprovalRequestResource> {
  await getCheckpoint(actor, id);
  return commandRequest(actor, id, command, call, { approvalData });
}
