import { CreateRequestBody } from '@/lib/contracts';
import { AppError } from '@/lib/domain/errors';
import type { CheckpointTask, TaskDefinition } from '@/lib/domain/run';
import type { RunRow } from '@/lib/platform/db';
import { env } from '@/lib/platform/env';
import { createCheckpoint, createRequest } from '../requests';
import type { Begun } from './begin';
import { RUNNER } from './event';
import { findStarter } from './starter';
import { newStep } from './state';

/** Asks for what a task waits for: a checkpoint's approval, or policy's answer to an `approval`. Asked again after a crash, it is the same. */
export async function askFor(
  run: RunRow,
  task: TaskDefinition,
  params: Record<string, unknown>,
  attempt: number,
): Promise<Begun> {
  if (task.type === 'workflow') return askPolicy(run, task, params, attempt);
  const requestId = await createCheckpoint(toCheckpoint(run, task, params), RUNNER);
  return {
    step: newStep(task, 'waiting', { params, request_id: requestId, attempts: 1 }),
    happened: [
      {
        type: 'run.checkpoint_pending',
        taskId: task.id,
        data: { request_id: requestId, required_level: task.requiredLevel, prompt: task.prompt },
      },
    ],
  };
}

function toCheckpoint(run: RunRow, task: CheckpointTask, params: Record<string, unknown>) {
  return {
    tenantId: run.tenant_id,
    runId: run.run_id,
    taskId: task.id,
    dagName: run.dag_name,
    prompt: task.prompt,
    requiredLevel: task.requiredLevel,
    minApprovals: task.minSignatures,
    signers: task.requiredSigners,
    inputsSchema: task.inputs === null ? null : { ...task.inputs },
    expiresInSeconds: task.timeoutSeconds ?? env().APPROVAL_EXPIRES_H * 3600,
    payload: params,
    requester: {
      userId: run.requester_user_id,
      keyId: run.requester_key_id,
      keyIssuerId: run.requester_key_issuer_id,
      name: run.requester_name,
    },
    traceId: run.trace_id,
  };
}

/** An `approval`: policy is asked as if whoever started the run had, and only what it says needs a person waits for one. */
async function askPolicy(
  run: RunRow,
  task: Extract<TaskDefinition, { type: 'workflow' }>,
  params: Record<string, unknown>,
  attempt: number,
): Promise<Begun> {
  const failed = (error: string): Begun => ({
    step: newStep(task, 'failed', { params, error, attempts: attempt }),
    happened: [{ type: 'run.task_failed', taskId: task.id, reason: error }],
  });
  const body = toQuestion(run, task, params, attempt);
  if (typeof body === 'string') return failed(body);
  const starter = await findStarter(run);
  if (starter === null) return failed('Policy cannot be asked: whoever started this run may not ask any more');
  try {
    const { request } = await createRequest(
      starter,
      body,
      { traceId: run.trace_id, idempotency: null, ifMatch: null },
      { place: { runId: run.run_id, taskId: task.id, dagName: run.dag_name, checkpoint: null } },
    );
    const started = {
      type: 'run.task_started' as const,
      taskId: task.id,
      data: { workflow_ref: task.workflowRef, request_id: request.request_id },
    };
    // What policy has decided already is settled like what a person decides: the run looks at its request again.
    return {
      step: newStep(task, 'waiting', { params, request_id: request.request_id, attempts: attempt }),
      happened: [started],
    };
  } catch (error) {
    if (!(error instanceof AppError) || error.code.startsWith('service/')) throw error;
    return failed(`Policy could not be asked: ${error.detail ?? error.message}`);
  }
}

function toQuestion(run: RunRow, task: TaskDefinition, params: Record<string, unknown>, attempt: number) {
  const {
    skill_id,
    policy_type,
    agent_id,
    payload,
    justification,
    required_level,
    min_approvals,
    expires_in_seconds,
    title,
  } = params;
  const parsed = CreateRequestBody.safeParse({
    tenant_id: run.tenant_id,
    skill_id,
    policy_type,
    agent_id,
    payload: payload ?? {},
    justification,
    required_level,
    min_approvals,
    expires_in_seconds: atMost(task.timeoutSeconds, expires_in_seconds),
    title,
    correlation_id: `${run.run_id}.${task.id}.${attempt}`,
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `Policy cannot be asked: ${issue?.path.join('.') ?? 'params'}: ${issue?.message ?? 'not valid'}`;
}

/** The shorter of the time that a task has and the one that its params ask for; what is no number is left to be refused. */
function atMost(timeoutSeconds: number | null, asked: unknown): unknown {
  if (timeoutSeconds === null) return asked;
  if (asked === undefined || asked === null) return timeoutSeconds;
  return typeof asked === 'number' ? Math.min(timeoutSeconds, asked) : asked;
}
