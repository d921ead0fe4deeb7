import { type AppError, isAppError, PROBLEMS, type ProblemCode, problemMembers } from '@/lib/domain/errors';
import { toExpected } from '@/lib/platform/db';
import { logger } from '@/lib/platform/logger';

interface ProblemContext {
  requestId: string;
  /** The path that was asked for, without its query. */
  instance: string;
}

/**
 * The one mapper from what was thrown to what the caller reads (RFC 9457). It does not know zod: only input parsing makes a 422. What
 * it does not recognise is our fault: 500, logged with the request id and shown without details.
 */
export function toProblem(thrown: unknown, context: ProblemContext): Response {
  const error = isAppError(thrown) ? thrown : toExpected(thrown);
  if (error === null) {
    logger().error({ err: thrown, request_id: context.requestId, path: context.instance }, 'unexpected error');
    return problemResponse('http/internal', {}, context);
  }
  if (PROBLEMS[error.code].status >= 500) {
    logger().warn({ err: thrown, request_id: context.requestId, path: context.instance }, 'unavailable');
  }
  return problemResponse(error.code, error, context);
}

function problemResponse(code: ProblemCode, error: Partial<AppError>, context: ProblemContext): Response {
  const { status, ...members } = problemMembers({ code, detail: error.detail });
  const body = {
    ...members,
    status,
    instance: context.instance,
    request_id: context.requestId,
    ...error.extra,
    ...(error.errors === undefined ? {} : { errors: error.errors }),
  };
  const headers = new Headers({
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  if (error.retryAfterSeconds !== undefined) headers.set('retry-after', String(error.retryAfterSeconds));
  if (status === 401) headers.set('www-authenticate', 'Bearer');
  const allow = error.extra?.allow;
  if (status === 405 && typeof allow === 'string') headers.set('allow', allow);
  return new Response(JSON.stringify(body), { status, headers });
}
