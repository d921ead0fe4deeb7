import { AppError } from '@/lib/domain/errors';
import { toProblem } from './problem';
import type { Route } from './route';
import { readTrace } from './trace';

/** Finds routes by method and path. Paths are compared segment by segment as they were sent; only parameters are decoded, once. */
export interface RouteTable {
  /** The route of this call, or why there is none; null when no operation has this path. */
  find(method: string, pathname: string): { route: Route } | { allow: string[] } | null;
}

interface Pattern {
  segments: string[];
  byMethod: Map<string, Route>;
}

export function makeRouteTable(routes: readonly Route[]): RouteTable {
  const literal = new Map<string, Pattern>();
  const withParams = new Map<number, Pattern[]>();
  for (const route of routes) {
    const { path, method } = route.operation;
    const pattern = literal.get(path) ?? { segments: path.split('/'), byMethod: new Map<string, Route>() };
    if (!literal.has(path)) {
      literal.set(path, pattern);
      if (path.includes('{')) {
        const length = pattern.segments.length;
        withParams.set(length, [...(withParams.get(length) ?? []), pattern]);
      }
    }
    pattern.byMethod.set(method, route);
  }
  return {
    find(method, pathname) {
      const pattern = pathname.includes('{') ? undefined : (literal.get(pathname) ?? matching(withParams, pathname));
      if (pattern === undefined) return null;
      const route = pattern.byMethod.get(method === 'HEAD' ? 'GET' : method);
      return route === undefined ? { allow: allowed(pattern) } : { route };
    },
  };
}

function matching(withParams: Map<number, Pattern[]>, pathname: string): Pattern | undefined {
  const segments = pathname.split('/');
  return withParams
    .get(segments.length)
    ?.find(({ segments: wanted }) =>
      wanted.every((name, i) => (name.startsWith('{') ? segments[i] !== '' : name === segments[i])),
    );
}

function allowed({ byMethod }: Pattern): string[] {
  const methods = [...byMethod.keys()];
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].sort();
}

/**
 * Serves a call to the API: the one answer of both doors, also where there is no such operation (404) or it does not answer that method
 * (405 with `Allow`). HEAD is GET without its body.
 */
export async function serveApi(table: RouteTable, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const found = table.find(request.method, pathname);
  if (found !== null && 'route' in found) {
    const response = await found.route(request);
    return request.method === 'HEAD' ? new Response(null, response) : response;
  }
  if (found !== null && request.method === 'OPTIONS') {
    return new Response(null, { status: 204, headers: { allow: found.allow.join(', ') } });
  }
  const bare = pathname.replace(/\/+$/, '');
  if (found === null && bare !== pathname && table.find('GET', bare) !== null) {
    return new Response(null, { status: 308, headers: { location: `${bare}${search}` } });
  }
  const { requestId } = readTrace(request.headers);
  const error =
    found === null
      ? new AppError('http/not-found')
      : new AppError('http/method-not-allowed', { extra: { allow: found.allow.join(', ') } });
  const response = toProblem(error, { requestId, instance: pathname });
  response.headers.set('x-request-id', requestId);
  return request.method === 'HEAD' ? new Response(null, response) : response;
}
