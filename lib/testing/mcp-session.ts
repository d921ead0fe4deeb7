/** Sessions of the official client of the Model Context Protocol, as an agent’s host opens them. */
import { createServer, type IncomingMessage } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import {
  type CallToolResult,
  Client,
  StreamableHTTPClientTransport,
  type Transport,
} from '@modelcontextprotocol/client';
import { api } from '@/lib/http/api';

/** The revisions of the protocol: the one without sessions, and those before. */
export const ERAS = ['auto', 'legacy'] as const;
export type Era = (typeof ERAS)[number];

/** A client that is connected. */
export async function openMcp(transport: Transport, era: Era = 'auto'): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: era } });
  await client.connect(transport);
  return client;
}

/** The transport to a server’s `/mcp`, with a key. */
export function mcpOverHttp(baseUrl: string, key: string, headers: Record<string, string> = {}): Transport {
  return new StreamableHTTPClientTransport(new URL(`${baseUrl}/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${key}`, ...headers } },
  });
}

/** What a tool said, and its data. A refusal’s data is its problem document. */
export interface Said {
  isError: boolean;
  text: string;
  data: Record<string, unknown>;
}

export function readSaid({ content, structuredContent, isError = false }: CallToolResult): Said {
  const texts = content.map((part) => (part.type === 'text' ? part.text : ''));
  const data = JSON.parse(texts[1] ?? '{}') as Record<string, unknown>;
  if (!isError && JSON.stringify(structuredContent) !== texts[1]) throw new Error('The text is not the data');
  return { isError, text: texts[0] ?? '', data };
}

/** Calls a tool and reads what it said. */
export async function useTool(client: Client, name: string, input: Record<string, unknown> = {}): Promise<Said> {
  return readSaid((await client.callTool({ name, arguments: input })) as CallToolResult);
}

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
}

/** The API behind a socket of its own, in this process: what a client over the network meets. */
export async function openApi({ isDown = () => false, losesAnswer = () => false }: Weather = {}): Promise<OpenApi> {
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
