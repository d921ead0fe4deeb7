import { z } from 'zod';
import { APPROVAL_STATUSES } from '@/lib/domain/approval';
import { defineOperation } from './operation';
import { PageQuery } from './people';
import { ApprovalRequestResource, OneRequestQuery, RequestParams } from './requests';
import { JsonObject, Level, Prose, pageOf } from './scalars';

export const ListCheckpointsQuery = PageQuery.extend({
  status: z.array(z.enum([...APPROVAL_STATUSES, 'open'])).optional(),
});
export type ListCheckpointsQuery = z.output<typeof ListCheckpointsQuery>;

const ApproveCheckpointBody = z.strictObject({
  approval_data: JsonObject.nullish().meta({
    description:
      'What the form of the checkpoint asks for. Where others have signed already, the same as theirs, or nothing, which signs theirs: 409 `review/other-answers` otherwise.',
  }),
  notes: Prose.nullish(),
  level: Level.nullish(),
});

export const listCheckpoints = defineOperation({
  id: 'listCheckpoints',
  method: 'GET',
  path: '/api/v1/checkpoints',
  access: 'requests:read',
  tag: 'Runs',
  summary: 'List checkpoints: the requests of kind checkpoint, the newest first',
  query: ListCheckpointsQuery,
  response: pageOf(ApprovalRequestResource),
});

export const getCheckpoint = defineOperation({
  id: 'getCheckpoint',
  method: 'GET',
  path: '/api/v1/checkpoints/{id}',
  access: 'requests:read',
  tag: 'Runs',
  summary: 'One checkpoint; its id is its request’s id',
  params: RequestParams,
  query: OneRequestQuery,
  response: ApprovalRequestResource,
});

export const approveCheckpoint = defineOperation({
  id: 'approveCheckpoint',
  method: 'POST',
  path: '/api/v1/checkpoints/{id}/approve',
  access: 'requests:decide',
  tag: 'Runs',
  summary: 'Approve a checkpoint; its run goes on by itself',
  description: 'As `approve` of its request: 422 with a pointer into `approval_data` for what the form does not allow.',
  params: RequestParams,
  query: OneRequestQuery,
  body: ApproveCheckpointBody,
  response: ApprovalRequestResource,
  idempotent: true,
  ifMatch: 'optional',
  example: { notes: 'Figures match' },
});

export const signCheckpoint = defineOperation({
  id: 'signCheckpoint',
  method: 'POST',
  path: '/api/v1/checkpoints/{id}/sign',
  access: 'requests:decide',
  tag: 'Runs',
  summary: 'Sign a checkpoint: one of the signatures that it needs',
  params: RequestParams,
  query: OneRequestQuery,
  body: ApproveCheckpointBody,
  response: ApprovalRequestResource,
  idempotent: true,
  ifMatch: 'optional',
  example: { notes: 'Seen' },
});

export const rejectCheckpoint = defineOperation({
  id: 'rejectCheckpoint',
  method: 'POST',
  path: '/api/v1/checkpoints/{id}/reject',
  access: 'requests:decide',
  tag: 'Runs',
  summary: 'Reject a checkpoint; its definition says what becomes of the run',
  params: RequestParams,
  query: OneRequestQuery,
  body: z.strictObject({ reason: Prose, level: Level.nullish() }),
  response: ApprovalRequestResource,
  idempotent: true,
  ifMatch: 'optional',
  example: { reason: 'Budget concerns' },
});
