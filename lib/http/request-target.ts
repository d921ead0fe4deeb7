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
  refuse(request, response);
  return false;
}

function refuse(request: IncomingMessage, response: ServerResponse): void {
  const { requestId } = readTrace(new Headers());
  const error = new AppError('http/bad-path', { detail: 'The target of the request is neither a path nor an address' });
  const problem = toProblem(error, { requestId, instance: request.url ?? '' });
  void problem.text().then((text) => {
    response.writeHead(problem.status, { ...Object.fromEntries(problem.headers), 'x-request-id': requestId });
    response.end(request.method === 'HEAD' ? undefined : text);
  });
}
