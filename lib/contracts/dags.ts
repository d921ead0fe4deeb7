import { z } from 'zod';
import { FormSchema } from './form-schema';
import { JsonObject, Label, Level, MAX_EXPIRES_IN_SECONDS, Prose, TenantId } from './scalars';

export const DagName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'letters, digits, . _ and -, at most 100 characters')
  .meta({ examples: ['weekly_ops_chain'] });

/** Upstream outputs are named `<task_id>__<key>`, so a task's id holds no double underscore. */
const TaskId = z
  .string()
  .regex(
    /^[A-Za-z](?:[A-Za-z0-9-]|_(?!_)){0,62}$/,
    'a letter, then letters, digits, - and single _, at most 63 characters',
  )
  .meta({ examples: ['sweep'] });

const Common = {
  id: TaskId,
  depends_on: z.array(z.string().min(1).max(63)).max(100).default([]),
  when: z.string().min(1).max(2000).nullish().meta({ description: 'A condition in CEL on `params` and `tenant`' }),
  params: JsonObject.default({}),
  risk: z.enum(['high']).nullish(),
  timeout_seconds: z.int().min(1).max(MAX_EXPIRES_IN_SECONDS).nullish(),
};

export const WorkflowTaskBody = z.strictObject({
  ...Common,
  type: z.literal('workflow').optional(),
  workflow_ref: Label,
  retries: z.int().min(0).max(20).default(0),
  backoff_seconds: z.number().min(0.1).max(3600).default(1),
});

export const CheckpointTaskBody = z.strictObject({
  ...Common,
  type: z.literal('checkpoint'),
  prompt: Prose,
  required_role: z
    .string()
    .transform((role) => role.toLowerCase())
    .pipe(z.enum(['operator', 'admin', 'owner']))
    .nullish()
    .meta({ description: 'Operator, Admin or Owner, in any case: the lowest level of the role' }),
  required_level: Level.nullish(),
  inputs: FormSchema.nullish(),
  required_signers: z.array(Label).max(20).default([]),
  min_signatures: z.int().min(1).max(20).nullish(),
  on_reject: z.union([z.enum(['fail', 'skip']), z.strictObject({ goto: z.string().min(1).max(63) })]).default('fail'),
});

export const TaskBody = z.discriminatedUnion('type', [WorkflowTaskBody, CheckpointTaskBody]);
export type TaskBody = z.output<typeof TaskBody>;

/** A definition in the seed's format. Its length is bounded where it is checked, so that too many tasks are named as that. */
export const DagDocument = z.strictObject({
  name: DagName,
  tenant_id: TenantId.optional(),
  description: Prose.nullish(),
  max_parallel: z.int().min(1).max(100).nullish(),
  tasks: z.array(TaskBody),
});
export type DagDocument = z.output<typeof DagDocument>;

/** What is wrong with a definition, and where: a JSON pointer into it. */
export const DagFault = z.object({ pointer: z.string(), detail: z.string() });
export type DagFault = z.output<typeof DagFault>;

export const LintFinding = z.object({
  task_id: z.string().meta({ description: 'A task of high risk' }),
  path: z.array(z.string()).meta({ description: 'How it is reached without a checkpoint of that level' }),
  after_rejection_of: z.string().nullable(),
  message: z.string(),
});
export type LintFinding = z.output<typeof LintFinding>;

export const PlannedTask = z.object({
  task_id: z.string(),
  type: z.enum(['workflow', 'checkpoint']),
  workflow_ref: z.string().nullable(),
  outcome: z.enum(['runs', 'approved', 'rejected', 'skipped']),
  conditional: z.boolean(),
});
export type PlannedTask = z.output<typeof PlannedTask>;
