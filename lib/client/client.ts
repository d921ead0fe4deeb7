import {
  type BodyInputOf,
  type Operation,
  type OperationId,
  operations,
  type ParamsOf,
  type QueryInputOf,
  type ResponseOf,
} from '@/lib/contracts';
import { ApiProblem, readProblem } from './api-problem';

type Operations = typeof operations;

/** What travels with any call. */
export interface CallOptions {
  /** An entity tag as `ETag` gave it, or a `seq`, which is quoted. */
  ifMatch?: string | number;
  idempotencyKey?: string;
  /** A document that is sent in place of `body`, as it is written; for operations that take YAML. */
  yaml?: string;
  signal?: AbortSignal;
  /** Further headers, such as `Prefer`. */
  headers?: Record<string, string>;
}

/** An operation without such a part has the schema type's own `unknown` there, and takes none. */
type Part<Name extends string, Value> = unknown extends Value
  ? object
  : object extends Value
    ? { [K in Name]?: Value }
    : { [K in Name]: Value };

export type CallInput<O> = Part<'params', ParamsOf<O>> &
  Part<'query', QueryInputOf<O>> &
  Part<'body', BodyInputOf<O>> &
  CallOptions;

type Arguments<O> = object extends CallInput<O> ? [input?: CallInput<O>] : [input: CallInput<O>];

type Calls = {
  [Id in Exclude<OperationId, 'streamEvents'>]: (
    ...input: Arguments<Operations[Id]>
  ) => Promise<ResponseOf<Operations[Id]>>;
};

/** Every operation by its id, and `send` for what needs the answer itself: headers, a stream, an export of any size. */
export type Client = Calls & {
  send: <Id extends OperationId>(id: Id, ...input: Arguments<Operations[Id]>) => Promise<Response>;
};

export interface ClientOptions {
  /** Where the server is, without a trailing slash; '' in the browser. */
  baseUrl: string;
  /** An API key. Without one the browser's own session cookie is used. */
  token?: string;
  fetch?: typeof fetch;
}

interface AnyInput extends CallOptions {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/**
 * The typed client of the HTTP surface, for the browser and the CLI. Every method is named by its operation and throws `ApiProblem`
 * for whatever is not a success; an abort is thrown as it is. Nothing is retried: an `idempotencyKey` makes that safe for the caller.
 */
export function createClient(options: ClientOptions): Client {
  const send = (id: OperationId, input: AnyInput = {}) => request(options, operations[id], input);
  const call = async (id: OperationId, input?: AnyInput) => readAnswer(operations[id], await send(id, input));
  const ids = Object.keys(operations) as OperationId[];
  const calls = ids.filter((id) => id !== 'streamEvents').map((id) => [id, (input?: AnyInput) => call(id, input)]);
  return Object.assign(Object.fromEntries(calls), { send }) as Client;
}

async function request(options: ClientOptions, operation: Operation, input: AnyInput): Promise<Response> {
  const address = `${options.baseUrl}${pathOf(operation, input.params ?? {})}${searchOf(input.query ?? {})}`;
  const body = bodyOf(operation, input);
  const response = await reach(options.fetch ?? fetch, address, {
    method: operation.method,
    headers: headersOf(options, operation, input),
    // A key and a cookie never travel together: the key would win, and nobody would notice.
    credentials: options.token === undefined ? 'same-origin' : 'omit',
    cache: 'no-store',
    redirect: 'error',
    ...(body === undefined ? {} : { body }),
    ...(input.signal === undefined ? {} : { signal: input.signal }),
  });
  if (!response.ok) throw await readProblem(response);
  return response;
}

/** Fetch throws a bare TypeError when nobody answers; callers get a problem like any other. */
export async function reach(send: typeof fetch, address: string, init: RequestInit): Promise<Response> {
  try {
    return await send(address, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiProblem({
      status: 0,
      code: 'client/unreachable',
      title: 'The server cannot be reached',
      cause: error,
    });
  }
}

function pathOf(operation: Operation, params: Record<string, string>): string {
  return operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}

/** Lists repeat their name; what is undefined or null is left out. */
function searchOf(query: Record<string, unknown>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) search.append(name, String(item));
    }
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

/** Writes say that they are JSON even where there is nothing to say: with a session cookie nothing else is accepted. */
function bodyOf(operation: Operation, input: AnyInput): string | undefined {
  if (operation.method === 'GET') return undefined;
  if (input.yaml !== undefined) return input.yaml;
  if (operation.body !== undefined) return JSON.stringify(input.body ?? {});
  return operation.method === 'DELETE' ? undefined : '{}';
}

const ACCEPT = {
  json: 'application/json',
  csv: 'text/csv',
  yaml: 'application/yaml',
  text: 'text/plain',
  'event-stream': 'text/event-stream',
} as const satisfies Record<NonNullable<Operation['responseKind']>, string>;

function headersOf(options: ClientOptions, operation: Operation, input: AnyInput): Record<string, string> {
  const headers: Record<string, string> = {
    ...input.headers,
    accept: `${ACCEPT[operation.responseKind ?? 'json']}, application/problem+json`,
  };
  if (options.token !== undefined) headers.authorization = `Bearer ${options.token}`;
  if (operation.method !== 'GET') {
    headers['content-type'] = input.yaml === undefined ? 'application/json' : 'application/yaml';
  }
  if (input.idempotencyKey !== undefined) headers['idempotency-key'] = input.idempotencyKey;
  if (input.ifMatch !== undefined) {
    headers['if-match'] = typeof input.ifMatch === 'number' ? `"${input.ifMatch}"` : input.ifMatch;
  }
  return headers;
}

async function readAnswer(operation: Operation, response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  const text = await response.text();
  if ((operation.responseKind ?? 'json') !== 'json') return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    const title = 'The server’s answer is not JSON';
    throw new ApiProblem({ status: response.status, code: 'client/unexpected-answer', title, cause: error });
  }
}
