import type { StepRow, StepWrite } from '@/lib/platform/db';
import type { Begun } from './begin';
import type { Happened } from './event';
import { toStepWrite } from './state';

type Request = NonNullable<StepRow['request']>;

/** What becomes of a step whose request is over. Approved, it gives what whoever approved has filled in. */
export function settleWaiting(step: StepRow, request: Request): Begun {
  const base = { ...toStepWrite(step), finishes: true };
  if (request.status === 'approved') {
    const approved = {
      ...base,
      status: 'succeeded' as const,
      output:
        step.type === 'checkpoint'
          ? (request.approval_data ?? {})
          : { decision: 'approved', request_id: step.request_id, ...request.approval_data },
    };
    return { step: approved, happened: [approval(step, request)] };
  }
  const error = reasonOf(request);
  if (step.type === 'checkpoint') {
    return {
      step: { ...base, status: 'rejected', error } satisfies StepWrite,
      happened: [rejection(step, request, error)],
    };
  }
  return {
    step: { ...base, status: 'failed', error } satisfies StepWrite,
    happened: [
      {
        type: 'run.task_failed',
        taskId: step.task_id,
        reason: error,
        data: { request_id: step.request_id, attempts: step.attempts },
      },
    ],
  };
}

function approval(step: StepRow, request: Request): Happened {
  return {
    type: step.type === 'checkpoint' ? 'run.checkpoint_approved' : 'run.task_succeeded',
    taskId: step.task_id,
    reason: request.reason,
    data: {
      request_id: step.request_id,
      resolved_by: request.resolved_by,
      ...(step.type === 'checkpoint' ? {} : { attempts: step.attempts }),
    },
  };
}

function rejection(step: StepRow, request: Request, reason: string): Happened {
  return {
    type: request.status === 'expired' ? 'run.checkpoint_expired' : 'run.checkpoint_rejected',
    taskId: step.task_id,
    reason,
    data: { request_id: step.request_id, resolved_by: request.resolved_by, status: request.status },
  };
}

/** Why it was not approved, in the words of whoever did not. */
function reasonOf(request: Request): string {
  if (request.status === 'expired') return 'Nobody decided in time';
  const how = request.status === 'cancelled' ? 'It was cancelled' : 'It was rejected';
  return request.reason === null ? how : `${how}: ${request.reason}`;
}
