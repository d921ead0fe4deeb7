import { AppError } from '@/lib/domain/errors';
import { createMcpHttp } from '@/lib/mcp';
import { monotonicMs } from '@/lib/platform/clock';
import { logger } from '@/lib/platform/logger';
import { observeRequest } from '@/lib/platform/metrics';
import { authenticate } from './authenticate';
import { admitMcpMessage } from './call-rate';
import { readJsonBody } from './input';
import { LOWER_ROLE_HEADER } from './lower-role';
import { serveOperation } from './operations-door';
import { toProblem } from './problem';
import { assertTrustedOrigin } from './same-origin';
import { readTrace, type Trace } from './trace';

/** Where the Model Context Protocol is served. It is no operation: what its messages are is the protocol's to say. */
export const MCP_PATH = '/mcp';

const ALLOW = 'OPTIONS, POST';

/** What of a call its tools act with. Never a cookie: whoever asks a browser to send this has nothing to show. */
const CARRIED = ['authorization', LOWER_ROLE_HEADER, 'traceparent', 'x-request-id'];

/**
 * The Model Context Protocol over HTTP (Streamable HTTP, without sessions): a POST with a JSON-RPC message, authenticated with an API
 * key like any call. Its tools call operations as that key, each with all its checks, so that nothing can be done here that the API
 * refuses. Checked before a message is looked at: method, origin, credential, how often it calls, size. Those faults are problem documents; what a tool is
 * refused is an answer of that tool.
 */
export async function mcp(request: Request): Promise<Response> {
  const startedMs = monotonicMs();
  const trace = readTrace(request.headers);
  let response: Response;
  try {
    response = request.method === 'OPTIONS' ? preflight() : await answer(request, trace);
  } catch (error) {
    response = toProblem(error, { requestId: trace.requestId, instance: MCP_PATH });
  }
  response.headers.set('x-request-id', trace.requestId);
  observeRequest('mcp', request.method, response.status, monotonicMs() - startedMs);
  return request.method === 'HEAD' ? new Response(null, response) : response;
}

function preflight(): Response {
  return new Response(null, { status: 204, headers: { allow: ALLOW } });
}

async function answer(request: Request, trace: Trace): Promise<Response> {
  // There are no sessions to end, and nothing is sent that was not asked for.
  if (request.method !== 'POST') throw new AppError('http/method-not-allowed', { extra: { allow: ALLOW } });
  assertTrustedOrigin(request);
  if (request.headers.get('authorization') === null) throw new AppError('auth/required');
  admitMcpMessage(await authenticate(request));
  const message = await readJsonBody(request);
  if (Array.isArray(message)) {
    throw new AppError('input/invalid', { errors: [{ pointer: '', detail: 'Send one message, not a batch' }] });
  }
  const answered = await serveMessage(request, message);
  const headers = new Headers(answered.headers);
  headers.set('cache-control', 'no-store, no-transform');
  headers.set('x-content-type-options', 'nosniff');
  headers.set('x-accel-buffering', 'no');
  if (trace.traceparent !== null) headers.set('traceparent', trace.traceparent);
  return new Response(answered.body, { status: answered.status, headers });
}

const serveMessage = createMcpHttp({
  apiAs: (caller) => {
    const carried = CARRIED.flatMap((name) => {
      const value = caller.headers.get(name);
      return value === null ? [] : [[name, value] as const];
    });
    return (address, init) => {
      const call = new Request(address, init);
      for (const [name, value] of carried) call.headers.set(name, value);
      return serveOperation(call);
    };
  },
  // What a caller did wrong is told to the caller; it is looked at here only by who looks for it.
  onError: (error) => logger().debug({ err: error }, 'a message of the Model Context Protocol was not served'),
});
