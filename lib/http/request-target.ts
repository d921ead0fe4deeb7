import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '@/lib/domain/errors';
import { toProblem } from './problem';
import { readTrace } from './trace';

const ABSOLUTE = /^https?:\/\/(?:[^/?#@]*@)?([^/?#]+)(.*)$/i;

/**
 * Brings what stands on the request line to a path (RFC 9112 §3.2). A whole address (§3.2.2, as proxies write it) loses its scheme and
 * host, and that host is what counts, whatever `Host` says. `OPTIONS *` asks about the server itself (RFC 9110 §9.3.7): 204.
 * @returns false when the answer has been given already.
 */
export function admitTarget(request: IncomingMessage, response: ServerResponse): boolean {
  const target = request.url ?? '/';
  if (target.startsWith('/')) return true;
  const [, host, rest = ''] = ABSOLUTE.exec(target) ?? [];
  if (host !== undefined) {
    request.headers.host = host;
    request.url = rest.startsWith('/') ? rest : `/${rest}`;
    return true;
  }
  if (target === '*' && request.method === 'OPTIONS') {
    response.writeHead(204, { allow: 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT' }).end();
    return false;
  }
  refuse(request, response, 'The target of the request is neither a path nor an address');
  return false;
}

/** A segment that is a way and no name (RFC 3986 §3.3), also where its dots are encoded, which says the same (§2.3). */
const DOTS = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

/**
 * Refuses a path with dots for a segment. Clients resolve them before they ask (RFC 3986 §5.2.4). Resolved here, a call that everything in
 * front of the server took for one operation would be answered by another.
 * @returns false when the answer has been given already.
 */
export function admitSegments(request: IncomingMessage, response: ServerResponse): boolean {
  const [path = ''] = (request.url ?? '/').split(/[?#]/, 1);
  if (!DOTS.test(path)) return true;
  refuse(request, response, 'The path has . or .. for a segment');
  return false;
}

function refuse(request: IncomingMessage, response: ServerResponse, detail: string): void {
  const { requestId } = readTrace(new Headers());
  const error = new AppError('http/bad-path', { detail });
  const problem = toProblem(error, { requestId, instance: request.url ?? '' });
  void problem.text().then((text) => {
    response.writeHead(problem.status, { ...Object.fromEntries(problem.headers), 'x-request-id': requestId });
    response.end(request.method === 'HEAD' ? undefined : text);
  });
}
