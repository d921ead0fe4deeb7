import { type ApiProblem, isApiProblem } from '@/lib/client';
import { plainLine, plainText } from './terminal/plain-text';

/** 1: refused or failed. 2: wrong usage. */
export type FailureCode = 1 | 2;

/** Ends a command with what is said to the person at the terminal. */
export class CommandFailure extends Error {
  readonly exitCode: FailureCode;
  /** What `--json` says of it, where there is more than the message. */
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(
    message: string,
    options: { exitCode?: FailureCode; facts?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CommandFailure';
    this.exitCode = options.exitCode ?? 1;
    this.facts = options.facts ?? {};
  }
}

export function wrongUsage(message: string, cause?: unknown): CommandFailure {
  return new CommandFailure(message, { exitCode: 2, cause });
}

/** What is wrong, in lines for a person; null for a fault of ours, whose stack is needed. */
export function describeFailure(thrown: unknown): string | null {
  if (thrown instanceof CommandFailure) return plainText(thrown.message);
  if (!isApiProblem(thrown)) return null;
  const { title, detail, errors, code, requestId } = thrown;
  const said = detail === null || detail === title ? title : `${title}. ${detail}`;
  const reference = requestId === null || thrown.status < 500 ? '' : ` [request ${requestId}]`;
  return [
    `${plainLine(said)} (${plainLine(code)})${plainLine(reference)}`,
    ...errors.map(({ pointer, detail: fault }) => plainLine(`  ${pointer === '' ? 'the input' : pointer}: ${fault}`)),
    ...hintFor(thrown),
  ].join('\n');
}

function hintFor({ code, cause }: ApiProblem): string[] {
  if (code === 'auth/required' || code === 'auth/invalid-key') {
    return ['  Set COUNTERSIGN_TOKEN to an API key, or run: countersign login'];
  }
  if (code === 'review/insufficient-level')
    return ['  To vote at your own level, which alone does not approve it: --level'];
  if (code !== 'client/unreachable') return [];
  const reason = reasonOf(cause);
  return [`  ${reason === null ? '' : `${plainLine(reason)}. `}COUNTERSIGN_URL says where the server is.`];
}

/** What the socket said: `fetch` hides it in the cause of its own error. */
function reasonOf(cause: unknown): string | null {
  if (!(cause instanceof Error)) return null;
  if (cause.cause === undefined) return cause.message;
  const inner = cause.cause instanceof AggregateError ? cause.cause.errors[0] : cause.cause;
  return inner instanceof Error ? inner.message || cause.message : cause.message;
}

/** The same for a program: one object, on standard error. */
export function failureFacts(thrown: unknown): Record<string, unknown> | null {
  if (thrown instanceof CommandFailure) return { message: thrown.message, ...thrown.facts };
  if (!isApiProblem(thrown)) return null;
  const { code, status, title, detail, errors, requestId, members } = thrown;
  return { message: thrown.message, ...members, code, status, title, detail, errors, request_id: requestId };
}
