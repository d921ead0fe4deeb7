import { z } from 'zod';
import { EXTERNAL_REF, STEP_STATUSES } from '../domain/run';
import { defineOperation } from './operation';
import { Id, JsonObject, NullableTimestamp, Prose, TenantId, Timestamp } from './scalars';

const ExternalRef = z
  .string()
  .regex(EXTERNAL_REF, '`external:` and lower-case letters, digits, . _ and -, at most 63 of them')
  .meta({ examples: ['external:render'] });
const LeaseSeconds = z.int().min(5).max(3600);
const LeaseToken = z.string().min(1).max(200);

export const LeasedTaskResource = z.object({
  task_id: z.string().meta({ description: 'How the other operations name it: `<run_id>.<task>`' }),
  run_id: z.string(),
  task: z.string(),
  dag_name: z.string(),
  dag_version: z.int().nullable().meta({
    description: 'Null where the definition came with the run: nobody who may write definitions has seen it',
  }),
  workflow_ref: z.string(),
  params: JsonObject.meta({ description: 'What it received, upstream outputs included as `<task>__<key>`' }),
  attempt: z.int().meta({ description: 'From 1' }),
  idempotency_key: z.string().meta({ description: 'The same for every attempt: pass it on to whatever has an effect' }),
  lease_token: z.string().meta({ description: 'Proves this lease; a later lease has another' }),
  leased_until: Timestamp,
});
export type LeasedTaskResource = z.output<typeof LeasedTaskResource>;

/** Where a task is after what its worker said of it. */
export const TaskState = z.object({
  task_id: z.string(),
  run_id: z.string(),
  task: z.string(),
  status: z.enum(STEP_STATUSES),
  attempts: z.int(),
  error: z.string().nullable(),
  next_attempt_at: NullableTimestamp.meta({ description: 'When it is tried again' }),
});
export type TaskState = z.output<typeof TaskState>;

const base = { access: 'tasks:work', tag: 'Tasks', method: 'POST' } as const;
const Path = z.strictObject({ id: Id });
const TenantQuery = z.strictObject({ tenant_id: TenantId.optional() });
const TOKEN_IS_THE_KEY =
  '`Idempotency-Key` is not honoured: the lease token says which attempt is meant, and saying the same again answers the same.';

export const LeaseTasksBody = z.strictObject({
  tenant_id: TenantId,
  workflow_refs: z.array(ExternalRef).min(1).max(50),
  max: z.int().min(1).max(50).default(1),
  lease_seconds: LeaseSeconds.default(60),
  wait_seconds: z.int().min(0).max(30).default(0).meta({ description: 'How long to wait where nothing is due' }),
});
export type LeaseTasksBody = z.output<typeof LeaseTasksBody>;

export const leaseTasks = defineOperation({
  ...base,
  id: 'leaseTasks',
  path: '/api/v1/tasks/lease',
  summary: 'Lease tasks of workflows `external:…`',
  description:
    'Each task is leased to one caller at a time. Extend the lease with `heartbeat`, end it with `complete` or `fail`; one that runs out is ' +
    'leased again to whoever asks, as another attempt. `Idempotency-Key` is not honoured: a lease whose answer was lost runs out.',
  body: LeaseTasksBody,
  response: z.object({ tasks: z.array(LeasedTaskResource) }),
  example: { tenant_id: 'acme', workflow_refs: ['external:render'], max: 5, lease_seconds: 60 },
});

export const heartbeatTask = defineOperation({
  ...base,
  id: 'heartbeatTask',
  path: '/api/v1/tasks/{id}/heartbeat',
  summary: 'Extend a lease; 409 `task/lease-lost` when it holds no more',
  description: TOKEN_IS_THE_KEY,
  params: Path,
  query: TenantQuery,
  body: z.strictObject({ lease_token: LeaseToken, lease_seconds: LeaseSeconds.default(60) }),
  response: z.object({ task_id: z.string(), leased_until: Timestamp }),
  example: { lease_token: '1.5f2d', lease_seconds: 60 },
});

export const completeTask = defineOperation({
  ...base,
  id: 'completeTask',
  path: '/api/v1/tasks/{id}/complete',
  summary: 'Say what a task gave',
  description: `409 \`task/lease-lost\` when the task has passed to somebody else, or is over. ${TOKEN_IS_THE_KEY}`,
  params: Path,
  query: TenantQuery,
  body: z.strictObject({ lease_token: LeaseToken, output: JsonObject.default({}) }),
  response: TaskState,
  example: { lease_token: '1.5f2d', output: { url: 'https://cdn.example.com/report.pdf' } },
});

export const failTask = defineOperation({
  ...base,
  id: 'failTask',
  path: '/api/v1/tasks/{id}/fail',
  summary: 'Say that a task failed; it is tried again where its definition says so',
  description: `\`final\`: trying again would change nothing. ${TOKEN_IS_THE_KEY}`,
  params: Path,
  query: TenantQuery,
  body: z.strictObject({
    lease_token: LeaseToken,
    error: Prose,
    final: z.boolean().default(false),
    retry_after_seconds: z.int().min(0).max(3600).nullish().meta({ description: 'Not tried again sooner than that' }),
  }),
  response: TaskState,
  example: { lease_token: '1.5f2d', error: 'The printer is out of paper' },
});
