import { equalInConstantTime, hmacHex } from '@/lib/platform/crypto';

/**
 * The token that lets its bearer resume a run once by hand: an HMAC over run, checkpoint and pause (a checkpoint's request is made once for
 * each pause), so that it can be shown again without being stored anywhere.
 */
export function resumeToken(runId: string, taskId: string, requestId: string): string {
  return `rst_${hmacHex('run-resume-token', `${runId}\n${taskId}\n${requestId}`)}`;
}

/** Whether a text is the token of this pause. Takes the same time whatever it is compared with. */
export function isResumeToken(text: string, runId: string, taskId: string, requestId: string): boolean {
  return equalInConstantTime(text, resumeToken(runId, taskId, requestId));
}
