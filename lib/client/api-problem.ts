import type { InputFault, ProblemCode } from '@/lib/domain/errors';

/** Faults that no server sent: there was no answer, or one that is not ours (a proxy's page, say). */
export type ClientProblemCode = 'client/unreachable' | 'client/unexpected-answer';

/** What a problem document says (RFC 9457), as far as a caller relies on it. `members` holds every field of it. */
export interface ProblemFacts {
  status: number;
  code: ProblemCode | ClientProblemCode;
  title: string;
  detail?: string | undefined;
  errors?: InputFault[] | undefined;
  retryAfter?: number | undefined;
  requestId?: string | undefined;
  members?: Readonly<Record<string, unknown>> | undefined;
  cause?: unknown;
}

/**
 * The one error that a call throws besides an abort. `status` is 0 when there was no answer; `retryAfter` is in seconds; `members` has
 * what a code adds, such as `resolved_by` of `request/already-resolved`. The message is fit for a person.
 */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: ProblemCode | ClientProblemCode;
  readonly title: string;
  readonly detail: string | null;
  readonly errors: readonly InputFault[];
  readonly retryAfter: number | null;
  readonly requestId: string | null;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(facts: ProblemFacts) {
    super(facts.detail ?? facts.title, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'ApiProblem';
    this.status = facts.status;
    this.code = facts.code;
    this.title = facts.title;
    this.detail = facts.detail ?? null;
    this.errors = facts.errors ?? [];
    this.retryAfter = facts.retryAfter ?? null;
    this.requestId = facts.requestId ?? null;
    this.members = facts.members ?? {};
  }
}

/**
 * Whether a thrown value is a problem, of a given code where one is named. It is known by its name and not by its class, because a program
 * of several bundles has several copies of the class.
 */
export function isApiProblem(thrown: unknown, code?: ApiProblem['code']): thrown is ApiProblem {
  if (!(thrown instanceof Error) || thrown.name !== 'ApiProblem') return false;
  return code === undefined || (thrown as ApiProblem).code === code;
}

/** Reads an answer that is not a success. What is not a problem document becomes `client/unexpected-answer`. */
export async function readProblem(response: Response): Promise<ApiProblem> {
  const document = await readDocument(response);
  const retryAfter = readRetryAfter(response.headers.get('retry-after'));
  const requestId = response.headers.get('x-request-id') ?? undefined;
  if (document === null) {
    const title = `The server answered ${response.status} in a way that is not understood`;
    return new ApiProblem({ status: response.status, code: 'client/unexpected-answer', title, retryAfter, requestId });
  }
  return new ApiProblem({
    status: response.status,
    code: document.code as ProblemCode,
    title: document.title,
    detail: typeof document.members.detail === 'string' ? document.members.detail : undefined,
    errors: readFaults(document.members.errors),
    retryAfter,
    requestId,
    members: document.members,
  });
}

interface ProblemDocument {
  code: string;
  title: string;
  members: Record<string, unknown>;
}

const TYPE_PREFIX = '/problems/';

async function readDocument(response: Response): Promise<ProblemDocument | null> {
  const text = await response.text();
  if (!response.headers.get('content-type')?.startsWith('application/problem+json')) return null;
  const members = parseObject(text);
  const type = members?.type;
  const title = members?.title;
  if (members === null || typeof type !== 'string' || typeof title !== 'string') return null;
  return { code: type.startsWith(TYPE_PREFIX) ? type.slice(TYPE_PREFIX.length) : type, title, members };
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function readFaults(value: unknown): InputFault[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.filter(
    (fault): fault is InputFault => typeof fault?.pointer === 'string' && typeof fault?.detail === 'string',
  );
}

/** RFC 9110 §10.2.3: seconds, or a date. */
function readRetryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header)) return Number(header);
  const until = Date.parse(header);
  return Number.isNaN(until) ? undefined : Math.max(0, Math.ceil((until - Date.now()) / 1000));
}
