import { z } from 'zod';
import { RUN_STATUSES } from '../domain/run';
import { FormSchema } from './form-schema';
import { type BodyLimits, defineOperation } from './operation';
import { PageQuery } from './people';
import { JsonObject, Label, Level, MAX_EXPIRES_IN_SECONDS, Prose, pageOf, TenantId, Timestamp } from './scalars';

/** Ten thousand tasks fit, so that a definition which has too many is told so. */
export const DAG_BODY_LIMITS: BodyLimits = { bytes: 2 * 1024 * 1024, keys: 100_000 };

export const DagName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'letters, digits, . _ and -, at most 100 characters')
  .refine((name) => name !== 'lint' && name !== 'new', 'lint and new are addresses of their own')
  .meta({ examples: ['weekly_ops_chain'] });

/** Upstream outputs are named `<task_id>__<key>` and a key may begin with `_`, so a task's id holds no double underscore and ends in none. */
const TaskId = z
  .string()
  .regex(
    /^[A-Za-z](?:[A-Za-z0-9-]|_(?!_|$)){0,62}$/,
    'a letter, then letters, digits, - and single _, no _ at the end, at most 63 characters',
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
  required_signers: z.array(Label).max(20).default([]).meta({
    description: 'People by user id or e-mail, or roles; each of them signs, unless `min_signatures` is smaller',
  }),
  min_signatures: z.int().min(1).max(20).nullish().meta({ description: 'The number of signers where it is left out' }),
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

/**
 * A definition as somebody sends it. Its faults are named by the service, all at once and with those of its graph; `DagDocument` says what
 * it should be.
 */
export const DagDraft = z.custom<z.input<typeof DagDocument>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'A definition is an object with a name and tasks',
);
export type DagDraft = z.output<typeof DagDraft>;

/** What is wrong with a definition, and where: a JSON pointer into it, and the place in the YAML that it was written as. */
export const DagFault = z.object({
  pointer: z.string(),
  detail: z.string(),
  position: z.object({ start: z.int(), end: z.int() }).optional().meta({ description: 'Within the expression there' }),
  line: z.int().optional(),
  column: z.int().optional(),
});
export type DagFault = z.output<typeof DagFault>;

const Warnings = z.array(DagFault).meta({
  description:
    'What it is taken with though it is likely a slip: signers that are nobody who may approve, as people are now',
});

export const LintFinding = z.object({
  task_id: z.string().meta({ description: 'A task of high risk' }),
  path: z.array(z.string()).meta({ description: 'How it is reached without a checkpoint of that level' }),
  after_rejection_of: z.string().nullable(),
  also_rejected: z.array(z.string()).meta({ description: 'What has to be rejected beside it for this way to open' }),
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

/** What a risky task must pass where nobody says otherwise: somebody at the highest level that an operator has. */
export const DEFAULT_LINT_LEVEL = 3;

export const DagSummary = z.object({
  name: DagName,
  version: z.int(),
  tenant_id: TenantId,
  description: z.string().nullable(),
  tasks: z.int(),
  checkpoints: z.int(),
  risky: z.int().meta({
    description: `Ways to a task of high risk that pass no checkpoint of level ${DEFAULT_LINT_LEVEL} or above`,
  }),
  created_at: Timestamp,
  created_by: z.string(),
  created_by_name: z.string(),
});
export type DagSummary = z.output<typeof DagSummary>;

export const DagResource = DagSummary.extend({
  definition: DagDocument,
  yaml: z.string().meta({ description: 'The definition as YAML, with the comments of whoever wrote it so' }),
  faults: z
    .array(DagFault)
    .meta({ description: 'Why it would not be taken today: a workflow that is gone, for example' }),
  warnings: Warnings,
  lint: z.array(LintFinding),
});
export type DagResource = z.output<typeof DagResource>;

const DagPath = z.strictObject({ name: z.string().min(1).max(200) });
const TenantQuery = z.strictObject({ tenant_id: TenantId.optional() });

const EXAMPLE_DAG: z.input<typeof DagDocument> = {
  name: 'weekly_ops_chain',
  tasks: [
    { id: 'sweep', workflow_ref: 'echo', params: { inbox_items: '12' } },
    {
      id: 'sign_off',
      type: 'checkpoint',
      depends_on: ['sweep'],
      prompt: 'Send the weekly report?',
      required_role: 'Operator',
      inputs: { properties: { signoff: { type: 'string' } }, required: ['signoff'] },
    },
    { id: 'report', workflow_ref: 'echo', depends_on: ['sign_off'], risk: 'high' },
  ],
};

export const listDags = defineOperation({
  id: 'listDags',
  method: 'GET',
  path: '/api/v1/dags',
  access: 'runs:read',
  tag: 'Runs',
  summary: 'List what runs execute: the newest version of every definition, by name',
  query: PageQuery,
  response: pageOf(DagSummary),
});

export const getDag = defineOperation({
  id: 'getDag',
  method: 'GET',
  path: '/api/v1/dags/{name}',
  access: 'runs:read',
  tag: 'Runs',
  summary: 'Read a definition',
  description:
    'The newest version unless `version` names another. With `Accept: application/yaml` the answer is the YAML alone. The ETag is what `If-Match` of the PUT takes.',
  params: DagPath,
  query: TenantQuery.extend({ version: z.coerce.number().int().min(1).max(2_147_483_647).optional() }),
  response: DagResource,
  alsoYaml: true,
  tagged: true,
});

export const putDag = defineOperation({
  id: 'putDag',
  method: 'PUT',
  path: '/api/v1/dags/{name}',
  access: 'policy:manage',
  tag: 'Runs',
  summary: 'Write a definition: its next version, unless it says what the newest does',
  description:
    'YAML 1.2 (`application/yaml`) or JSON, as `/dag.schema.json` describes it. All faults are named at once: of its fields, its graph, its ' +
    'workflows, its conditions and its forms. Runs that are under way are not changed.',
  params: DagPath,
  query: TenantQuery,
  body: DagDraft,
  bodyShape: DagDocument,
  bodyKind: 'yaml',
  bodyLimits: DAG_BODY_LIMITS,
  response: DagResource,
  ifMatch: 'optional',
  example: EXAMPLE_DAG,
});

export const listDagVersions = defineOperation({
  id: 'listDagVersions',
  method: 'GET',
  path: '/api/v1/dags/{name}/versions',
  access: 'runs:read',
  tag: 'Runs',
  summary: 'List the versions of a definition, newest first',
  params: DagPath,
  query: PageQuery,
  response: pageOf(DagSummary),
});

const LintShape = {
  tenant_id: TenantId.optional(),
  yaml: z
    .string()
    .min(1)
    .max(256 * 1024)
    .optional(),
  min_level: Level.default(DEFAULT_LINT_LEVEL).meta({
    description: 'The level of the checkpoint that every way to a task of high risk must pass',
  }),
  rejected: z.array(z.string().min(1).max(63)).max(100).default([]).meta({
    description: 'Checkpoints to take as rejected in the plan; whoever is none of the definition’s is left out',
  }),
};

export const LintDagBody = z
  .strictObject({ ...LintShape, dag: DagDraft.optional() })
  .refine(({ dag, yaml }) => (dag === undefined) !== (yaml === undefined), {
    error: 'Either `dag` or `yaml`',
    path: ['dag'],
  });
export type LintDagBody = z.output<typeof LintDagBody>;

export const LintReport = z.object({
  name: z.string().nullable(),
  faults: z.array(DagFault),
  warnings: Warnings,
  lint: z.array(LintFinding),
  plan: z.array(PlannedTask),
  status: z.enum(RUN_STATUSES).nullable().meta({
    description: 'How the run would end; null where faults leave no plan',
  }),
  reason: z.string().nullable(),
});
export type LintReport = z.output<typeof LintReport>;

export const lintDag = defineOperation({
  id: 'lintDag',
  method: 'POST',
  path: '/api/v1/dags/lint',
  access: 'runs:read',
  tag: 'Runs',
  summary: 'Check a definition without keeping it: its faults, its unguarded risks, and its plan',
  body: LintDagBody,
  bodyShape: z.strictObject({ ...LintShape, dag: DagDocument.optional() }),
  bodyLimits: DAG_BODY_LIMITS,
  response: LintReport,
  example: { dag: EXAMPLE_DAG },
});
