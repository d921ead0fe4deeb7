import { routes } from './handlers';
import { makeRouteTable, serveApi } from './routing';

const table = makeRouteTable(routes);

/** Whether an operation has this path. */
export function hasOperation(pathname: string): boolean {
  return table.find('GET', pathname) !== null;
}

/** Serves a call of an operation. */
export function serveOperation(request: Request): Promise<Response> {
  return serveApi(table, request);
}
