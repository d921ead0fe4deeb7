import { type PostResult, retryAfterSeconds } from '@/lib/platform/http-client';

/** What an attempt means for its delivery. */
export interface Outcome {
  status: 'delivered' | 'failed' | 'dead';
  nextInSeconds: number | null;
  error: string | null;
  /** Whether the endpoint said that it is gone for good (410). */
  gone: boolean;
}

/**
 * Judges one attempt: 2xx is success, everything else failure; 410 ends it, 429 and 503 are asked again no sooner than they say.
 * `behind` is how many attempts of the schedule came before this one; `nowMs` is Unix time, for a `Retry-After` that is a date.
 */
export function judgeAttempt(result: PostResult, schedule: readonly number[], behind: number, nowMs: number): Outcome {
  if (result.answered && result.status >= 200 && result.status < 300) {
    return { status: 'delivered', nextInSeconds: null, error: null, gone: false };
  }
  const error = result.answered ? describeStatus(result.status) : result.error;
  if (result.answered && result.status === 410) return { status: 'dead', nextInSeconds: null, error, gone: true };
  const step = schedule[behind];
  if (step === undefined) return { status: 'dead', nextInSeconds: null, error, gone: false };
  const asked =
    result.answered && (result.status === 429 || result.status === 503)
      ? retryAfterSeconds(result.retryAfter, nowMs)
      : 0;
  return { status: 'failed', nextInSeconds: Math.max(step, asked), error, gone: false };
}

function describeStatus(status: number): string {
  if (status >= 300 && status < 400) return `Answered ${status}; redirects are not followed`;
  return `Answered ${status}`;
}
