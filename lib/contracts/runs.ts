import { z } from 'zod';
import { RUN_EVENT_TYPES, RUN_STATUSES, STEP_STATUSES } from '../domain/run';
import { DAG_BODY_LIMITS, DagDocument, DagDraft, DagName, LintFinding, PlannedTask } from './dags';
import { defineOperation } from './operation';
import { PageQuery } from './people';
import { OneRequestQuery } from './requests';
import { Id, JsonObject, pageOf, Reason, TenantId, Timestamp } from './scalars';

export const RunTaskResource = z.object({
  id: z.string(),
  type: z.enum(['workflow', 'checkpoint']),
  workflow_ref: z.string().nullable(),
  status: z.enum(STEP_STATUSES).meta({
    description:
      '`waiting`: for a person; `rejected`: a checkpoint that was rejected or expired, `failed`: one that was cancelled by somebody; `skipped`: see ' +
      '`skipped_by`; `cancelled`: under way or waiting when its run ended; `pending`: not begun, and never reached where the run is over',
  }),
  skipped_by: z.enum(['condition', 'rejection']).nullable(),
  depends_on: z.array(z.string()),
  risk: z.enum(['high']).nullable(),
  params: JsonObject.meta({
    description: 'What it received, upstream outputs included as `<task_id>__<key>`; {} until it begins',
  }),
  output: JsonObject.nullable(),
  attempts: z.int(),
  error: z.string().nullable(),
  request_id: z
    .string()
    .nullable()
    .meta({ description: 'What somebody decides: of a checkpoint, or of an `approval` that policy did not allow' }),
  started_at: Timestamp.nullable(),
  next_attempt_at: Timestamp.nullable().meta({
    description: 'When it may be taken, or taken again; null while somebody does it',
  }),
  finished_at: Timestamp.nullable(),
});
export type RunTaskResource = z.output<typeof RunTaskResource>;

const RunSummary = z.object({
  run_id: z.string(),
  dag_name: z.string(),
  dag_version: z.int().nullable().meta({ description: 'Null where the definition came with the run' }),
  tenant_id: TenantId,
  status: z.enum(RUN_STATUSES),
  reason: z.string().nullable(),
  requested_by: z.string(),
  seq: z.int(),
  created_at: Timestamp,
  updated_at: Timestamp,
  finished_at: Timestamp.nullable(),
});

export const RunListItem = RunSummary.extend({
  tasks_total: z.int(),
  tasks_done: z.int(),
  waiting_for: z.array(z.object({ task_id: z.string(), request_id: z.string() })),
});
export type RunListItem = z.output<typeof RunListItem>;

export const RunResource = RunSummary.extend({
  params: JsonObject,
  checkpoint_id: z.string().nullable().meta({ description: 'The first checkpoint that somebody must decide' }),
  next_task_id: z.string().nullable().meta({ description: 'What comes after it' }),
  resume_token: z
    .string()
    .nullable()
    .meta({ description: 'For one resume by hand of this pause; only to who may resume' }),
  may_cancel: z
    .boolean()
    .meta({ description: 'Whether it may be cancelled by whoever reads this: its starter or an admin' }),
  tasks: z.array(RunTaskResource),
});
export type RunResource = z.output<typeof RunResource>;

const StartRunShape = {
  tenant_id: TenantId,
  dag_name: DagName.nullish(),
  dag_version: z
    .int()
    .min(1)
    .nullish()
    .meta({ description: 'The newest where it is left out; an older one is for who may write definitions' }),
  params: JsonObject.default({}),
  dry_run: z.boolean().default(false),
  rejected: z.array(z.string().min(1).max(63)).max(100).default([]).meta({
    description: 'With `dry_run`: checkpoints to take as rejected',
  }),
};

/** A definition that comes along is read whole, so that every fault of it is named at once. */
export const StartRunBody = z
  .strictObject({ ...StartRunShape, dag: DagDraft.nullish() })
  .refine(({ dag, dag_name }) => (dag == null) !== (dag_name == null), {
    error: 'Either `dag` or `dag_name`',
    path: ['dag'],
  })
  .refine(({ rejected, dry_run }) => dry_run || rejected.length === 0, {
    error: 'Only with `dry_run`',
    path: ['rejected'],
  });
export type StartRunBody = z.output<typeof StartRunBody>;

export const RunPlan = z.object({
  dag_name: z.string(),
  dag_version: z.int().nullable(),
  status: z.enum(RUN_STATUSES),
  reason: z.string().nullable(),
  plan: z.array(PlannedTask),
  lint: z.array(LintFinding),
});
export type RunPlan = z.output<typeof RunPlan>;

export const RunEventResource = z.object({
  event_id: z.string(),
  seq: z.int(),
  type: z.enum(RUN_EVENT_TYPES),
  name: z.string().meta({ description: 'As `orchestrator_events.jsonl` names it', examples: ['task_ok'] }),
  run_id: z.string(),
  task_id: z.string().nullable(),
  from_status: z.enum(RUN_STATUSES).nullable(),
  to_status: z.enum(RUN_STATUSES),
  actor: z.string(),
  actor_type: z.string(),
  actor_name: z.string(),
  reason: z.string().nullable(),
  data: JsonObject,
  timestamp: Timestamp,
  hash: z.string(),
});
export type RunEventResource = z.output<typeof RunEventResource>;

const RunPath = z.strictObject({ id: Id });

export const startRun = defineOperation({
  id: 'startRun',
  method: 'POST',
  path: '/api/v1/runs',
  access: 'runs:write',
  tag: 'Runs',
  summary: 'Start a run, or plan one',
  description:
    'The run executes the definition as it is now, whatever becomes of it meanwhile. With `dry_run` nothing is created: 200 with what would ' +
    'happen, in order, if every task succeeded and every checkpoint were approved but those in `rejected`.',
  body: StartRunBody,
  bodyShape: z.strictObject({ ...StartRunShape, dag: DagDocument.nullish() }),
  bodyLimits: DAG_BODY_LIMITS,
  status: 201,
  response: z.union([RunResource, RunPlan]),
  location: '/api/v1/runs/{run_id}',
  idempotent: true,
  example: {
    tenant_id: 'acme',
    params: { week: '2026-W48' },
    dag: {
      name: 'weekly_report',
      tasks: [
        { id: 'sweep', workflow_ref: 'echo', params: { inbox_items: '12' } },
        {
          id: 'agree',
          type: 'checkpoint',
          prompt: 'Send the weekly report?',
          required_role: 'Operator',
          depends_on: ['sweep'],
        },
        { id: 'report', workflow_ref: 'echo', depends_on: ['agree'] },
      ],
    },
  },
});

export const ListRunsQuery = PageQuery.extend({
  status: z.array(z.enum(RUN_STATUSES)).optional(),
  dag_name: DagName.optional(),
});
export type ListRunsQuery = z.output<typeof ListRunsQuery>;

export const listRuns = defineOperation({
  id: 'listRuns',
  method: 'GET',
  path: '/api/v1/runs',
  access: 'runs:read',
  tag: 'Runs',
  summary: 'List runs, the newest first',
  query: ListRunsQuery,
  response: pageOf(RunListItem),
});

export const getRun = defineOperation({
  id: 'getRun',
  method: 'GET',
  path: '/api/v1/runs/{id}',
  access: 'runs:read',
  tag: 'Runs',
  summary: 'One run with its tasks',
  params: RunPath,
  query: OneRequestQuery,
  response: RunResource,
});

export const ResumeRunBody = z.strictObject({ resume_token: z.string().min(1).max(200) });

export const resumeRun = defineOperation({
  id: 'resumeRun',
  method: 'POST',
  path: '/api/v1/runs/{id}/resume',
  access: 'runs:write',
  tag: 'Runs',
  summary: 'Resume a paused run by hand, once its checkpoint is approved',
  description:
    'Runs go on by themselves when their checkpoint is approved. This drives one at once: 409 `run/checkpoint-not-approved` names the ' +
    'checkpoint and its status, 409 `run/already-resumed` says that the pause is over. `Idempotency-Key` is not honoured: the token itself is good for once.',
  params: RunPath,
  query: OneRequestQuery,
  body: ResumeRunBody,
  response: RunResource,
  example: { resume_token: 'rst_0f3a' },
});

export const cancelRun = defineOperation({
  id: 'cancelRun',
  method: 'POST',
  path: '/api/v1/runs/{id}/cancel',
  access: 'runs:write',
  tag: 'Runs',
  summary: 'End a run; what waits for somebody is cancelled, what runs is not begun again',
  description: 'For who started it, and admins.',
  params: RunPath,
  query: OneRequestQuery,
  body: Reason,
  response: RunResource,
  idempotent: true,
  example: { reason: 'Wrong week' },
});

export const retryRunTask = defineOperation({
  id: 'retryRunTask',
  method: 'POST',
  path: '/api/v1/runs/{id}/tasks/{task_id}/retry',
  access: 'runs:write',
  tag: 'Runs',
  summary: 'Try the failed task of a failed run again; the run goes on from there',
  params: z.strictObject({ id: Id, task_id: z.string().min(1).max(63) }),
  query: OneRequestQuery,
  body: Reason,
  response: RunResource,
  idempotent: true,
  example: { reason: 'The receiver is up again' },
});

export const listRunEvents = defineOperation({
  id: 'listRunEvents',
  method: 'GET',
  path: '/api/v1/runs/{id}/events',
  access: 'runs:read',
  tag: 'Runs',
  summary: 'The history of a run, oldest first',
  params: RunPath,
  query: PageQuery,
  response: pageOf(RunEventResource),
});
