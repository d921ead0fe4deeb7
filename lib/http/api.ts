import { MCP_PATH, mcp } from './mcp';
import { hasOperation, serveOperation } from './operations-door';

/** Whether a path belongs to the API: an operation has it, it is the Model Context Protocol's, or it lies where operations live. */
export function isApiPath(pathname: string): boolean {
  return pathname.startsWith('/api/v1/') || pathname === '/api/v1' || pathname === MCP_PATH || hasOperation(pathname);
}

/** Serves any call to the API: of an operation through their table, or of a tool. */
export function api(request: Request): Promise<Response> {
  return new URL(request.url).pathname === MCP_PATH ? mcp(request) : serveOperation(request);
}
