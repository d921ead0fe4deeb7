import { z } from 'zod';
import { CHECKPOINT_EVENTS, RUN_EVENTS } from '../domain/run';
import { defineOperation } from './operation';
import { Cursor, Id, JsonObject, QueryTime, TenantId, Timestamp } from './scalars';

/** What every line of the three surfaces has beside the seed's own fields. */
const Line = z.object({
  timestamp: Timestamp,
  tenant: z.string(),
  dag_run_id: z.string(),
  event_id: z.string().meta({ description: 'The event of the proven history that this line tells of' }),
  cursor: Cursor.meta({ description: 'Behind this line; `cursor=` goes on there' }),
});

const Signature = z.object({ user: z.string(), name: z.string(), at: Timestamp, approval_data: JsonObject });

/** One line of `checkpoints.jsonl`: the whole checkpoint, as it was after the event that the line is named by. The last line of one is how it is. */
export const CheckpointLine = Line.extend({
  event: z.enum(Object.values(CHECKPOINT_EVENTS)),
  checkpoint_id: z.string(),
  task_id: z.string(),
  prompt: z.string(),
  required_role: z.enum(['Operator', 'Admin', 'Owner']),
  required_level: z.int(),
  inputs: JsonObject.meta({ description: 'The form, as JSON Schema; {}: none' }),
  status: z.enum(['pending', 'approved', 'rejected', 'expired', 'cancelled']),
  created_at: Timestamp,
  expires_at: Timestamp,
  approved_by: z.string().nullable(),
  approved_at: Timestamp.nullable(),
  rejected_by: z.string().nullable(),
  rejected_at: Timestamp.nullable(),
  rejection_reason: z.string().nullable(),
  reject_reason: z.string().nullable().meta({ description: 'The same under the name that the seed’s tests use' }),
  expired_at: Timestamp.nullable(),
  approval_data: JsonObject.nullable(),
  required_signers: z.array(z.string()),
  min_signatures: z.int(),
  approvals: z.array(Signature),
});
export type CheckpointLine = z.output<typeof CheckpointLine>;

const StateLineBase = Line.extend({ dag_name: z.string() });

/** One line of `orchestrator_state.jsonl`. */
export const StateLine = z.discriminatedUnion('event', [
  StateLineBase.extend({ event: z.literal('run_started') }),
  StateLineBase.extend({
    event: z.literal('resume_token'),
    checkpoint_id: z.string(),
    task_id: z.string(),
    next_task_id: z
      .string()
      .nullable()
      .meta({ description: 'What comes after the checkpoint; null where it is the last' }),
  }),
  StateLineBase.extend({ event: z.literal('checkpoint_expired'), checkpoint_id: z.string(), task_id: z.string() }),
  StateLineBase.extend({
    event: z.literal('run_finished'),
    status: z.enum(['success', 'failed', 'cancelled']),
    error: z.string().nullable(),
    duration_seconds: z.number(),
  }),
]);
export type StateLine = z.output<typeof StateLine>;

/** One line of `orchestrator_events.jsonl`. What an event does not have is not there, as in the seed. */
export const RunEventLine = Line.extend({
  event: z.enum(Object.values(RUN_EVENTS)),
  dag_name: z.string(),
  task_id: z.string().optional(),
  task_count: z.int().optional(),
  workflow_ref: z.string().optional(),
  attempt: z.int().optional(),
  error: z.string().optional(),
  reason: z.string().optional(),
  checkpoint_id: z.string().optional(),
  approved_by: z.string().optional(),
  rejected_by: z.string().optional(),
  status: z.enum(['success', 'failed', 'cancelled']).optional(),
  tasks_succeeded: z.int().optional(),
  tasks_failed: z.int().optional(),
  duration_seconds: z.number().optional(),
  actor: z.string(),
});
export type RunEventLine = z.output<typeof RunEventLine>;

export const SurfaceQuery = z.strictObject({
  tenant_id: TenantId.optional(),
  run_id: Id.optional(),
  from: QueryTime.optional(),
  to: QueryTime.optional(),
  cursor: Cursor.optional(),
  wait: z.coerce.number().int().min(0).max(60).default(0),
});
export type SurfaceQuery = z.output<typeof SurfaceQuery>;

const ABOUT =
  'Oldest first, in an order in which nothing appears late; it ends where the history ended when it began. Every line has a `cursor`: asking with ' +
  'the last one goes on behind it, and nothing is missed or comes twice. `X-Next-Cursor` is the place behind all that was looked at, for who reads to the ' +
  'end. With `wait` (seconds, at most 60), where nothing is new the answer comes when something is, or the time is up, or the server stops; at most 20 calls ' +
  'of one credential wait so at the same time, further ones get 429.';

const surface = <Id extends string>(id: Id, file: string, summary: string) =>
  defineOperation({
    id,
    method: 'GET',
    path: `/api/v1/exports/${file}`,
    access: 'runs:read',
    tag: 'Exports',
    summary,
    description: ABOUT,
    query: SurfaceQuery,
    response: z.string(),
    responseKind: 'jsonl',
  });

export const exportCheckpoints = surface(
  'exportCheckpoints',
  'checkpoints.jsonl',
  'Every change of every checkpoint, the whole checkpoint in each line; streamed',
);
export const exportRunState = surface(
  'exportRunState',
  'orchestrator_state.jsonl',
  'Where runs began, paused and ended, a line each; streamed',
);
export const exportRunEvents = surface(
  'exportRunEvents',
  'orchestrator_events.jsonl',
  'What happened in runs and their tasks, a line each; streamed',
);
