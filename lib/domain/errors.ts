/**
 * Every problem a caller can meet, once. The code is the `type` of the problem document (`/problems/<code>`, RFC 9457);
 * adding a row here is how you add an error.
 */
export const PROBLEMS = {
  'http/not-json': { status: 400, title: 'The body is not JSON' },
  'http/not-yaml': { status: 400, title: 'The body is not one YAML document' },
  'http/bad-path': { status: 400, title: 'The path cannot be read' },
  'auth/required': { status: 401, title: 'Sign in, or send an API key' },
  'auth/invalid-key': { status: 401, title: 'This API key is unknown, revoked or expired' },
  'auth/invalid-session': { status: 401, title: 'This session has ended; sign in again' },
  'auth/invalid-code': { status: 401, title: 'This code is unknown, used or expired' },
  'auth/wrong-credentials': { status: 401, title: 'The e-mail or the password is not right' },
  'auth/no-tenant': { status: 403, title: 'You are not a member of any tenant any more' },
  'auth/wrong-password': { status: 403, title: 'The current password is not right' },
  'auth/cross-site': { status: 403, title: 'Writes with a session cookie must come from the console itself' },
  'mcp/foreign-origin': { status: 403, title: 'Pages of this origin may not call tools' },
  'auth/step-up-required': { status: 403, title: 'This needs a sign-in not older than five minutes' },
  'access/forbidden': { status: 403, title: 'You may not do this' },
  'dag/kept': { status: 403, title: 'This name belongs to a definition that is kept' },
  'access/approver-mismatch': { status: 403, title: 'You cannot decide in somebody else’s name' },
  'access/exceeds-own': { status: 403, title: 'Nobody grants more than they have' },
  'access/self-change': { status: 403, title: 'Nobody changes their own role or level' },
  'review/self-approval': { status: 403, title: 'You cannot decide your own request' },
  'review/insufficient-level': { status: 403, title: 'Your level is too low for this decision' },
  'review/step-up-required': {
    status: 403,
    title: 'Using level 5 needs a reason and a sign-in not older than five minutes',
  },
  'review/not-a-reviewer': { status: 403, title: 'This credential decides nothing in its own name' },
  'run/invalid-token': { status: 403, title: 'This resume token is not one of this run' },
  'review/not-a-signer': { status: 403, title: 'Only those it names may approve this' },
  'http/not-found': { status: 404, title: 'Nothing is here' },
  'tenant/not-found': { status: 404, title: 'No such tenant' },
  'cost-model/not-found': { status: 404, title: 'No cost model for this skill' },
  'policy-set/not-found': { status: 404, title: 'No such version of the rules' },
  'evaluation/not-found': { status: 404, title: 'No such evaluation is recorded' },
  'replay/not-found': { status: 404, title: 'No such replay' },
  'request/not-found': { status: 404, title: 'No such request' },
  'run/not-found': { status: 404, title: 'No such run' },
  'dag/not-found': { status: 404, title: 'No such definition, or no such version of it' },
  'member/not-found': { status: 404, title: 'No such member' },
  'key/not-found': { status: 404, title: 'No such API key' },
  'endpoint/not-found': { status: 404, title: 'No such webhook endpoint' },
  'delivery/not-found': { status: 404, title: 'No such delivery' },
  'secret/not-found': { status: 404, title: 'No such secret' },
  'task/not-found': { status: 404, title: 'No such task' },
  'http/method-not-allowed': { status: 405, title: 'This address does not answer that method' },
  'auth/choose-tenant': { status: 409, title: 'Say which tenant to sign in to' },
  'request/already-resolved': { status: 409, title: 'This request has already been decided' },
  'request/expired': { status: 409, title: 'This request expired before the decision' },
  'request/correlation-conflict': { status: 409, title: 'This correlation id belongs to a different request' },
  'request/history-full': { status: 409, title: 'This request has as many comments as it can hold' },
  'request/busy': { status: 409, title: 'This request is changing too fast; read it again' },
  'request/not-approved': { status: 409, title: 'This request is not approved, so it has no outcome' },
  'run/checkpoint-not-approved': { status: 409, title: 'Its checkpoint is not approved' },
  'run/already-resumed': { status: 409, title: 'This pause is over' },
  'run/finished': { status: 409, title: 'This run is over' },
  'run/not-retryable': { status: 409, title: 'This task cannot be tried again' },
  'run/busy': { status: 409, title: 'This run is changing too fast; try again' },
  'outcome/already-reported': { status: 409, title: 'Another outcome was reported for this request' },
  'review/already-reviewed': { status: 409, title: 'You have already voted on this version' },
  'cost-model/trusted': { status: 409, title: 'Automatic approval by cost is on already' },
  'policy-set/active': { status: 409, title: 'This version decides already' },
  'policy-set/retired': { status: 409, title: 'This version is retired already' },
  'replay/too-many': { status: 409, title: 'Too many replays are waiting already' },
  'policy-set/shadow': { status: 409, title: 'This version is the shadow already' },
  'policy/emergency-stop': { status: 409, title: 'The emergency stop is on: nothing is approved' },
  'budget/exhausted': { status: 409, title: 'A budget has not enough left for this' },
  'flag/change-pending': { status: 409, title: 'A change of this flag waits for approval already' },
  'tenant/exists': { status: 409, title: 'This tenant exists already' },
  'member/exists': { status: 409, title: 'This person is a member already' },
  'member/last-owner': { status: 409, title: 'The last owner stays' },
  'member/wrong-band': { status: 422, title: 'The level is outside the role’s band' },
  'endpoint/disabled': { status: 409, title: 'This webhook endpoint is disabled' },
  'delivery/in-flight': { status: 409, title: 'This delivery is under way' },
  'task/lease-lost': { status: 409, title: 'This lease is over: the task has passed to somebody else, or is finished' },
  'secret/too-many': { status: 409, title: 'There are as many secrets as can be kept' },
  'idempotency/in-flight': { status: 409, title: 'A request with this Idempotency-Key is still under way' },
  'review/other-answers': { status: 409, title: 'Somebody has signed this with other answers' },
  'request/changed': { status: 412, title: 'The request changed since you looked' },
  'config/changed': { status: 412, title: 'The configuration changed since you looked' },
  'dag/changed': { status: 412, title: 'The definition changed since you looked' },
  'http/too-large': { status: 413, title: 'The body is too large' },
  'http/unsupported-media-type': { status: 415, title: 'The body is of another type than this operation takes' },
  'input/invalid': { status: 422, title: 'Some of the input is not valid' },
  'input/too-complex': { status: 422, title: 'The body is nested too deeply or has too many keys' },
  'policy-set/too-slow': { status: 422, title: 'These rules take too long to judge that' },
  'idempotency/mismatch': { status: 422, title: 'This Idempotency-Key was used with another body' },
  'webhook/url-refused': { status: 422, title: 'Deliveries cannot be sent to this address' },
  'http/precondition-required': { status: 428, title: 'Send If-Match with the version you read' },
  'auth/throttled': { status: 429, title: 'Too many attempts; wait a while' },
  'mcp/too-many-messages': { status: 429, title: 'Too many messages of this credential in a short time' },
  'request/too-many-waits': { status: 429, title: 'Too many calls of this credential are waiting already' },
  'http/internal': { status: 500, title: 'Something went wrong on our side' },
  'service/unavailable': { status: 503, title: 'Not available at the moment; try again' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One fault in the input: where (RFC 6901 pointer, or `?name` for a query parameter) and what. */
export interface InputFault {
  pointer: string;
  detail: string;
  /** Where in an expression, as offsets in its text. */
  position?: { start: number; end: number };
  /** Where in a document of several lines, counted from 1. */
  line?: number;
  column?: number;
}

/** What every problem says of itself (RFC 9457, and ours). */
type ProblemMember = 'type' | 'title' | 'status' | 'detail' | 'code' | 'instance' | 'request_id' | 'errors';

/** What a problem says of its own case, under names that no other problem uses for something else. */
export type ProblemExtra = Record<string, unknown> & { [Member in ProblemMember]?: never };

/**
 * The one error that carries a problem to the caller. Recognised by `code` and not by class, because Next bundles a second
 * copy of this file. `extra` members are added to the problem document as they are.
 */
export class AppError extends Error {
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  readonly errors: InputFault[] | undefined;
  readonly extra: Readonly<ProblemExtra> | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ProblemCode,
    options: {
      detail?: string | undefined;
      errors?: InputFault[] | undefined;
      extra?: ProblemExtra | undefined;
      retryAfterSeconds?: number | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(options.detail ?? PROBLEMS[code].title, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.detail = options.detail;
    this.errors = options.errors;
    this.extra = options.extra;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** What a problem says wherever it is told (RFC 9457): of a whole call, or of one of several things that it asks for. */
export function problemMembers({ code, detail }: Pick<AppError, 'code'> & { detail?: string | undefined }) {
  const { status, title } = PROBLEMS[code];
  return { type: `/problems/${code}`, title, status, ...(detail === undefined ? {} : { detail }), code };
}

/** Whether a thrown value carries a problem code, from whichever bundle it comes. */
export function isAppError(error: unknown): error is AppError {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && Object.hasOwn(PROBLEMS, error.code)
  );
}
