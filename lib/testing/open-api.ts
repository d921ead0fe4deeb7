/** The API behind a socket, in the test's own process: what a client over a network meets, bad weather included. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { api } from '@/lib/http/api';

export interface OpenApi {
  url: string;
  /** Cuts every connection that there is. */
  cut: () => void;
  /** How many calls were cut off because it was down. */
  refused: () => number;
  close: () => Promise<void>;
}

/** What goes wrong on the way. */
export interface Weather {
  /** Calls are cut off without an answer. */
  isDown?: () => boolean;
  /** The call is served, and its answer never arrives. */
  losesAnswer?: (request: IncomingMessage) => boolean;
  /** The connection breaks after so many bytes of the answer's body; null: it holds. */
  breaksAfter?: (request: IncomingMessage) => number | null;
}

/** Listens on a free port of this machine. */
export async function openApi({
  isDown = () => false,
  losesAnswer = () => false,
  breaksAfter = () => null,
}: Weather = {}): Promise<OpenApi> {
  const serve = getRequestListener(api, { overrideGlobalObjects: false });
  let refused = 0;
  const server = createServer((request, response) => {
    if (isDown()) {
      refused += 1;
      return void request.socket.destroy();
    }
    if (losesAnswer(request)) {
      const lose = () => request.socket.destroy();
      Object.assign(response, { write: lose, end: lose });
    }
    breakAfter(breaksAfter(request), request, response);
    void serve(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('It does not listen');
  return {
    url: `http://127.0.0.1:${address.port}`,
    cut: () => server.closeAllConnections(),
    refused: () => refused,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function breakAfter(bytes: number | null, request: IncomingMessage, response: ServerResponse): void {
  if (bytes === null) return;
  const write = response.write.bind(response);
  let left = bytes;
  response.write = (chunk: Uint8Array) => {
    const part = Buffer.from(chunk).subarray(0, left);
    left -= part.length;
    return write(part, () => {
      if (left === 0) request.socket.destroy();
    });
  };
  const end = response.end.bind(response);
  // Cut off, it has no end that says that it was all.
  response.end = () => (left === 0 ? response : end());
}
