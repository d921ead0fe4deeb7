import { createMcpHandler } from '@modelcontextprotocol/server';
import { createClient } from '@/lib/client';
import { createMcpServer } from './server';

export interface McpHttpOptions {
  /** The API, called without a network as whoever made this call. */
  apiAs: (caller: Request) => typeof fetch;
  onError: (error: Error) => void;
}

/** Nothing is sent there: calls never leave the process. */
const IN_PROCESS = 'http://countersign.invalid';

/**
 * The protocol's Streamable HTTP, both the revision without sessions (2026-07-28) and those before, which are served without sessions
 * too: any process answers any call. What is wrong with a message is answered as JSON-RPC; who may send one, from where and how large
 * is the door's to decide before.
 */
export function createMcpHttp({
  apiAs,
  onError,
}: McpHttpOptions): (request: Request, message: unknown) => Promise<Response> {
  const { fetch: serve } = createMcpHandler(
    ({ requestInfo }) => {
      if (requestInfo === undefined) throw new Error('A call over HTTP has a request');
      return createMcpServer({
        client: createClient({ baseUrl: IN_PROCESS, fetch: apiAs(requestInfo) }),
        remote: false,
      });
    },
    // Nothing that could be listened to ever changes, and a stream that stays open would outlive the rights of its key.
    { onerror: onError, maxSubscriptions: 0 },
  );
  return (request, message) => serve(request, { parsedBody: message });
}
