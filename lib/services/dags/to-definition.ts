import { type DagDocument, type FormSchema, fromStoredForm, type TaskBody, toStoredForm } from '@/lib/contracts';
import { ROLE_BANDS, type Role } from '@/lib/domain/access';
import type { DagDefinition, OnReject, TaskDefinition } from '@/lib/domain/run';
import { env } from '@/lib/platform/env';

type CheckpointBody = Extract<TaskBody, { type: 'checkpoint' }>;

/** What runs execute of a document, its defaults resolved. Says nothing of whether it is sound. */
export function toDefinition({ name, max_parallel, tasks }: DagDocument): DagDefinition {
  return { name, maxParallel: max_parallel ?? null, tasks: tasks.map(toTask) };
}

/** A document ready to be stored, with the order in which the fields of its forms were written. */
export function toStored<Document extends Pick<DagDocument, 'tasks'>>(document: Document): Document {
  return { ...document, tasks: document.tasks.map((task) => withForm(task, toStoredForm)) };
}

/** A stored document as it was written. */
export function fromStored(stored: unknown): DagDocument {
  const document = stored as DagDocument;
  return { ...document, tasks: document.tasks.map((task) => withForm(task, fromStoredForm)) };
}

function withForm(task: TaskBody, change: (form: FormSchema) => object): TaskBody {
  if (task.type !== 'checkpoint' || task.inputs == null) return task;
  return { ...task, inputs: change(task.inputs) as FormSchema };
}

/** One task, as runs execute it. */
export function toTask(task: TaskBody): TaskDefinition {
  const common = {
    id: task.id,
    dependsOn: task.depends_on,
    when: task.when ?? null,
    params: task.params,
    risk: task.risk ?? null,
    timeoutSeconds: task.timeout_seconds ?? null,
  };
  if (task.type !== 'checkpoint') {
    const { workflow_ref: workflowRef, retries, backoff_seconds: backoffSeconds } = task;
    return { ...common, type: 'workflow', workflowRef, retries, backoffSeconds };
  }
  return {
    ...common,
    type: 'checkpoint',
    prompt: task.prompt,
    requiredLevel: levelOf(task),
    inputs: task.inputs == null ? null : toStoredForm(task.inputs),
    requiredSigners: task.required_signers,
    minSignatures: task.min_signatures ?? Math.max(1, task.required_signers.length),
    onReject: toOnReject(task.on_reject),
  };
}

/** The lowest level of the role that the task, or else the deployment, asks for (`APPROVER_RBAC_ROLE`); a level may only ask for more. */
function levelOf({ required_role, required_level }: CheckpointBody): number {
  const role: Role = required_role ?? env().APPROVER_RBAC_ROLE;
  return Math.max(ROLE_BANDS[role].min, required_level ?? 0);
}

function toOnReject(onReject: CheckpointBody['on_reject']): OnReject {
  return typeof onReject === 'string' ? { type: onReject } : { type: 'goto', taskId: onReject.goto };
}
