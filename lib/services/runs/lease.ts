import type { BodyOf, LeasedTaskResource, LeaseTasksBody, operations, TaskState } from '@/lib/contracts';
import { type Actor, credentialId } from '@/lib/domain/access';
import { canonicalJson } from '@/lib/domain/audit';
import { AppError } from '@/lib/domain/errors';
import { isId } from '@/lib/domain/ids';
import { monotonicMs } from '@/lib/platform/clock';
import { equalInConstantTime, hmacHex } from '@/lib/platform/crypto';
import { extendLease, findStepLease, leaseSteps, type StepLease } from '@/lib/platform/db';
import { toEventActor } from '../requests';
import { idempotencyKeyOf } from './begin';
import { settleTask } from './settle';
import { waitForWork } from './work-waits';
import { checkOutput, type WorkflowResult } from './workflows';

/** A task as the address of its operations names it. */
interface TaskPlace {
  tenantId: string;
  runId: string;
  taskId: string;
}

/**
 * Leases tasks of the actor's tenant that wait for somebody's own worker; where nothing is due, waits for it as long as asked. Each task goes
 * to one caller at a time.
 * @throws AppError `tenant/not-found`, `request/too-many-waits`.
 */
export async function leaseTasks(
  actor: Actor,
  input: LeaseTasksBody,
  signal: AbortSignal,
): Promise<{ tasks: LeasedTaskResource[] }> {
  const { tenantId } = actor;
  if (input.tenant_id !== tenantId) throw new AppError('tenant/not-found');
  const options = {
    tenantId,
    workflowRefs: [...new Set(input.workflow_refs)],
    by: credentialId(actor),
    max: input.max,
    leaseSeconds: input.lease_seconds,
  };
  const endMs = monotonicMs() + input.wait_seconds * 1000;
  for (;;) {
    const leased = await leaseSteps(options);
    const leftMs = endMs - monotonicMs();
    if (leased.length > 0 || leftMs <= 0) return { tasks: leased.map((step) => toLeased(tenantId, step)) };
    if (!(await waitForWork(credentialId(actor), leftMs, signal))) return { tasks: [] };
  }
}

function toLeased(tenantId: string, step: Awaited<ReturnType<typeof leaseSteps>>[number]): LeasedTaskResource {
  const { run_id: runId, task_id: taskId, fence } = step;
  return {
    task_id: `${runId}.${taskId}`,
    run_id: runId,
    task: taskId,
    dag_name: step.dag_name,
    dag_version: step.dag_version,
    workflow_ref: step.workflow_ref,
    params: step.params as LeasedTaskResource['params'],
    attempt: step.attempts,
    idempotency_key: idempotencyKeyOf(runId, taskId),
    lease_token: tokenOf({ tenantId, runId, taskId }, fence),
    leased_until: step.leased_until.toISOString(),
  };
}

/**
 * Extends a lease.
 * @throws AppError `task/not-found`; `task/lease-lost` when the task has passed to somebody else or is over.
 */
export async function heartbeatTask(
  actor: Actor,
  id: string,
  { lease_token, lease_seconds }: BodyOf<typeof operations.heartbeatTask>,
): Promise<{ task_id: string; leased_until: string }> {
  const { place, fence } = await readLease(actor, id, lease_token);
  const until = await extendLease({ ...place, fence }, lease_seconds);
  if (until === null) throw new AppError('task/lease-lost');
  return { task_id: id, leased_until: until.toISOString() };
}

/**
 * Writes what a task gave. Saying it again under the same lease answers the same.
 * @throws AppError `task/not-found`, `task/lease-lost`.
 */
export async function completeTask(
  actor: Actor,
  id: string,
  { lease_token, output }: BodyOf<typeof operations.completeTask>,
): Promise<TaskState> {
  const given = checkOutput(output);
  if (!given.ok) throw new AppError('input/invalid', { errors: [{ pointer: '/output', detail: given.error }] });
  return settle(actor, id, lease_token, given, (step) => {
    return step.status === 'succeeded' && canonicalJson(step.output) === canonicalJson(output);
  });
}

/**
 * Writes that a task failed; it is tried again as its definition says, unless that is `final`. Saying it again under the same lease answers
 * the same.
 * @throws AppError `task/not-found`, `task/lease-lost`.
 */
export async function failTask(
  actor: Actor,
  id: string,
  { lease_token, error, final, retry_after_seconds: wait }: BodyOf<typeof operations.failTask>,
): Promise<TaskState> {
  const result = { ok: false, error, final, ...(wait == null ? {} : { retryAfterSeconds: wait }) } as const;
  return settle(actor, id, lease_token, result, (step) => {
    return (
      (step.status === 'failed' || (step.status === 'running' && step.leased_until === null)) && step.error === error
    );
  });
}

async function settle(
  actor: Actor,
  id: string,
  token: string,
  result: WorkflowResult,
  isSame: (step: StepLease) => boolean,
): Promise<TaskState> {
  const { place, fence } = await readLease(actor, id, token);
  const settled = await settleTask('countersign_hot', { ...place, fence: BigInt(fence) }, result, toEventActor(actor));
  const step = await findStepLease(place.tenantId, place.runId, place.taskId);
  if (step === null) throw new AppError('task/not-found');
  if (settled === 'stale' && !(step.fence === fence && isSame(step))) throw new AppError('task/lease-lost');
  const waits = step.status === 'running' && step.leased_until === null;
  return {
    task_id: id,
    run_id: place.runId,
    task: place.taskId,
    status: step.status as TaskState['status'],
    attempts: step.attempts,
    error: step.error,
    next_attempt_at: waits ? (step.next_attempt_at?.toISOString() ?? null) : null,
  };
}

/** The task of this address in the actor's tenant, and the fence that a token of it stands for. */
async function readLease(actor: Actor, id: string, token: string): Promise<{ place: TaskPlace; fence: string }> {
  const [runId = '', taskId = ''] = split(id);
  const place = { tenantId: actor.tenantId, runId, taskId };
  const step = isId('run', runId) ? await findStepLease(actor.tenantId, runId, taskId) : null;
  if (step === null) throw new AppError('task/not-found');
  const fence = /^[0-9]{1,18}(?=\.)/.exec(token)?.[0] ?? '';
  // A forged token holds no lease, as one that has run out does not.
  if (fence === '' || !equalInConstantTime(token, tokenOf(place, fence))) throw new AppError('task/lease-lost');
  return { place, fence };
}

function split(id: string): string[] {
  const dot = id.indexOf('.');
  return dot < 0 ? [] : [id.slice(0, dot), id.slice(dot + 1)];
}

/** A fence that only whoever was given the lease can show: another worker cannot speak for it by guessing a number. */
function tokenOf({ tenantId, runId, taskId }: TaskPlace, fence: string): string {
  return `${fence}.${hmacHex('task-lease', JSON.stringify([tenantId, runId, taskId, fence])).slice(0, 32)}`;
}
