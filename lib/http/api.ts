import { routes } from './handlers';
import { makeRouteTable, serveApi } from './routing';

const table = makeRouteTable(routes);

/** Whether a path belongs to the API: an operation has it, or it lies where operations live. */
export function isApiPath(pathname: string): boolean {
  return pathname.startsWith('/api/v1/') || pathname === '/api/v1' || table.find('GET', pathname) !== null;
}

/** Serves any call to the API through the table of operations. */
export function api(request: Request): Promise<Response> {
  return serveApi(table, request);
}
