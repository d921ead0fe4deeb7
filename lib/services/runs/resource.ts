import type { RunListItem, RunResource, RunTaskResource } from '@/lib/contracts';
import { type Actor, can } from '@/lib/domain/access';
import { dependents, downstreamOf, inOrder, type TaskDefinition } from '@/lib/domain/run';
import type { RunListRow, RunRow, StepRow } from '@/lib/platform/db';
import { definitionOf, mayCancel } from './state';
import { resumeToken } from './token';

/** A run as every endpoint returns it. The resume token is there only for who may resume, while the run is paused. */
export function toRunResource(run: RunRow, actor: Actor): RunResource {
  const dag = definitionOf(run);
  const steps = new Map(run.steps.map((step) => [step.task_id, step]));
  const pause = dag.tasks.map(({ id }) => steps.get(id)).find(isPause);
  const order = inOrder(dag.tasks);
  const after = pause === undefined ? null : downstreamOf(pause.task_id, dependents(dag.tasks));
  return {
    ...toSummary(run),
    params: run.params as RunResource['params'],
    checkpoint_id: pause?.request_id ?? null,
    next_task_id: order.find((id) => after?.has(id) && !steps.has(id)) ?? null,
    resume_token:
      pause?.request_id != null && run.status === 'paused' && can(actor, 'runs:write')
        ? resumeToken(run.run_id, pause.task_id, pause.request_id)
        : null,
    may_cancel: mayCancel(actor, run),
    tasks: dag.tasks.map((task) => toTaskResource(task, steps.get(task.id), run.at)),
  };
}

function isPause(step: StepRow | undefined): step is StepRow {
  return step?.status === 'waiting' && step.type === 'checkpoint';
}

function toSummary(run: Omit<RunListRow, 'tasks_total' | 'tasks_done' | 'waiting_for'>) {
  return {
    run_id: run.run_id,
    dag_name: run.dag_name,
    dag_version: run.dag_version,
    tenant_id: run.tenant_id,
    status: run.status,
    reason: run.reason,
    requested_by: run.requester_name,
    seq: run.seq,
    created_at: run.created_at.toISOString(),
    updated_at: run.updated_at.toISOString(),
    finished_at: run.finished_at?.toISOString() ?? null,
  };
}

/** A run in a list: how far it is, and what it waits for. */
export function toRunListItem(run: RunListRow): RunListItem {
  const { tasks_total, tasks_done, waiting_for } = run;
  return { ...toSummary(run), tasks_total, tasks_done, waiting_for };
}

/** When somebody may take a step (again); null while somebody has it. */
function nextAttemptOf({ status, next_attempt_at: next, leased_until: leased }: StepRow, at: Date): string | null {
  const isLeased = leased !== null && Date.parse(leased) > at.getTime();
  return status === 'running' && !isLeased ? next : null;
}

function toTaskResource(task: TaskDefinition, step: StepRow | undefined, at: Date): RunTaskResource {
  return {
    id: task.id,
    type: task.type,
    workflow_ref: task.type === 'workflow' ? task.workflowRef : null,
    status: step?.status ?? 'pending',
    skipped_by: step?.skipped_by ?? null,
    depends_on: [...task.dependsOn],
    risk: task.risk,
    params: (step?.params ?? {}) as RunTaskResource['params'],
    output: (step?.output ?? null) as RunTaskResource['output'],
    attempts: step?.attempts ?? 0,
    error: step?.error ?? null,
    request_id: step?.request_id ?? null,
    started_at: step?.started_at ?? null,
    next_attempt_at: step === undefined ? null : nextAttemptOf(step, at),
    finished_at: step?.finished_at ?? null,
  };
}
