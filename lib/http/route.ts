import type { BodyOf, Operation, ParamsOf, QueryOf, ResponseOf } from '@/lib/contracts';
import type { Actor } from '@/lib/domain/access';
import { canonicalJson } from '@/lib/domain/audit';
import type { Call } from '@/lib/domain/call';
import { AppError } from '@/lib/domain/errors';
import { monotonicMs } from '@/lib/platform/clock';
import { hmacHex } from '@/lib/platform/crypto';
import { observeRequest } from '@/lib/platform/metrics';
import { assertMayCall, authenticate, inNamedTenant } from './authenticate';
import { hasBody } from './has-body';
import { findReplay } from './idempotency';
import { located, parseInput, readJsonBody, readQuery, readYamlBody, type SourceText } from './input';
import { toProblem } from './problem';
import { type Reply, reply, toResponse } from './reply';
import { readTrace, type Trace } from './trace';

type AnyOperation = Operation;

/** What a handler gets: who asks, the parsed input, and what travels with the call. */
export interface HandlerInput<O extends AnyOperation> {
  /** Null only for public operations. */
  actor: Actor;
  params: ParamsOf<O>;
  query: QueryOf<O>;
  body: BodyOf<O>;
  /** The document that the body was read from, where it was one of YAML. */
  source: string | null;
  call: Call;
  request: Request;
}

export type Handler<O extends AnyOperation> = (
  input: HandlerInput<O>,
) => Promise<ResponseOf<O> | Reply<ResponseOf<O>> | Response>;

/** A route: what the server finds by method and path, and what `app/api` exports. */
export interface Route {
  (request: Request, context?: unknown): Promise<Response>;
  operation: AnyOperation;
}

export interface RouteOptions<O extends AnyOperation> {
  /** For idempotent operations: the resource as it is now, without its secrets. */
  replay?: (input: { actor: Actor; resourceId: string }) => Promise<ResponseOf<O>>;
}

/**
 * Binds an operation to its handler: authenticate, permission, body, then existence and state in the service, in this order. Every
 * error becomes a problem document, every answer carries `X-Request-Id`.
 */
export function route<O extends AnyOperation>(operation: O, handler: Handler<O>, options: RouteOptions<O> = {}): Route {
  const serve = async (request: Request): Promise<Response> => {
    const startedMs = monotonicMs();
    const trace = readTrace(request.headers);
    const url = new URL(request.url);
    let response: Response;
    try {
      response = await answer(operation, handler, options, request, url, trace);
    } catch (error) {
      response = toProblem(error, { requestId: trace.requestId, instance: url.pathname });
    }
    response.headers.set('x-request-id', trace.requestId);
    if (trace.traceparent !== null) response.headers.set('traceparent', trace.traceparent);
    observeRequest(operation.id, operation.method, response.status, monotonicMs() - startedMs);
    return response;
  };
  return Object.assign(serve, { operation });
}

async function answer<O extends AnyOperation>(
  operation: O,
  handler: Handler<O>,
  options: RouteOptions<O>,
  request: Request,
  url: URL,
  trace: Trace,
): Promise<Response> {
  const caller = operation.access === 'public' ? null : await authenticate(request);
  if (caller !== null) assertMayCall(caller, operation.access);
  const params = parseInput(operation.params ?? NOTHING, readParams(operation, url), 'params');
  const query =
    operation.query === undefined
      ? {}
      : parseInput(operation.query, readQuery(operation.query, url.searchParams), 'query');
  const { body, source } = await readBody(operation, request);
  // The tenant in the body of `createTenant` does not exist yet: what manages tenants names none of its own.
  const actor =
    caller === null || operation.access === 'tenants:manage'
      ? caller
      : await inNamedTenant(caller, { params, query, body });
  const call: Call = {
    traceId: trace.traceId,
    idempotency: readIdempotency(operation, request, url, body),
    ifMatch: readIfMatch(operation, request),
  };
  // A public operation's handler does not look at its actor.
  const input = { actor, params, query, body, source: source?.text ?? null, call, request } as HandlerInput<O>;
  const replay = async (): Promise<Response | null> => {
    if (actor === null || call.idempotency === null || options.replay === undefined) return null;
    const found = await findReplay(actor, call.idempotency);
    if (found === null) return null;
    const resource = await options.replay({ actor, resourceId: found.resourceId });
    return toResponse(operation, reply(resource, { status: found.status, headers: { 'idempotent-replayed': 'true' } }));
  };
  const earlier = await replay();
  if (earlier !== null) return earlier;
  try {
    return toResponse(operation, await located(source, () => handler(input)));
  } catch (error) {
    if (call.idempotency === null) throw error;
    // The twin that was under way has committed, or it failed and this fault is the answer.
    const twin = await replay();
    if (twin === null) throw error;
    return twin;
  }
}

/** The body as its schema wants it. What is wrong with one of YAML is said with its line and column. */
async function readBody(
  operation: AnyOperation,
  request: Request,
): Promise<{ body: unknown; source: SourceText | null }> {
  const { body: schema, bodyLimits } = operation;
  if (schema === undefined) return { body: await refuseBody(request), source: null };
  if (operation.bodyKind !== 'yaml') {
    return { body: parseInput(schema, await readJsonBody(request, bodyLimits), 'body'), source: null };
  }
  const { value, source } = await readYamlBody(request, bodyLimits);
  return { body: await located(source, async () => parseInput(schema, value, 'body')), source };
}

const NOTHING = { safeParse: () => ({ success: true, data: {} }) } as unknown as NonNullable<Operation['params']>;

/** The path's parameters: a known path decodes its segments once. */
function readParams(operation: AnyOperation, url: URL): Record<string, string> {
  const names = operation.path.split('/');
  const values = url.pathname.split('/');
  const params: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    if (!name.startsWith('{')) continue;
    try {
      params[name.slice(1, -1)] = decodeURIComponent(values[index] ?? '');
    } catch (error) {
      throw new AppError('http/bad-path', { cause: error });
    }
  }
  return params;
}

/** A POST without a body schema may come with an empty one, or with `{}`. */
async function refuseBody(request: Request): Promise<undefined> {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'DELETE') return undefined;
  if (!hasBody(request)) return undefined;
  const body = await readJsonBody(request);
  if (typeof body !== 'object' || body === null || Object.keys(body).length > 0) {
    throw new AppError('input/invalid', { errors: [{ pointer: '', detail: 'This operation takes no body' }] });
  }
  return undefined;
}

function readIdempotency(operation: AnyOperation, request: Request, url: URL, body: unknown): Call['idempotency'] {
  const key = request.headers.get('idempotency-key');
  if (key === null || operation.idempotent !== true) return null;
  if (key.length < 1 || key.length > 255) {
    throw new AppError('input/invalid', { errors: [{ pointer: 'Idempotency-Key', detail: '1 to 255 characters' }] });
  }
  const said = canonicalJson({ method: operation.method, path: url.pathname, body: body ?? null });
  return { operation: operation.id, key, bodyHmac: hmacHex('idempotency', said), status: operation.status ?? 200 };
}

function readIfMatch(operation: AnyOperation, request: Request): string | null {
  const header = request.headers.get('if-match');
  if (header === null && operation.ifMatch === 'required') throw new AppError('http/precondition-required');
  return operation.ifMatch === undefined ? null : header;
}
